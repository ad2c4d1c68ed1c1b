// SPDX-License-Identifier: Apache-2.0
//! Grows a random tree. By default it is valid: conditions speak of symbols with smaller
//! numbers only, and symbols select those with greater ones, so that no cycle arises.
//! A few trees are loose (cycles) or dirty (malformed lines).

mod block;
mod choice;
mod dirt;
mod entry;
mod expression;
mod input;
mod macros;
mod step;
mod value;

use super::case::Case;
use crate::dice::Dice;

/// What of the language differs between kernels, as far as a tree shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    /// A choice has a mode: it may be tristate, optional and named (before 6.11).
    pub(crate) choice_modes: bool,
    /// Comparing a bool by `!= y` is sound. In 6.12 `expr_transform()` of
    /// scripts/kconfig/expr.c reads a symbol as if it were an expression there.
    pub(crate) unequal_to_yes: bool,
}

/// The declared type of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    Tristate,
    Int,
    Hex,
    Text,
    /// Never declared.
    Unknown,
}

const KINDS: [Kind; 16] = [
    Kind::Bool,
    Kind::Bool,
    Kind::Bool,
    Kind::Bool,
    Kind::Bool,
    Kind::Tristate,
    Kind::Tristate,
    Kind::Tristate,
    Kind::Tristate,
    Kind::Tristate,
    Kind::Int,
    Kind::Int,
    Kind::Hex,
    Kind::Text,
    Kind::Text,
    Kind::Unknown,
];

/// A tree that is growing.
struct Grower {
    dice: Dice,
    language: Language,
    /// Of each symbol, known from the start: the rest of the tree may speak of any.
    kinds: Vec<Kind>,
    /// So many of the symbols, the first ones, have been defined.
    defined: usize,
    /// Those of choices.
    members: Vec<usize>,
    /// Its head defines variables.
    has_macros: bool,
    /// Cycles may arise.
    loose: bool,
    /// Files other than the root, which sources them.
    sourced: Vec<(String, Vec<String>)>,
}

/// The case of this seed.
pub(crate) fn case(seed: u64, language: Language) -> Case {
    let mut dice = Dice::seeded(seed);
    let size = dice.pick(&[2, 3, 4, 4, 5, 5, 5, 8]);
    let symbols = 1 + dice.below(size * size);
    let kinds = (0..symbols).map(|_| dice.pick(&KINDS)).collect();
    let loose = dice.chance(5);
    let dirty = dice.chance(10);
    let has_macros = dice.chance(40);
    let mut grower = Grower {
        dice,
        language,
        kinds,
        defined: 0,
        members: Vec::new(),
        has_macros,
        loose,
        sourced: Vec::new(),
    };
    let root = grower.root();
    let mut files = vec![("Kconfig".to_owned(), root)];
    files.append(&mut grower.sourced);
    if dirty {
        grower.soil(&mut files);
    }
    let mut case = Case::default();
    for (name, lines) in files {
        case.files.push((name, text(&lines)));
    }
    grower.add_inputs(&mut case);
    case
}

fn text(lines: &[String]) -> Vec<u8> {
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

/// The name of a symbol: of all sorts, spread over the hash table.
fn name(symbol: usize) -> String {
    let stem = ["A", "FOO_", "X", "OPTION_OF_MANY_", "b", "Q-", "_", "0X"][symbol % 8];
    format!("{stem}{symbol}")
}

impl Grower {
    fn root(&mut self) -> Vec<String> {
        let mut blocks = Vec::new();
        let symbols = self.kinds.len();
        while self.defined < symbols {
            blocks.push(self.block(0, 0));
        }
        for _ in 0..self.dice.below(3) {
            blocks.push(self.block(0, 0));
        }
        if self.dice.chance(65) {
            let at = self.dice.below(blocks.len() + 1);
            blocks.insert(at, modules(&mut self.dice));
        }
        if self.dice.chance(25) {
            self.dice.shuffle(&mut blocks);
        }
        let mut lines = self.preamble();
        lines.extend(blocks.into_iter().flatten());
        lines
    }

    /// The mainmenu and the variables, when there are any.
    fn preamble(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.dice.chance(20) {
            lines.push(format!("mainmenu {}", self.quoted()));
        }
        lines.extend(self.variables());
        lines
    }
}

fn modules(dice: &mut Dice) -> Vec<String> {
    let mut lines = vec!["config MODULES".to_owned()];
    lines.push(
        dice.pick(&[
            "\tbool \"modules\"",
            "\tbool",
            "\tbool \"modules\" if NOWHERE = n",
            "\tdef_bool y",
        ])
        .to_owned(),
    );
    if dice.chance(60) {
        lines.push(
            dice.pick(&[
                "\tdefault y",
                "\tdefault n",
                "\tdefault y if ELSEWHERE != 3",
            ])
            .to_owned(),
        );
    }
    if dice.chance(95) {
        lines.push("\tmodules".to_owned());
    }
    lines
}
