// SPDX-License-Identifier: Apache-2.0
//! What a front end shows of a configuration besides the values.

use super::Configuration;
use crate::dialect::ChoiceRules;
use crate::expression::ExprId;
use crate::model::{MenuId, PropertyKind, SymbolId};
use crate::value::Tristate;

impl Configuration<'_> {
    /// The member in force of the choice at `menu`. Since 6.11 this settles the
    /// choice; before, it is what was settled when the choice was calculated
    /// (`sym_calc_choice()`, `sym_get_choice_value()`).
    pub fn chosen_member(&mut self, menu: MenuId) -> Option<SymbolId> {
        match self.model.dialect.choice {
            ChoiceRules::Members => self.calculate_choice(menu),
            ChoiceRules::Mode => self.slots[self.model.menus[menu].symbol?].chosen,
        }
    }

    /// The range that applies to an int or hex symbol now (`sym_get_range_prop()`).
    pub fn range(&mut self, symbol: SymbolId) -> Option<ExprId> {
        let (range, _) = self.applicable(symbol, PropertyKind::Range)?;
        range.expr
    }

    /// Calculates every symbol, in the order of the symbol table.
    pub fn calculate_all(&mut self) {
        for symbol in self.model.table_order() {
            self.calculate(*symbol);
        }
    }

    /// Whether the value is another than in the `auto.conf` that was read; no line in
    /// it stands for n (`conf_touch_deps()`).
    pub fn differs_from_auto(&self, symbol: SymbolId) -> bool {
        let declared = &self.model.symbols[symbol];
        let slot = &self.slots[symbol];
        if declared.is_choice || declared.name.is_none() {
            return false;
        }
        match (slot.write, slot.auto.is_set) {
            (true, true) if declared.kind.is_logical() => slot.value != slot.auto.tristate,
            (true, true) => slot.auto.text.as_deref() != Some(&*slot.text),
            (true, false) => !declared.kind.is_logical() || slot.value != Tristate::No,
            (false, was_set) => was_set,
        }
    }
}
