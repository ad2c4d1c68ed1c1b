// SPDX-License-Identifier: Apache-2.0
//! What only choices before 6.11 need: a type, a list of members, a mode.

use super::Finalizer;
use crate::expression::{ExprId, Relation};
use crate::model::{MenuId, PropertyKind, SymbolId};
use crate::value::SymbolType;

impl Finalizer<'_> {
    /// An untyped choice is of its first typed member's type, and untyped
    /// members are of the choice's.
    pub(super) fn settle_choice_type(&mut self, parent: MenuId, choice: SymbolId) {
        let children: Vec<MenuId> = self.model.children(parent).collect();
        let typed = |this: &Self, menu: MenuId| {
            let kind = this.model.symbols[this.model.menus[menu].symbol?].kind;
            (kind != SymbolType::Unknown).then_some(kind)
        };
        if self.model.symbols[choice].kind == SymbolType::Unknown
            && let Some(kind) = children.iter().find_map(|menu| typed(self, *menu))
        {
            self.set_type(parent, choice, kind);
        }
        let kind = self.model.symbols[choice].kind;
        for menu in children {
            if let Some(symbol) = self.model.menus[menu].symbol
                && self.model.symbols[symbol].kind == SymbolType::Unknown
            {
                self.set_type(menu, symbol, kind);
            }
        }
    }

    /// The symbol at `menu` becomes a member, once.
    pub(super) fn add_member(&mut self, choice: SymbolId, menu: MenuId) {
        let Some(symbol) = self.model.menus[menu].symbol else {
            return;
        };
        // A choice in a choice is an error that was reported; it is no member.
        let declared = &self.model.symbols[symbol];
        if declared.is_member() || declared.is_choice {
            return;
        }
        if self.model.menus[menu].prompt.is_none() {
            self.warn_menu(menu, "choice value must have a prompt");
        }
        self.warn_of_member_properties(choice, symbol, menu);
        let kinds = (
            self.model.symbols[choice].kind,
            self.model.symbols[symbol].kind,
        );
        if kinds.0 == SymbolType::Tristate && kinds.1 != SymbolType::Tristate {
            let chosen = self
                .model
                .expressions
                .compare(Relation::Equal, choice, SymbolId::YES);
            self.bind_to_choice(menu, chosen);
        }
        self.model.symbols[symbol].member_of = Some(choice);
        self.model.symbols[choice].members.push(symbol);
    }

    fn warn_of_member_properties(&mut self, choice: SymbolId, symbol: SymbolId, menu: MenuId) {
        for id in self.model.symbols[symbol].properties.clone() {
            let property = &self.model.properties[id];
            let (kind, at) = (property.kind, property.menu);
            if kind == PropertyKind::Default {
                self.warn_property(id, "defaults for choice values not supported");
            }
            let around = self.model.menus[at]
                .parent
                .and_then(|menu| self.model.menus[menu].symbol);
            if at != menu && kind == PropertyKind::Prompt && around != Some(choice) {
                self.warn_property(id, "choice value used outside its choice group");
            }
        }
    }

    /// A boolean member of a tristate choice can be chosen only when the mode is y.
    fn bind_to_choice(&mut self, menu: MenuId, chosen: ExprId) {
        let dependency = self.model.menus[menu].dependency;
        self.model.menus[menu].dependency = Some(self.conjoin(chosen, dependency));
        for id in self.model.menus[menu].properties.clone() {
            let condition = self.model.properties[id].condition;
            self.model.properties[id].condition = Some(self.conjoin(chosen, condition));
        }
    }

    /// A choice that isn't optional can't be switched off while it is visible.
    pub(super) fn hold_choice_up(&mut self, parent: MenuId) {
        let Some(symbol) = self.model.menus[parent].symbol else {
            return;
        };
        if !self.model.symbols[symbol].is_choice || self.model.symbols[symbol].is_optional {
            return;
        }
        let Some(prompt) = self.model.menus[parent].prompt else {
            return;
        };
        let condition = self.model.properties[prompt].condition;
        let module = self.model.expressions.symbol(SymbolId::MODULE);
        let held = self.model.expressions.and(condition, Some(module));
        let reverse = self.model.symbols[symbol].reverse;
        self.model.symbols[symbol].reverse = self.model.expressions.or(reverse, held);
    }
}
