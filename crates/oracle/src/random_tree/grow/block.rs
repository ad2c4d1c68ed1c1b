// SPDX-License-Identifier: Apache-2.0
//! What stands between entries: menus, ifs, comments, further definitions, other files.

use super::entry::Role;
use super::{Grower, name};

const DEEPEST: usize = 4;

impl Grower {
    /// One statement with all that is in it. The conditions around it speak of symbols
    /// below `floor`: only what is not below may be defined here.
    pub(super) fn block(&mut self, floor: usize, depth: usize) -> Vec<String> {
        if self.defined == self.kinds.len() {
            return self.again(floor);
        }
        match self.dice.below(if depth < DEEPEST { 20 } else { 11 }) {
            0..10 => self.next_entry(),
            10 => self.again(floor),
            11..13 => self.menu(depth),
            13..15 => self.conditional(depth),
            15..18 => self.choice(),
            18 => self.sourced(floor, depth),
            _ => self.comment(),
        }
    }

    fn next_entry(&mut self) -> Vec<String> {
        let symbol = self.defined;
        self.defined += 1;
        self.entry(symbol, Role::of(symbol))
    }

    /// Something that defines no new symbol.
    fn again(&mut self, floor: usize) -> Vec<String> {
        if self.defined <= floor || self.dice.chance(20) {
            return self.comment();
        }
        let symbol = floor + self.dice.below(self.defined - floor);
        if self.members.contains(&symbol) && !self.odd() {
            return self.comment();
        }
        self.entry(symbol, Role::of(symbol))
    }

    fn comment(&mut self) -> Vec<String> {
        let bound = self.defined;
        let mut lines = vec![format!("comment {}", self.quoted())];
        if self.dice.chance(50) {
            lines.push(format!("\tdepends on {}", self.condition(bound)));
        }
        lines
    }

    fn menu(&mut self, depth: usize) -> Vec<String> {
        let bound = self.defined;
        let mut lines = vec![format!("menu {}", self.quoted())];
        if self.dice.chance(40) {
            lines.push(format!("\tdepends on {}", self.condition(bound)));
        }
        if self.dice.chance(30) {
            lines.push(format!("\tvisible if {}", self.condition(bound)));
        }
        lines.extend(self.body(depth));
        lines.push("endmenu".to_owned());
        lines
    }

    fn conditional(&mut self, depth: usize) -> Vec<String> {
        let mut lines = vec![format!("if {}", self.condition(self.defined))];
        lines.extend(self.body(depth));
        lines.push("endif".to_owned());
        lines
    }

    fn body(&mut self, depth: usize) -> Vec<String> {
        let floor = self.defined;
        (0..self.dice.below(4))
            .flat_map(|_| self.block(floor, depth + 1))
            .collect()
    }

    fn sourced(&mut self, floor: usize, depth: usize) -> Vec<String> {
        let file = format!("Kconfig.{}", self.sourced.len());
        self.sourced.push((file.clone(), Vec::new()));
        let lines = self.block(floor, depth + 1);
        if let Some(place) = self.sourced.iter_mut().find(|(name, _)| *name == file) {
            place.1 = lines;
        }
        vec![format!("source \"{file}\"")]
    }

    /// A comment, an if around members, a second definition: what a choice may also have.
    pub(super) fn beside_members(&mut self, members: &[usize], bound: usize) -> Vec<String> {
        let Some(member) = members.get(self.dice.below(members.len())) else {
            return self.comment();
        };
        match self.dice.below(4) {
            0 => self.entry(*member, Role::of_member(members, bound)),
            1 if self.language.choice_modes => vec![
                format!("config {}", name(*member)),
                "\tdepends on y".to_owned(),
            ],
            _ => self.comment(),
        }
    }
}
