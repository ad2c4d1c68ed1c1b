// SPDX-License-Identifier: Apache-2.0
//! Defaults: the one that applies, and what a symbol would be without a user.

use std::rc::Rc;

use super::Configuration;
use crate::model::{Property, PropertyKind, SymbolId};
use crate::value::{SymbolType, Tristate};

impl<'m> Configuration<'m> {
    /// The first property of that kind whose condition isn't n, with the
    /// condition's value (`sym_get_default_prop()`, `sym_get_range_prop()`).
    pub(crate) fn applicable(
        &mut self,
        symbol: SymbolId,
        kind: PropertyKind,
    ) -> Option<(&'m Property, Tristate)> {
        let model = self.model;
        for id in &model.symbols[symbol].properties {
            let property = &model.properties[*id];
            if property.kind != kind {
                continue;
            }
            let condition = self.truth(property.condition);
            self.conditions[*id] = condition;
            if condition != Tristate::No {
                return Some((property, condition));
            }
        }
        None
    }

    /// The value it would have if the user had given none, as text; a minimal
    /// configuration leaves it out (`sym_get_string_default()`).
    pub fn default_value(&mut self, symbol: SymbolId) -> Rc<str> {
        self.calculate_visibility(symbol);
        self.calculate(self.model.modules);
        let kind = self.model.symbols[symbol].kind;
        let default = self.applicable(symbol, PropertyKind::Default);
        if kind.is_logical() {
            let declared = default.map_or(Tristate::No, |(property, condition)| {
                self.truth(property.expr).min(condition)
            });
            return Rc::from(self.default_tristate(symbol, declared).as_str());
        }
        let source = default.and_then(|(property, _)| self.model.property_symbol(property));
        let text = source.map(|source| {
            self.calculate(source);
            self.raw_text(source)
        });
        text.filter(|text| !text.is_empty())
            .unwrap_or_else(|| self.zero(kind))
    }

    fn default_tristate(&self, symbol: SymbolId, declared: Tristate) -> Tristate {
        let slot = &self.slots[symbol];
        let symbol = &self.model.symbols[symbol];
        let mut value = declared.max(slot.reverse);
        let no_modules = self.slots[self.model.modules].value == Tristate::No;
        let is_bool = symbol.kind == SymbolType::Bool;
        if value == Tristate::Module && ((no_modules && !symbol.is_member()) || is_bool) {
            value = Tristate::Yes;
        }
        value.max(slot.implied)
    }
}
