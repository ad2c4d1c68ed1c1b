// SPDX-License-Identifier: Apache-2.0
//! Makes a valid tree invalid: lines that mean nothing, that are missing, or cut.

use super::Grower;

const LINES: [&str; 52] = [
    "config",
    "config A B",
    "config \"A\"",
    "bogus",
    "bogus words here",
    "\tbool \"orphan\"",
    "\tbool bool",
    "\tbool \"a\" if",
    "endif",
    "endmenu",
    "endchoice",
    "endif if",
    "endmenu 2",
    "endchoice \"c\"",
    "mainmenu unquoted",
    "if",
    "if A0",
    "menu",
    "menu \"open\"",
    "choice",
    "comment",
    "comment \"c\" if A0",
    "\tdepends A0",
    "\tdepends on",
    "\tdepends on A0 &&",
    "\tdepends on (A0",
    "\tdepends on A0)",
    "\tdepends on A0 if X2",
    "\tdepends on A0 = X2 = b4",
    "\tdefault",
    "\tselect",
    "\tselect A0 X2",
    "\tselect \"A0\"",
    "\timply A0 if",
    "\trange 1",
    "\trange 1 2 3",
    "\tprompt unquoted",
    "\tvisible if A0",
    "\tmodules",
    "\toptional",
    "\ttransitional",
    "\toption env=\"X\"",
    "\thelp",
    "---help---",
    "source \"Kconfig\"",
    "source \"missing\"",
    "source unquoted",
    "mainmenu \"late\"",
    "\"quoted statement\"",
    "\tstring \"open",
    "A0 = a variable",
    "% ^ @ é",
];

// `X := $(X)` is left out where X is set: `variable_add()` of scripts/kconfig/preprocess.c
// frees the old value before it expands the new one.
const CUTS: [&str; 4] = [
    "$(unterminated",
    "\tdepends on $(fn,",
    "X := $(X",
    "Y = $(Y)\n$(Y)",
];

impl Grower {
    pub(super) fn soil(&mut self, files: &mut [(String, Vec<String>)]) {
        for _ in 0..=self.dice.below(2) {
            let file = self.dice.below(files.len());
            let lines = &mut files[file].1;
            let at = self.dice.below(lines.len() + 1);
            match self.dice.below(10) {
                0..5 => lines.insert(at, self.dice.pick(&LINES).to_owned()),
                5 => lines.insert(at, self.dice.pick(&CUTS).to_owned()),
                6..8 if at < lines.len() => drop(lines.remove(at)),
                8 => lines.truncate(at),
                _ => swap_words(lines, at, self.dice.number()),
            }
        }
    }
}

/// Two words of a line change places.
fn swap_words(lines: &mut [String], at: usize, chance: u64) {
    let Some(line) = lines.get_mut(at) else {
        return;
    };
    let mut words: Vec<&str> = line.split(' ').collect();
    let first = usize::try_from(chance).unwrap_or_default() % words.len();
    words.swap(0, first);
    *line = words.join(" ");
}
