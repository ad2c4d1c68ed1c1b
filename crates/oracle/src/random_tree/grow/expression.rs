// SPDX-License-Identifier: Apache-2.0
//! Conditions: of symbols, constants, undefined names, comparisons.

use super::{Grower, Kind, name};

const CONSTANTS: [&str; 12] = [
    "y", "n", "m", "\"y\"", "\"n\"", "'m'", "\"\"", "\"text\"", "0", "\"10\"", "0x1F", "\"-1\"",
];
const UNDEFINED: [&str; 4] = ["NOWHERE", "ELSEWHERE", "12", "text"];
/// Never empty: [`super::macros`] defines them.
const EXPANSIONS: [&str; 4] = [
    "$(COND)",
    "$(second,a,y)",
    "\"$(COND)\"",
    "$(second, y,$(COND))",
];
const RELATIONS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

impl Grower {
    /// A condition on symbols with numbers below `bound`.
    pub(super) fn condition(&mut self, bound: usize) -> String {
        let depth = self.dice.below(3);
        self.expression(bound, depth)
    }

    fn expression(&mut self, bound: usize, depth: usize) -> String {
        if depth == 0 {
            return self.atom(bound);
        }
        match self.dice.below(8) {
            0..3 => self.binary(" && ", bound, depth),
            3..6 => self.binary(" || ", bound, depth),
            6 => format!("!{}", self.grouped(bound, depth - 1)),
            _ => self.atom(bound),
        }
    }

    fn binary(&mut self, operator: &str, bound: usize, depth: usize) -> String {
        let left = self.grouped(bound, depth - 1);
        let right = self.grouped(bound, depth - 1);
        format!("{left}{operator}{right}")
    }

    /// In parentheses, most often.
    fn grouped(&mut self, bound: usize, depth: usize) -> String {
        let inner = self.expression(bound, depth);
        if self.dice.chance(60) {
            format!("({inner})")
        } else {
            inner
        }
    }

    fn atom(&mut self, bound: usize) -> String {
        match self.dice.below(20) {
            0..12 => self.reference(bound),
            12..14 => format!("!{}", self.reference(bound)),
            14..18 => self.comparison(bound),
            18 if self.has_macros => self.dice.pick(&EXPANSIONS).to_owned(),
            18 => self.dice.pick(&CONSTANTS).to_owned(),
            _ => self.dice.pick(&UNDEFINED).to_owned(),
        }
    }

    /// The name of a symbol that may be spoken of.
    pub(super) fn reference(&mut self, bound: usize) -> String {
        match self.candidate(bound) {
            Some(symbol) => name(symbol),
            None => self.dice.pick(&["y", "n", "m", "NOWHERE"]).to_owned(),
        }
    }

    /// The number of a symbol that may be spoken of, a bool or tristate if there is one near.
    pub(super) fn candidate(&mut self, bound: usize) -> Option<usize> {
        let bound = if self.loose { self.kinds.len() } else { bound };
        if bound == 0 {
            return None;
        }
        let tries = [0; 3].map(|_| self.dice.below(bound));
        let logical = |symbol: &&usize| matches!(self.kinds[**symbol], Kind::Bool | Kind::Tristate);
        tries.iter().find(logical).or(tries.first()).copied()
    }

    fn comparison(&mut self, bound: usize) -> String {
        let relation = self.dice.pick(&RELATIONS);
        let left = self.operand(bound);
        let mut right = self.operand(bound);
        let unsound = !self.language.unequal_to_yes && relation == "!=";
        if unsound && right.trim_matches(['"', '\'']) == "y" {
            "n".clone_into(&mut right);
        }
        format!("{left} {relation} {right}")
    }

    fn operand(&mut self, bound: usize) -> String {
        match self.dice.below(10) {
            0..6 if bound > 0 => name(self.dice.below(bound)),
            9 => self.dice.pick(&UNDEFINED).to_owned(),
            _ => self.dice.pick(&CONSTANTS).to_owned(),
        }
    }

    /// ` if CONDITION`, or nothing.
    pub(super) fn suffix(&mut self, bound: usize, percent: usize) -> String {
        if self.dice.chance(percent) {
            format!(" if {}", self.condition(bound))
        } else {
            String::new()
        }
    }
}
