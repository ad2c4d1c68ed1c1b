// SPDX-License-Identifier: Apache-2.0
//! Choices: what both dialects have in common.

use kconfig::{MenuId, PropertyKind, SymbolId};

use super::logical::rule;
use super::walk::Node;
use super::{Encoder, RuleKind, Value};
use crate::circuit::Lit;

/// The members of a choice and what can be said of each, in parallel.
pub(super) struct Members {
    pub(super) symbols: Vec<SymbolId>,
    /// Whether each is visible when one of them is to be chosen.
    pub(super) visible: Vec<Lit>,
    /// Whether the user decides for it.
    pub(super) picked: Vec<Lit>,
}

impl Encoder<'_> {
    /// The choice that `symbol` is a member of.
    pub(super) fn choice_of(&self, symbol: SymbolId) -> Option<SymbolId> {
        if self.is_classic() {
            return self.model.symbol(symbol).member_of;
        }
        let menu = self.model.choice_of(symbol)?;
        self.model.menu(menu).symbol
    }

    pub(super) fn choice_menu(&self, choice: SymbolId) -> Option<MenuId> {
        self.model.symbol(choice).menus.first().copied()
    }

    /// The members in the order of the menu.
    pub(super) fn members(&self, choice: SymbolId) -> Vec<SymbolId> {
        if self.is_classic() {
            return self.model.symbol(choice).members.clone();
        }
        let Some(menu) = self.choice_menu(choice) else {
            return Vec::new();
        };
        let mut members = Vec::new();
        for menu in self.model.descendants(menu) {
            let symbol = self.model.menu(menu).symbol;
            members.extend(symbol.filter(|symbol| !members.contains(symbol)));
        }
        members
    }

    /// What decides about the members, the choice and themselves left out.
    pub(super) fn below_choice(&self, choice: SymbolId, below: &mut Vec<Node>) {
        let members = self.members(choice);
        for member in &members {
            for id in &self.model.symbol(*member).properties {
                let property = self.model.property(*id);
                let Some(condition) = property.condition.filter(|_| property.text.is_some()) else {
                    continue;
                };
                if !self.is_classic() {
                    below.push(Node::Expression(condition));
                    continue;
                }
                let named = self.model.expressions().symbols(condition);
                let others = named.into_iter();
                let others = others.filter(|it| *it != choice && !members.contains(it));
                below.extend(others.map(Node::Symbol));
            }
        }
    }

    pub(super) fn all_open(&self, members: &[SymbolId]) -> bool {
        members.iter().all(|member| self.problem.is_open(*member))
    }

    /// One literal a member: the user decides for it, for one member at most, and only for
    /// one that is visible. A member that isn't open can't be decided for.
    pub(super) fn pick(
        &mut self,
        choice: SymbolId,
        symbols: Vec<SymbolId>,
        visible: Vec<Lit>,
    ) -> Members {
        let mut picked = Vec::with_capacity(symbols.len());
        for (symbol, visible) in symbols.iter().zip(&visible) {
            let is_open = self.problem.is_open(*symbol);
            let may_be = *visible != Lit::FALSE && (is_open || self.rules.are_apart());
            let pick = if may_be {
                self.circuit.input()
            } else {
                Lit::FALSE
            };
            if !is_open {
                self.rule(rule(*symbol, RuleKind::Kept), &[!pick]);
            }
            picked.push(pick);
        }
        let rule = rule(choice, RuleKind::Choice);
        for (index, one) in picked.iter().enumerate() {
            self.rule(rule, &[!*one, visible[index]]);
            for other in &picked[index + 1..] {
                self.rule(rule, &[!*one, !*other]);
            }
        }
        Members {
            symbols,
            visible,
            picked,
        }
    }

    /// Whether each member is the default one: the first visible that a `default` names, or
    /// else the first visible (`sym_choice_default()`).
    pub(super) fn default_members(&mut self, choice: SymbolId, members: &Members) -> Vec<Lit> {
        let mut default = vec![Lit::FALSE; members.symbols.len()];
        let mut open = Lit::TRUE;
        let model = self.model;
        let mut claims = Vec::new();
        for property in model.properties_of(choice, PropertyKind::Default) {
            let member = model.property_symbol(property);
            let place = members.symbols.iter().position(|it| Some(*it) == member);
            if let Some(place) = place {
                let condition = self.truth_now(property.condition).on;
                let claim = self.circuit.and(condition, members.visible[place]);
                claims.push((place, claim));
            }
        }
        claims.extend(members.visible.iter().copied().enumerate());
        for (place, claim) in claims {
            let here = self.circuit.and(open, claim);
            open = self.circuit.and(open, !claim);
            default[place] = self.circuit.or(default[place], here);
        }
        default
    }

    /// A member's value: of a visible one, whether it is the one in force.
    pub(super) fn member(&mut self, symbol: SymbolId, choice: SymbolId) {
        let visible = if self.is_classic() {
            self.member_visibility(symbol, choice)
        } else {
            self.visibility(symbol)
        };
        self.visible[symbol] = visible.on;
        let value = if self.is_classic() {
            self.member_by_mode(symbol, visible)
        } else {
            Value::plain(self.circuit.and(visible.on, self.chosen[symbol]))
        };
        self.define(symbol, value, rule(symbol, RuleKind::Dependency));
    }
}
