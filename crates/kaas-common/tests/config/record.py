#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what the real oslo.config makes of each case: `record.py` rewrites the blocks `values`,
`warnings` and `reload` of `*.md` here, `sample.conf`, and
`random.json`; `--check` only compares, and fails on a difference.

Needs oslo.config and oslo.log (recorded with 10.7.0 and 8.3.2). What a block means, `../config.rs` says.
"""
import io
import json
import logging
import os
import pathlib
import random
import re
import sys
import tempfile
from unittest import mock

from oslo_config import cfg, generator, types
from oslo_log import versionutils

HERE = pathlib.Path(__file__).parent
OPTIONS = json.loads((HERE / "options.json").read_text())


def option(spec):
    made = {
        "text": (cfg.StrOpt, {}), "bool": (cfg.BoolOpt, {}), "integer": (cfg.IntOpt, {}),
        "float": (cfg.FloatOpt, {}), "multi": (cfg.MultiStrOpt, {}), "list": (cfg.ListOpt, {}),
        "integers": (cfg.ListOpt, {"item_type": types.Integer()}), "map": (cfg.DictOpt, {}),
        "choice": (cfg.StrOpt, {}), "port": (cfg.PortOpt, {}), "ip": (cfg.IPOpt, {}),
        "ip4": (cfg.IPOpt, {"version": 4}), "ip6": (cfg.IPOpt, {"version": 6}),
        "hostname": (cfg.HostnameOpt, {}), "hostaddress": (cfg.HostAddressOpt, {}),
        "hostdomain": (cfg.HostDomainOpt, {}), "uri": (cfg.URIOpt, {}),
    }
    kind, arguments = made[spec["kind"]]
    arguments = dict(arguments, help=spec["help"])
    for name in ("min", "max", "schemes", "secret", "mutable", "advanced", "required", "short"):
        if name in spec:
            arguments[name] = spec[name]
    if "sample" in spec:
        arguments["sample_default"] = spec["sample"]
    if "choices" in spec:
        arguments["choices"] = [(name, says or None) for name, says in spec["choices"]]
    if "default" in spec:
        convert = {"integer": int, "port": int, "float": float, "bool": lambda t: t == "true",
                   "map": lambda t: dict(p.split(":") for p in t.split(","))}
        arguments["default"] = convert.get(spec["kind"], lambda t: t)(spec["default"])
    elif spec["kind"] in ("list", "integers", "multi"):
        arguments["default"] = []
    elif spec["kind"] == "map":
        arguments["default"] = {}
    arguments["deprecated_opts"] = [
        cfg.DeprecatedOpt(old["name"], group=old.get("group")) for old in spec.get("former", [])]
    if "removal" in spec:
        arguments.update(deprecated_for_removal=True, deprecated_since=spec["removal"]["since"],
                         deprecated_reason=spec["removal"]["reason"])
    return kind(spec["name"], **arguments)


def group(spec):
    return None if spec["group"] == "DEFAULT" else spec["group"]


def new_conf():
    conf = cfg.ConfigOpts()
    for spec in OPTIONS:
        register = conf.register_cli_opt if spec.get("cli") or "short" in spec else conf.register_opt
        register(option(spec), group=group(spec))
    return conf


def value(conf, spec):
    """The value of an option as JSON; an error as `invalid`."""
    try:
        of = conf[spec["group"]] if group(spec) else conf
        got = of[spec["name"]]
    except Exception:
        return "invalid"
    return json.dumps(got, separators=(",", ":"), ensure_ascii=False)


def values(conf, plain):
    lines = []
    for spec in OPTIONS:
        now = value(conf, spec)
        if now != plain.get((spec["group"], spec["name"])):
            lines.append(f"[{spec['group']}] {spec['name']} = {now}")
    return lines


class Messages(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def refusal(error, folder):
    text = str(error).replace(str(folder) + "/", "")
    place = re.search(r"at ([^,]*:\d+), ", text)
    if isinstance(error, cfg.ConfigFileParseError) and place:
        return f"refused: {place[1]}"
    if isinstance(error, cfg.ConfigFilesNotFoundError):
        return "refused: " + text.rsplit(" ", 1)[-1]
    return "refused: command line"


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def each_text(case, plain):
    """What an option makes of each of many texts, by a file of its own for each."""
    lines = []
    for name, texts in case.each("texts").items():
        group, name = name.split(".")
        for text in texts.splitlines():
            one = Case(case.title)
            one.blocks = {"file a.conf": f"[{group}]\n{name} = {text}\n"}
            got = run(one, {})["values"].splitlines()
            start = f"[{group}] {name} = "
            lines.append(f"{text} -> {next(l[len(start):] for l in got if l.startswith(start))}\n")
    return {"values": "".join(lines)}


def run(case, plain):
    """The blocks of one case."""
    if case.each("texts"):
        return each_text(case, plain)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write(folder, case.each("file"))
        lines = case.blocks.get("arguments")
        if lines is None:
            words = [w for name in case.each("file") for w in ("--config-file", str(folder / name))]
        else:
            words = [w.replace("@/", f"{folder}/") for w in lines.splitlines()]
        environment = dict(line.split("=", 1) for line in
                           case.blocks.get("environment", "").replace("@/", f"{folder}/").splitlines())
        environment.setdefault("HOME", str(folder / "home"))
        messages = Messages()
        versionutils._deprecated_messages_sent.clear()
        log = logging.getLogger("oslo_config.cfg")
        log.handlers, log.propagate = [messages], False
        log.setLevel(logging.DEBUG)
        with mock.patch.dict(os.environ, environment, clear=True), mock.patch("sys.stderr", io.StringIO()):
            return blocks(case, folder, words, plain, messages)


def blocks(case, folder, words, plain, messages):
    conf = new_conf()
    try:
        conf(words, project="kaas", prog="kaas-test", use_env=True)
    except (cfg.Error, SystemExit) as error:
        return {"values": refusal(error, folder) + "\n"}
    found = {"values": "".join(line + "\n" for line in values(conf, plain))}
    for spec in OPTIONS:
        value(conf, spec)
    found["warnings"] = "".join(line + "\n" for line in messages.lines)
    after = case.each("after")
    if after:
        messages.lines.clear()
        write(folder, after)
        conf.mutate_config_files()
        lines = [line for line in messages.lines if "deprecated" not in line]
        lines += values(conf, plain)
        found["reload"] = "".join(line + "\n" for line in lines)
    return found


class Case:
    def __init__(self, title):
        self.title, self.blocks = title, {}

    def each(self, word):
        return {name[len(word) + 1:]: text for name, text in self.blocks.items()
                if name.startswith(word + " ")}


FENCE = re.compile(r"^(```+)([^`\n]*)\n(.*?)^\1[ \t]*$", re.M | re.S)


def rewrite(text, plain):
    parts, fence = [""], None
    for line in text.splitlines(keepends=True):
        if re.match("```+", line):
            fence = None if fence else line
        if not fence and line.startswith("#"):
            parts.append("")
        parts[-1] += line
    return "".join(rewritten(part, plain) for part in parts)


def rewritten(part, plain):
    case = Case(part.split("\n", 1)[0])
    for fence in FENCE.finditer(part):
        case.blocks[fence[2]] = fence[3]
    if "values" not in case.blocks and "reload" not in case.blocks:
        return part
    found = run(case, plain)

    def block(fence):
        return f"{fence[1]}{fence[2]}\n{found[fence[2]]}{fence[1]}" if fence[2] in found else fence[0]
    return FENCE.sub(block, part)


def sample():
    groups = {}
    for spec in OPTIONS:
        groups.setdefault(group(spec), []).append(option(spec))
    conf = cfg.ConfigOpts()
    generator.register_cli_opts(conf)
    conf(["--namespace", "kaas.test"])
    out = io.StringIO()
    listing = [("kaas.test", [
        (cfg.OptGroup(name, help="What [net] is for.") if name == "net" else name, options)
        for name, options in groups.items()])]
    with mock.patch.object(generator, "_list_opts", return_value=listing), \
            mock.patch.object(generator, "rst2txt", None, create=True):
        generator.generate(conf, output_file=out)
    return out.getvalue()


ALPHABET = ["[DEFAULT]", "[grp]", "[Grp]", "[", "]", "a", "b", "=", ":", " ", "  ", "\t", "\n", "\n", "\n",
            "\n ", "\r\n", "#", ";", "'", '"', "\\", "\\n", "\\\n", "x", "é", "a = ", "\nb=", "\n[grp]\n", "\x0c"]


def random_texts():
    """Texts made of what readers trip over, and what the parser makes of each: the values of
    each name of each section, or the line that it refuses,
    0 where it names another."""
    random.seed(5)
    found = []
    while len(found) < 1500:
        text = "".join(random.choices(ALPHABET, k=random.randint(1, 24)))
        if random.random() < 0.8:
            text = "[DEFAULT]\n" + text
        with tempfile.NamedTemporaryFile("w", newline="") as file:
            file.write(text)
            file.flush()
            sections, normalized = {}, {}
            parser = cfg.ConfigParser(file.name, sections)
            parser._add_normalized(normalized)
            try:
                parser.parse()
                result = {name: values for name, values in normalized.items() if values}
            except cfg.iniparser.ParseError as error:
                # It is found at the next line, which is not where it is.
                result = 0 if "Section must" in error.msg else error.lineno
        if len(found) % 3 == 0 or not isinstance(result, int):
            found.append([text, result])
    return "[\n" + ",\n".join(json.dumps(case) for case in found) + "\n]\n"


def main():
    conf = new_conf()
    with mock.patch.dict(os.environ, {"HOME": "/nowhere"}, clear=True):
        conf([], project="kaas", prog="kaas-test")
        plain = {(spec["group"], spec["name"]): value(conf, spec) for spec in OPTIONS}
    written = {path: rewrite(path.read_text(), plain) for path in sorted(HERE.glob("*.md"))}
    written[HERE / "sample.conf"] = sample()
    written[HERE / "random.json"] = random_texts()
    different = [path for path, text in written.items()
                 if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        sys.exit(f"not as oslo.config: {[p.name for p in different]}" if different else 0)
    for path in different:
        path.write_text(written[path])


main()
