// SPDX-License-Identifier: Apache-2.0
//! Values from a user: accepted only within what is visible.

use std::rc::Rc;

use super::Configuration;
use super::range::answer;
use crate::dialect::ChoiceRules;
use crate::model::SymbolId;
use crate::value::{SymbolType, Tristate};

impl Configuration<'_> {
    /// Whether a user may give `symbol` this value now (`sym_tristate_within_range()`).
    pub fn tristate_within_range(&self, symbol: SymbolId, value: Tristate) -> bool {
        let slot = &self.slots[symbol];
        let kind = self.effective_type(symbol);
        if slot.visible == Tristate::No || !kind.is_logical() || slot.visible <= slot.reverse {
            return false;
        }
        if kind == SymbolType::Bool && value == Tristate::Module {
            return false;
        }
        let chosen_only = self.model.symbols[symbol].member_of.is_some();
        if chosen_only && slot.visible == Tristate::Yes {
            return value == Tristate::Yes;
        }
        (slot.reverse..=slot.visible).contains(&value)
    }

    /// Gives a bool or tristate its value; false when it may not have it
    /// (`sym_set_tristate_value()`).
    pub fn set_tristate(&mut self, symbol: SymbolId, value: Tristate) -> bool {
        let old = self.slots[symbol].value;
        let is_classic = self.model.dialect.choice == ChoiceRules::Mode;
        let unchanged = is_classic && old == value;
        if !unchanged && !self.tristate_within_range(symbol, value) {
            return false;
        }
        self.slots[symbol].user.is_set = true;
        self.slots[symbol].user.tristate = value;
        if value == Tristate::Yes {
            self.choose_by_mode(symbol);
        }
        if old != value {
            self.invalidate();
        }
        true
    }

    /// A member set to y is its choice's, and the other members are decided, too.
    fn choose_by_mode(&mut self, symbol: SymbolId) {
        let model = self.model;
        let Some(choice) = model.symbols[symbol].member_of else {
            return;
        };
        self.slots[choice].user.chosen = Some(symbol);
        self.slots[choice].user.is_set = true;
        for member in &model.symbols[choice].members {
            let slot = &mut self.slots[*member];
            slot.user.is_set |= slot.visible != Tristate::No;
        }
    }

    /// Gives any symbol its value as text; false when it may not have it
    /// (`sym_set_string_value()`).
    pub fn set_string(&mut self, symbol: SymbolId, text: &str) -> bool {
        let kind = self.model.symbols[symbol].kind;
        if kind.is_logical() {
            return answer(text).is_some_and(|value| self.set_tristate(symbol, value));
        }
        if !self.is_within_range(symbol, text) {
            return false;
        }
        let user = &mut self.slots[symbol].user;
        user.is_set = true;
        let prefixed = text.starts_with("0x") || text.starts_with("0X");
        if kind == SymbolType::Hex && !prefixed {
            user.text = Some(Rc::from(format!("0x{text}")));
        } else if user.text.as_deref() == Some(text) {
            return true;
        } else {
            user.text = Some(Rc::from(text));
        }
        self.invalidate();
        true
    }
}
