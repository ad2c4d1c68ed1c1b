// SPDX-License-Identifier: Apache-2.0
//! Bools and tristates that are no members of a choice.

use kconfig::{PropertyKind, SymbolId, SymbolType};

use super::{Encoder, Rule, RuleKind, Value};
use crate::circuit::Lit;

/// What the value of a symbol is made of, with m as y where m can't be.
struct Parts {
    visible: Value,
    reverse: Value,
    /// Its value where no user has a say and nothing selects it.
    unasked: Value,
}

impl Encoder<'_> {
    pub(super) fn logical(&mut self, symbol: SymbolId) {
        let parts = Parts {
            visible: self.visibility(symbol),
            reverse: self.reverse(symbol),
            unasked: self.unasked(symbol),
        };
        self.visible[symbol] = parts.visible.on;
        let unseen = parts.unasked.only_if(!parts.visible.on, &mut self.circuit);
        let is_open = self.problem.is_open(symbol) && parts.visible.on != Lit::FALSE;
        if self.rules.are_apart() || is_open {
            let own = self.own(symbol);
            self.values[symbol] = Some(own);
            self.bind(symbol, own, &parts, unseen);
        } else {
            let value = unseen.max(parts.reverse, &mut self.circuit);
            self.define(symbol, value, rule(symbol, RuleKind::Dependency));
        }
    }

    /// The clauses that leave a symbol the values it can have.
    fn bind(&mut self, symbol: SymbolId, own: Value, parts: &Parts, unseen: Value) {
        let Parts {
            visible,
            reverse,
            unasked,
        } = *parts;
        self.bind_to_selects(symbol, own, reverse);
        let dependency = rule(symbol, RuleKind::Dependency);
        let default = rule(symbol, RuleKind::Default);
        self.rule(dependency, &[!own.on, visible.on, reverse.on, unasked.on]);
        self.rule(default, &[!unasked.on, visible.on, own.on]);
        let is_tristate = self.kind(symbol) == SymbolType::Tristate;
        if is_tristate {
            self.rule(
                dependency,
                &[!own.yes, visible.yes, reverse.yes, unseen.yes],
            );
            self.rule(default, &[!unasked.yes, visible.on, own.yes]);
            let modules = self.modules();
            self.rule(
                rule(symbol, RuleKind::Modules),
                &[!own.on, modules, own.yes],
            );
        }
        if !self.problem.is_open(symbol) {
            let kept = rule(symbol, RuleKind::Kept);
            self.rule(kept, &[!visible.on, !own.on, reverse.on]);
            if is_tristate {
                self.rule(kept, &[!visible.on, !own.yes, reverse.yes]);
            }
        }
    }

    /// It is at least as high as what selects it.
    fn bind_to_selects(&mut self, symbol: SymbolId, own: Value, reverse: Value) {
        let Some(selects) = self.rules.selects(symbol).map(<[_]>::to_vec) else {
            let rule = rule(symbol, RuleKind::Dependency);
            self.at_least(rule, own, reverse);
            return;
        };
        let model = self.model;
        for id in selects {
            let property = model.property(id);
            let Some(selector) = model.menu(property.menu).symbol else {
                continue;
            };
            let condition = self.truth(property.condition);
            let one = self.value(selector).min(condition, &mut self.circuit);
            let one = self.promoted(symbol, one);
            self.at_least(rule(symbol, RuleKind::Select(id)), own, one);
        }
    }

    fn at_least(&mut self, rule: Rule, own: Value, least: Value) {
        self.rule(rule, &[!least.on, own.on]);
        if own.on != own.yes {
            self.rule(rule, &[!least.yes, own.yes]);
        }
    }

    /// What others select it to.
    pub(super) fn reverse(&mut self, symbol: SymbolId) -> Value {
        let Some(reverse) = self.model.symbol(symbol).reverse else {
            return Value::NO;
        };
        let reverse = self.truth(Some(reverse));
        self.promoted(symbol, reverse)
    }

    /// The default, raised by what implies it as far as its dependencies allow.
    fn unasked(&mut self, symbol: SymbolId) -> Value {
        let declared = self.model.symbol(symbol);
        if declared.is_choice {
            return Value::NO;
        }
        let default = self.default(symbol);
        let Some(implied) = declared.implied else {
            return self.promoted(symbol, default);
        };
        let implied = self.truth(Some(implied));
        let implied = self.promoted(symbol, implied);
        let direct = self.truth(declared.direct);
        let direct = self.promoted(symbol, direct);
        let circuit = &mut self.circuit;
        let raised = default.max(implied, circuit).min(direct, circuit);
        let value = Value::choose(implied.on, raised, default, circuit);
        self.promoted(symbol, value)
    }

    /// The first default whose condition isn't n.
    pub(super) fn default(&mut self, symbol: SymbolId) -> Value {
        let model = self.model;
        let defaults: Vec<_> = model.properties_of(symbol, PropertyKind::Default).collect();
        let mut value = Value::NO;
        for property in defaults.into_iter().rev() {
            let condition = self.truth(property.condition);
            let stated = self.truth(property.expr);
            let circuit = &mut self.circuit;
            let stated = stated.min(condition, circuit);
            value = Value::choose(condition.on, stated, value, circuit);
        }
        value
    }
}

pub(super) const fn rule(symbol: SymbolId, kind: RuleKind) -> Rule {
    Rule { symbol, kind }
}
