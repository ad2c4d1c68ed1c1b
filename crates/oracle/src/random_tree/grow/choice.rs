// SPDX-License-Identifier: Apache-2.0
//! Choices under both rules.

use super::entry::Role;
use super::{Grower, Kind, name};

impl Grower {
    pub(super) fn choice(&mut self) -> Vec<String> {
        let first = self.defined;
        let count = self.dice.below(5).min(self.kinds.len() - first);
        let members: Vec<usize> = (first..first + count).collect();
        let tristate = self.language.choice_modes && self.dice.chance(45);
        for member in &members {
            let kind = if tristate && self.dice.chance(80) {
                Kind::Tristate
            } else {
                Kind::Bool
            };
            self.kinds[*member] = kind;
        }
        self.defined += count;
        self.members.extend(&members);
        let mut lines = self.choice_head(tristate, first);
        lines.extend(self.choice_options(&members, first));
        lines.extend(self.members(&members, first));
        lines.push("endchoice".to_owned());
        lines
    }

    fn choice_head(&mut self, tristate: bool, bound: usize) -> Vec<String> {
        let named = self.language.choice_modes && self.dice.chance(15);
        let label = if named {
            format!(" CHOICE_{bound}")
        } else {
            String::new()
        };
        let mut lines = vec![format!("choice{label}")];
        let prompt = self.prompt(bound);
        if !self.language.choice_modes {
            let keyword = self.dice.pick(&["prompt", "prompt", "bool"]);
            lines.push(format!("\t{keyword} {prompt}"));
            return lines;
        }
        match self.dice.below(4) {
            0 => lines.push(format!("\tprompt {prompt}")),
            1 if self.dice.chance(15) => {}
            _ if tristate => lines.push(format!("\ttristate {prompt}")),
            _ => lines.push(format!("\tbool {prompt}")),
        }
        if self.dice.chance(25) {
            lines.push("\toptional".to_owned());
        }
        lines
    }

    fn choice_options(&mut self, members: &[usize], bound: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for _ in 0..self.dice.below(3) {
            if let Some(member) = members.get(self.dice.below(members.len())) {
                lines.push(format!(
                    "\tdefault {}{}",
                    name(*member),
                    self.suffix(bound, 40)
                ));
            }
        }
        if self.dice.chance(30) {
            lines.push(format!("\tdepends on {}", self.condition(bound)));
        }
        if self.dice.chance(15) {
            lines.push("\thelp\n\t  Pick one.".to_owned());
        }
        lines
    }

    fn members(&mut self, members: &[usize], bound: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for member in members {
            let entry = self.entry(*member, Role::of_member(members, bound));
            // Only `config` may stand in a choice since 6.11.
            let entry = entry
                .into_iter()
                .map(|line| line.replace("menuconfig", "config"));
            if self.dice.chance(15) {
                lines.push(format!("if {}", self.condition(bound)));
                lines.extend(entry);
                lines.push("endif".to_owned());
            } else {
                lines.extend(entry);
            }
            if self.dice.chance(8) {
                lines.extend(self.beside_members(members, bound));
            }
        }
        lines
    }
}
