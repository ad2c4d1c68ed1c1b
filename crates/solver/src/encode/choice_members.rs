// SPDX-License-Identifier: Apache-2.0
//! Choices since 6.11: whenever a member is visible, exactly one is y (`sym_calc_choice()`).

use kconfig::SymbolId;

use super::logical::rule;
use super::{Encoder, RuleKind};

impl Encoder<'_> {
    pub(super) fn choice_of_members(&mut self, choice: SymbolId) {
        let symbols = self.members(choice);
        let visible: Vec<_> = symbols
            .iter()
            .map(|member| self.visibility(*member).on)
            .collect();
        let members = self.pick(choice, symbols, visible);
        let any = self.circuit.or_all(members.visible.iter().copied());
        let all_open = self.all_open(&members.symbols);
        if all_open {
            let mut clause = members.picked.clone();
            clause.push(!any);
            self.rule(rule(choice, RuleKind::Choice), &clause);
        }
        let default = self.default_members(choice, &members);
        let picked = self.circuit.or_all(members.picked.iter().copied());
        for (place, member) in members.symbols.iter().enumerate() {
            self.chosen[*member] = if all_open {
                members.picked[place]
            } else {
                let by_default = self.circuit.and(default[place], !picked);
                self.circuit.or(members.picked[place], by_default)
            };
        }
    }
}
