// SPDX-License-Identifier: Apache-2.0
//! Values of each type, right and wrong ones, and quoted text.

use super::{Grower, Kind, name};

const TEXTS: [&str; 14] = [
    "\"text\"",
    "\"\"",
    "\"two words\"",
    "'single'",
    "\"a \\\"quoted\\\" word\"",
    "\"back\\\\slash\"",
    "'it\\'s'",
    "\"'\"",
    "\"$(VAR_A)\"",
    "\"costs $5\"",
    "\"$(fn,x)y\"",
    "\"# no comment\"",
    "\"ä\"",
    "\"\ttab\"",
];
const INTS: [&str; 10] = [
    "0",
    "1",
    "7",
    "10",
    "42",
    "-1",
    "100",
    "9223372036854775808",
    "007",
    "1x",
];
const HEXES: [&str; 9] = [
    "0x0",
    "0x1",
    "0x10",
    "0xff",
    "10",
    "FF",
    "0XaB",
    "0xffffffffffffffff",
    "0xg",
];

impl Grower {
    pub(super) fn quoted(&mut self) -> String {
        let known = if self.odd() {
            TEXTS.len()
        } else {
            TEXTS.len() - 1
        };
        self.dice.pick(&TEXTS[..known]).to_owned()
    }

    /// The value of a `default`, which may be that of another symbol.
    pub(super) fn default_value(&mut self, kind: Kind, bound: usize) -> String {
        if self.dice.chance(12) {
            return self.referred_value(kind, bound);
        }
        match kind {
            Kind::Bool | Kind::Tristate => match self.dice.below(4) {
                0 => self.condition(bound),
                1 => "m".to_owned(),
                _ => "y".to_owned(),
            },
            Kind::Int | Kind::Hex => self.number(kind),
            Kind::Text | Kind::Unknown => self.quoted(),
        }
    }

    /// The name of a symbol to take the value of. Since 6.11 a bool in a choice may have
    /// no text (`sym_calc_choice()` of scripts/kconfig/symbol.c), and a number that is
    /// to be the same has none either: the C tool prints what is not there.
    pub(super) fn referred_value(&mut self, kind: Kind, bound: usize) -> String {
        let logical = matches!(kind, Kind::Bool | Kind::Tristate);
        let found = self.candidate(bound);
        let textless = |symbol: &usize| !logical && self.members.contains(symbol);
        match found.filter(|symbol| !textless(symbol)) {
            Some(symbol) => name(symbol),
            None => "NOWHERE".to_owned(),
        }
    }

    /// A number as a range or default has it: hardly ever a wrong one.
    pub(super) fn number(&mut self, kind: Kind) -> String {
        let values: &[&str] = if kind == Kind::Hex { &HEXES } else { &INTS };
        let sound = if self.dice.chance(90) {
            6
        } else {
            values.len()
        };
        let value = self.dice.pick(&values[..sound]);
        if value.starts_with('-') || self.dice.chance(15) {
            format!("\"{value}\"")
        } else {
            value.to_owned()
        }
    }

    /// The value of a line of `.config`.
    pub(super) fn written(&mut self, kind: Kind) -> String {
        let odd = [
            "",
            "\"",
            "\"open",
            "yes",
            "5",
            "no",
            "\"x\\\"y\"",
            "\"a\"b",
            " y",
            "\"back\\",
            "0x",
            "-",
        ];
        if self.dice.chance(8) {
            return self.dice.pick(&odd).to_owned();
        }
        match kind {
            Kind::Bool => self.dice.pick(&["y", "y", "y", "n", "m", "Y"]).to_owned(),
            Kind::Tristate => self.dice.pick(&["y", "y", "m", "m", "n", "M"]).to_owned(),
            Kind::Int => self.dice.pick(&INTS).to_owned(),
            Kind::Hex => self.dice.pick(&HEXES).to_owned(),
            Kind::Text | Kind::Unknown => {
                let texts = [
                    "\"text\"",
                    "\"\"",
                    "\"a \\\"b\\\" \\\\ c\"",
                    "\"$(X)\"",
                    "\"ä\"",
                    "\"it's\"",
                ];
                self.dice.pick(&texts).to_owned()
            }
        }
    }
}
