# SPDX-License-Identifier: Apache-2.0
"""olddefconfig by Kconfiglib 14.1.0: kconfiglib_driver.py KCONFIG INPUT OUTPUT.

Kconfiglib is of 2020. It is taught from outside what kernels do since: `modules` as an
attribute of its own, what `imply` means (scripts/kconfig/symbol.c: sym_calc_value()),
and to take the shell's answers from the file that KAAS_SHELL_ANSWERS names.
"""

import os
import sys

import kconfiglib

HEADER = "#\n# Automatically generated file; DO NOT EDIT.\n# {}\n#\n"


def unescape(text):
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\n", "\n") for part in parts)


def recorded_answers(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n")[2:] for line in file][1:]
    return {unescape(c): unescape(a) for c, a in zip(lines[::2], lines[1::2])}


def replay(answers):
    def shell(_kconf, _name, command):
        return answers[command].rstrip("\n").replace("\n", " ")

    kconfiglib._shell_fn = shell


def modules_attribute():
    """`modules` on its own line was `option modules` before Linux 5.13."""
    tokenize = kconfiglib.Kconfig._tokenize

    def newer(self, line):
        if line.strip() == "modules":
            line = "option modules\n"
        return tokenize(self, line)

    kconfiglib.Kconfig._tokenize = newer


def imply():
    """Without a user's value: min(max(value, implied), direct dependency), written out
    whenever something implies it, and never promoted from m to y."""
    older = kconfiglib.Symbol.tri_value.fget
    value_of = kconfiglib.expr_value

    def default(symbol):
        for expression, condition in symbol.defaults:
            limit = value_of(condition)
            if limit:
                return min(value_of(expression), limit)
        return 0

    def tri_value(self):
        cached = self._cached_tri_val
        if cached is not None:
            return cached
        tristate = self.orig_type in (kconfiglib.BOOL, kconfiglib.TRISTATE)
        if self.choice or not tristate or self.weak_rev_dep is self.kconfig.n:
            return older(self)
        visible, selected = self.visibility, value_of(self.rev_dep)
        if visible and self.user_value is not None:
            value, written = min(self.user_value, visible), True
        else:
            implied, value = value_of(self.weak_rev_dep), default(self)
            written = bool(visible or value or implied)
            if implied:
                value = min(max(value, implied), value_of(self.direct_dep))
        value = max(value, selected)
        if value == 1 and self.type is kconfiglib.BOOL:
            value = 2
        self._write_to_conf = bool(written or selected)
        self._cached_tri_val = value
        return value

    kconfiglib.Symbol.tri_value = property(tri_value)


def main(kconfig, given, written):
    answers = os.environ.get("KAAS_SHELL_ANSWERS")
    if answers:
        replay(recorded_answers(answers))
    modules_attribute()
    imply()
    model = kconfiglib.Kconfig(kconfig, warn=False)
    model.load_config(given)
    model.write_config(written, header=HEADER.format(model.mainmenu_text), save_old=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
