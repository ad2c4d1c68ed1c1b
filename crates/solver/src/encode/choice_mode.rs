// SPDX-License-Identifier: Apache-2.0
//! Choices before 6.11: the choice has a mode n, m or y; in mode y exactly one visible
//! member is y, in mode m each may be m.

use kconfig::{SymbolId, SymbolType};

use super::choice::Members;
use super::logical::rule;
use super::{Encoder, RuleKind, Value};
use crate::circuit::Lit;

impl Encoder<'_> {
    pub(super) fn choice_by_mode(&mut self, choice: SymbolId) {
        let visible = self.visibility(choice);
        self.visible[choice] = visible.on;
        let reverse = self.reverse(choice);
        let user = self.fresh(choice);
        let wanted = user.min(visible, &mut self.circuit);
        let wanted = wanted.max(reverse, &mut self.circuit);
        let wanted = self.promoted(choice, wanted);

        let symbols = self.members(choice);
        let shown: Vec<Lit> = self.in_mode_y(choice, |this| {
            let members = symbols.iter();
            members
                .map(|member| this.member_visibility(*member, choice).on)
                .collect()
        });
        let any = self.circuit.or_all(shown.iter().copied());
        let empty = self.circuit.and(wanted.yes, !any);
        let value = Value {
            on: self.circuit.and(wanted.on, !empty),
            yes: self.circuit.and(wanted.yes, any),
        };
        self.define(choice, value, rule(choice, RuleKind::Choice));
        self.settle(choice, symbols, shown, reverse);
    }

    /// Which member is in force in mode y.
    fn settle(
        &mut self,
        choice: SymbolId,
        symbols: Vec<SymbolId>,
        shown: Vec<Lit>,
        reverse: Value,
    ) {
        let mode = self.value(choice);
        let mut visible = Vec::new();
        for lit in shown {
            visible.push(self.circuit.and(lit, mode.yes));
        }
        let all_open = self.all_open(&symbols);
        let members = self.pick(choice, symbols, visible);
        if all_open {
            let mut clause = members.picked.clone();
            clause.push(!mode.yes);
            self.rule(rule(choice, RuleKind::Choice), &clause);
        }
        let default = self.in_mode_y(choice, |this| this.default_members(choice, &members));
        let picked = self.circuit.or_all(members.picked.iter().copied());
        for (place, member) in members.symbols.iter().enumerate() {
            let by_default = self.circuit.and_all([default[place], !picked, mode.yes]);
            self.chosen[*member] = if all_open {
                members.picked[place]
            } else {
                self.circuit.or(members.picked[place], by_default)
            };
        }
        if self.kind(choice) == SymbolType::Tristate {
            self.settle_mode_m(choice, &members, mode, reverse);
        }
    }

    /// What `compute` gives while the mode of `choice` is y.
    fn in_mode_y<T>(&mut self, choice: SymbolId, compute: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.values[choice].replace(Value::YES);
        let result = compute(self);
        self.values[choice] = before;
        result
    }

    /// In mode m the user decides for each member. A mode m that nothing enforces is the
    /// user's own, who says m of some member, or y where no more than m is allowed; of a
    /// hidden member that has no other effect.
    fn settle_mode_m(&mut self, choice: SymbolId, members: &Members, mode: Value, held: Value) {
        let shown = self.visibility(choice);
        let mut clause = vec![!mode.on, mode.yes, held.on];
        for member in &members.symbols {
            let visible = self.member_visibility(*member, choice);
            clause.push(if self.kind(*member) == SymbolType::Tristate {
                let module = self.circuit.input();
                self.as_module[*member] = module;
                self.circuit.or(module, !visible.on)
            } else {
                self.circuit.and(!visible.on, !shown.yes)
            });
        }
        self.rule(rule(choice, RuleKind::Choice), &clause);
    }

    /// The visibility of a member while its choice has the value it has now.
    pub(super) fn member_visibility(&mut self, member: SymbolId, choice: SymbolId) -> Value {
        let model = self.model;
        let is_tristate = self.kind(member) == SymbolType::Tristate;
        let mode = self.value(choice);
        let mut visible = Value::NO;
        for id in &model.symbol(member).properties {
            let property = model.property(*id);
            if property.text.is_none() {
                continue;
            }
            let mut condition = self.truth_now(property.condition);
            if is_tristate {
                // What could only be m is hidden in mode y.
                let fits = self.circuit.or(condition.yes, !mode.yes);
                condition = condition.only_if(fits, &mut self.circuit);
            }
            visible = visible.max(condition, &mut self.circuit);
        }
        self.promoted(member, visible)
    }

    /// In mode y whether it is the one in force, in mode m what the user says, and its
    /// default when it is hidden.
    pub(super) fn member_by_mode(&mut self, member: SymbolId, visible: Value) -> Value {
        let default = self.default(member);
        let default = self.promoted(member, default);
        let module = Value {
            on: self.as_module[member],
            yes: Lit::FALSE,
        };
        let chosen = Value::plain(self.chosen[member]);
        let circuit = &mut self.circuit;
        let below = Value::choose(visible.on, module, default, circuit);
        Value::choose(visible.yes, chosen, below, circuit)
    }
}
