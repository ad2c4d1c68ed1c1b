// SPDX-License-Identifier: Apache-2.0
//! Properties that don't go with their symbol's type (`sym_check_prop()`).

use super::Finalizer;
use crate::arena::Index;
use crate::expression::Expression;
use crate::model::{MenuId, PropertyId, PropertyKind, SymbolId};
use crate::number;
use crate::value::SymbolType;

impl Finalizer<'_> {
    /// Once for each symbol, at the place that is finalised first.
    pub(super) fn check_symbol(&mut self, menu: MenuId, symbol: SymbolId) {
        if std::mem::replace(&mut self.warned[symbol.to_usize()], true) {
            return;
        }
        if self.model.symbols[symbol].kind == SymbolType::Unknown {
            self.warn_menu(menu, "config symbol defined without type");
        }
        let is_choice = self.model.symbols[symbol].is_choice;
        if self.is_classic() && is_choice && self.model.menus[menu].prompt.is_none() {
            self.warn_menu(menu, "choice must have a prompt");
        }
        for at in 0..self.model.symbols[symbol].properties.len() {
            let id = self.model.symbols[symbol].properties[at];
            match self.model.properties[id].kind {
                PropertyKind::Default => self.check_default(symbol, id),
                PropertyKind::Select | PropertyKind::Imply => self.check_select(symbol, id),
                PropertyKind::Range => self.check_range(symbol, id),
                _ => {}
            }
        }
    }

    fn check_default(&mut self, symbol: SymbolId, id: PropertyId) {
        let kind = self.model.symbols[symbol].kind;
        let name = self.model.symbols[symbol].display_name().to_owned();
        let Some(value) = self.model.property_symbol(&self.model.properties[id]) else {
            if matches!(kind, SymbolType::String | SymbolType::Int | SymbolType::Hex) {
                let text = format!("default for config symbol '{name}' must be a single symbol");
                self.warn_property(id, text);
            }
            return;
        };
        if matches!(kind, SymbolType::Hex | SymbolType::Int) && !self.is_number(kind, value) {
            // A choice has no name, and printf() says so.
            let name = self.model.symbols[symbol]
                .name
                .as_deref()
                .unwrap_or("(null)");
            self.warn_property(id, format!("'{name}': number is invalid"));
        }
        if self.model.symbols[symbol].is_choice && !self.is_member_of(value, symbol) {
            let member = self.model.symbols[value].display_name();
            let text = format!("choice default symbol '{member}' is not contained in the choice");
            self.warn_property(id, text);
        }
    }

    fn is_member_of(&self, member: SymbolId, choice: SymbolId) -> bool {
        if self.is_classic() {
            return self.model.symbols[member].member_of == Some(choice);
        }
        let around = self.model.choice_of(member);
        around.is_some_and(|menu| self.model.menus[menu].symbol == Some(choice))
    }

    fn check_select(&mut self, symbol: SymbolId, id: PropertyId) {
        let word = self.model.properties[id].kind.as_str();
        let Some(target) = self.model.property_symbol(&self.model.properties[id]) else {
            return;
        };
        let target_kind = self.model.symbols[target].kind;
        if !self.model.symbols[symbol].kind.is_logical() {
            let name = self.model.symbols[symbol].display_name();
            let text = format!("config symbol '{name}' uses {word}, but is not bool or tristate");
            self.warn_property(id, text);
        } else if target_kind != SymbolType::Unknown && !target_kind.is_logical() {
            let name = self.model.symbols[target].display_name();
            let text = format!(
                "'{name}' has wrong type. '{word}' only accept arguments of bool and tristate type"
            );
            self.warn_property(id, text);
        }
    }

    fn check_range(&mut self, symbol: SymbolId, id: PropertyId) {
        let kind = self.model.symbols[symbol].kind;
        if !matches!(kind, SymbolType::Int | SymbolType::Hex) {
            self.warn_property(id, "range is only allowed for int or hex symbols");
        }
        let bounds = self.model.properties[id]
            .expr
            .map(|expr| self.model.expressions.get(expr));
        let Some(Expression::Range(low, high)) = bounds else {
            return;
        };
        if !self.is_number(kind, low) || !self.is_number(kind, high) {
            self.warn_property(id, "range is invalid");
        }
    }

    /// Another number symbol, or a literal that is valid for `kind`
    /// (`menu_validate_number()`).
    fn is_number(&self, kind: SymbolType, value: SymbolId) -> bool {
        let value = &self.model.symbols[value];
        match value.kind {
            SymbolType::Int | SymbolType::Hex => true,
            SymbolType::Unknown => number::is_valid(kind, value.name.as_deref().unwrap_or("")),
            _ => false,
        }
    }
}
