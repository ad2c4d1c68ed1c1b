// SPDX-License-Identifier: Apache-2.0
//! Choices before 6.11: a choice is a symbol whose value, its mode, bounds its
//! members; in mode y one of them is chosen.

use super::Configuration;
use crate::dialect::ChoiceRules;
use crate::model::{PropertyKind, SymbolId};
use crate::value::{SymbolType, Tristate};

impl Configuration<'_> {
    fn is_classic(&self) -> bool {
        self.model.dialect.choice == ChoiceRules::Mode
    }

    /// A member whose choice was not settled yet waits for it.
    pub(super) fn settle_choice_before(&mut self, symbol: SymbolId) {
        if let Some(choice) = self.model.symbols[symbol].member_of
            && std::mem::take(&mut self.slots[symbol].settle_members)
        {
            self.calculate(choice);
        }
    }

    pub(super) fn settle_choice_after(&mut self, symbol: SymbolId) {
        if self.slots[symbol].settle_members {
            self.settle_members(symbol);
        }
    }

    /// Members without a given value are off from now on (`set_all_choice_values()`).
    pub(crate) fn settle_members(&mut self, choice: SymbolId) {
        let model = self.model;
        for member in &model.symbols[choice].members {
            let user = &mut self.slots[*member].user;
            if !user.is_set {
                user.tristate = Tristate::No;
            }
        }
        let slot = &mut self.slots[choice];
        slot.user.is_set = true;
        slot.settle_members = false;
        self.forget_value(choice);
    }

    /// In mode y, a member is on exactly when it is the chosen one.
    pub(super) fn member_value_by_mode(&self, symbol: SymbolId) -> Option<Tristate> {
        let choice = self.model.symbols[symbol].member_of?;
        let decided = self.slots[symbol].visible == Tristate::Yes;
        decided.then(|| Tristate::from(self.slots[choice].chosen == Some(symbol)))
    }

    /// A tristate member that could only be m is hidden in mode y.
    pub(super) fn member_visibility(&self, symbol: SymbolId, condition: Tristate) -> Tristate {
        let declared = &self.model.symbols[symbol];
        let Some(choice) = declared.member_of else {
            return condition;
        };
        let hidden = declared.kind == SymbolType::Tristate
            && condition == Tristate::Module
            && self.slots[choice].value == Tristate::Yes;
        if hidden { Tristate::No } else { condition }
    }

    pub(super) fn settle_chosen(&mut self, symbol: SymbolId) {
        let is_choice = self.is_classic() && self.model.symbols[symbol].is_choice;
        if is_choice && self.slots[symbol].value == Tristate::Yes {
            self.slots[symbol].chosen = self.decided_member(symbol);
        }
    }

    /// The user's member if it is visible, or else the default one (`sym_calc_choice()`).
    fn decided_member(&mut self, choice: SymbolId) -> Option<SymbolId> {
        let model = self.model;
        let mut all_given = true;
        for member in &model.symbols[choice].members {
            self.calculate_visibility(*member);
            let slot = &self.slots[*member];
            all_given &= slot.visible == Tristate::No || slot.user.is_set;
        }
        self.slots[choice].user.is_set &= all_given;
        let wanted = self.slots[choice].user.chosen;
        let chosen = wanted
            .filter(|member| self.slots[*member].visible != Tristate::No)
            .or_else(|| self.default_member(choice));
        if chosen.is_none() {
            self.slots[choice].value = Tristate::No;
        }
        chosen
    }

    /// The first visible default, or else the first visible member (`sym_choice_default()`).
    pub(crate) fn default_member(&mut self, choice: SymbolId) -> Option<SymbolId> {
        let model = self.model;
        self.declared_default(choice).or_else(|| {
            let mut members = model.symbols[choice].members.iter().copied();
            members.find(|member| self.slots[*member].visible != Tristate::No)
        })
    }

    /// The member that the first applicable `default` of a visible member names.
    pub(super) fn declared_default(&mut self, choice: SymbolId) -> Option<SymbolId> {
        let model = self.model;
        for property in model.properties_of(choice, PropertyKind::Default) {
            if self.truth(property.condition) == Tristate::No {
                continue;
            }
            let member = model.property_symbol(property);
            if let Some(member) = member.filter(|it| self.slots[*it].visible != Tristate::No) {
                return Some(member);
            }
        }
        None
    }

    /// A written choice writes its visible members.
    pub(super) fn write_members(&mut self, choice: SymbolId) {
        let model = self.model;
        for member in &model.symbols[choice].members {
            let written = self.slots[choice].write;
            let slot = &mut self.slots[*member];
            slot.write |= written && slot.visible != Tristate::No;
        }
    }
}
