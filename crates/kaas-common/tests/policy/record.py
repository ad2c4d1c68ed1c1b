#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what the real oslo.policy makes of each case: rewrites the blocks `decisions` of `*.md` here,
`sample.yaml` and `random.json`; `--check` only compares, and fails on a difference.

Needs oslo.policy (recorded with 6.0.1). What a block means, `../policy.rs` says.
"""
import json
import logging
import pathlib
import random
import re
import sys
import tempfile
import warnings

from oslo_config import cfg
from oslo_policy import _parser, generator, policy

HERE = pathlib.Path(__file__).parent
FENCE = re.compile(r"^(```+)([^`\n]*)\n(.*?)^\1[ \t]*$", re.M | re.S)


def new_enforcer(folder, settings=()):
    conf = cfg.ConfigOpts()
    (folder / "kaas.conf").write_text("[DEFAULT]\n[oslo_policy]\n" + "\n".join(settings) + "\n")
    conf(["--config-file", str(folder / "kaas.conf")], project="kaas-none")
    return policy.Enforcer(conf)


def default(spec):
    former = spec.get("former")
    arguments = {"description": spec.get("help") or None}
    if "scopes" in spec:
        arguments["scope_types"] = spec["scopes"]
    if former:
        arguments["deprecated_rule"] = policy.DeprecatedRule(
            name=former["name"], check_str=former["check"],
            deprecated_reason=former["reason"], deprecated_since=former["since"])
    if "removal" in spec:
        arguments.update(deprecated_for_removal=True, deprecated_reason=spec["removal"]["reason"],
                         deprecated_since=spec["removal"]["since"])
    if "operations" in spec:
        operations = [{"method": m, "path": p} for m, p in spec["operations"]]
        return policy.DocumentedRuleDefault(spec["name"], spec["check"], operations=operations, **arguments)
    return policy.RuleDefault(spec["name"], spec["check"], **arguments)


def decide(enforcer, rule, target, credentials):
    """An exception is what a service answers 500 to: nothing is allowed by it."""
    try:
        return "allow" if enforcer.enforce(rule, dict(target), dict(credentials), do_raise=True) else "deny"
    except policy.PolicyNotAuthorized:
        return "deny"
    except policy.InvalidScope:
        return "scope"
    except (Exception, RecursionError):
        return "deny"


def decisions(blocks):
    credentials = json.loads(blocks.get("credentials", "{}"))
    target = json.loads(blocks.get("target", "{}"))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, text in blocks.items():
            if name.startswith("file "):
                path = folder / name[5:]
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
        enforcer = new_enforcer(folder, blocks.get("settings", "").splitlines())
        for spec in json.loads(blocks.get("defaults", "[]")):
            enforcer.register_default(default(spec))
        if "ask" in blocks:
            try:
                enforcer.load_rules()
            except Exception:
                return "refused\n"
            return "".join(f"{name} -> {decide(enforcer, name, target, credentials)}\n"
                           for name in blocks["ask"].splitlines())
        return "".join(f"{text} -> {decide(enforcer, _parser.parse_rule(text), target, credentials)}\n"
                       for text in blocks["checks"].splitlines())


def rewrite(text):
    parts, fence = [""], None
    for line in text.splitlines(keepends=True):
        if re.match("```+", line):
            fence = None if fence else line
        if not fence and line.startswith("#"):
            parts.append("")
        parts[-1] += line
    above = {}
    return "".join(rewritten(part, above) for part in parts)


def rewritten(part, above):
    blocks = {fence[2]: fence[3] for fence in FENCE.finditer(part)}
    if part.startswith("# "):
        above.update(blocks)
    blocks = above | blocks
    if "checks" not in blocks and "ask" not in blocks:
        return part
    found = decisions(blocks)
    return FENCE.sub(lambda fence: f"{fence[1]}{fence[2]}\n{found}{fence[1]}"
                     if fence[2] == "decisions" else fence[0], part)


WORDS = ["role:member", "role:admin", "role:%(r)s", "rule:unknown", "@", "!", "and", "and", "or", "or", "not", "AND",
         "project_id:%(project_id)s", "user_id:Q", "'a':a", "True:%(flag)s", "is_admin:False", "n:%(n)s", "(", ")",
         "((", "))", "(role:member", "role:member)", "(@)", "'quoted'", "plain", "not(", "()", "(not", "or)"]


def random_sentences():
    """Words in any order: what is decided, and the tree."""
    random.seed(7)
    credentials = {"roles": ["Member"], "project_id": "P", "user_id": "U", "is_admin": False, "n": None}
    target = {"project_id": "P", "r": "member", "flag": True, "n": None}
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        enforcer = new_enforcer(pathlib.Path(folder))
        while len(found) < 1500:
            text = " ".join(random.choices(WORDS, k=random.randint(1, 9)))
            tree = _parser.parse_rule(text)
            # Most random texts are no sentences; keep one in ten of those.
            if str(tree) != "!" or random.random() < 0.02:
                found[text] = [decide(enforcer, tree, target, credentials), str(tree)]
    cases = ",\n".join(json.dumps([text, *result]) for text, result in found.items())
    return (f'{{"credentials": {json.dumps(credentials)},\n"target": {json.dumps(target)},\n'
            f'"cases": [\n{cases}\n]}}\n')


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    written = {path: rewrite(path.read_text()) for path in sorted(HERE.glob("*.md"))}
    rules = json.loads((HERE / "rules.json").read_text())
    written[HERE / "sample.yaml"] = "".join(generator._format_rule_default_yaml(default(rule)) for rule in rules)
    written[HERE / "random.json"] = random_sentences()
    different = [path for path, text in written.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        sys.exit(f"not as oslo.policy: {[p.name for p in different]}" if different else 0)
    for path in different:
        path.write_text(written[path])


main()
