// SPDX-License-Identifier: Apache-2.0
//! The value of an expression (`expr_calc_value()` in scripts/kconfig/expr.c).

use std::cmp::Ordering;

use super::{Configuration, Progress};
use crate::arena::Index;
use crate::comparison;
use crate::dialect::Simplifier;
use crate::expression::{Connective, ExprId, Expression};
use crate::model::SymbolId;
use crate::value::Tristate;

impl Configuration<'_> {
    /// The value; symbols in it are calculated, both sides of every connective, the
    /// left one first. Chains of a connective are as long as a tree has selects of one
    /// symbol, so that they are followed by a loop.
    pub fn truth(&mut self, id: Option<ExprId>) -> Tristate {
        let Some(mut id) = id else {
            return Tristate::Yes;
        };
        let (outer, premature) = (self.connectives.len(), self.premature);
        let mut value = loop {
            if let Some(known) = self.known(id) {
                break known;
            }
            let Expression::Join(connective, left, right) = self.model.expressions.get(id) else {
                break self.operand(id);
            };
            self.connectives.push((id, connective, right));
            id = left;
        };
        while self.connectives.len() > outer
            && let Some((id, connective, right)) = self.connectives.pop()
        {
            let right = self.truth(Some(right));
            value = match connective {
                Connective::And => value.min(right),
                Connective::Or => value.max(right),
            };
            self.remember(id, value, premature);
        }
        value
    }

    /// What is remembered of an expression since values last changed.
    fn known(&self, id: ExprId) -> Option<Tristate> {
        let (epoch, value) = self.remembered[id.to_usize()];
        (epoch == self.epoch).then_some(value)
    }

    /// Since 6.12 a value is remembered in any case. Before, it is calculated each time,
    /// which comes to the same unless a value under way was read.
    fn remember(&mut self, id: ExprId, value: Tristate, premature: usize) {
        let shared = self.model.dialect.simplifier == Simplifier::Shared;
        if shared || self.premature == premature {
            self.remembered[id.to_usize()] = (self.epoch, value);
        }
    }

    /// The value of what is no connective.
    fn operand(&mut self, id: ExprId) -> Tristate {
        let premature = self.premature;
        let value = match self.model.expressions.get(id) {
            Expression::Symbol(symbol) => {
                self.read(symbol);
                self.slots[symbol].value
            }
            Expression::Not(operand) => !self.truth(Some(operand)),
            Expression::Compare(relation, left, right) => {
                self.read(left);
                self.read(right);
                Tristate::from(relation.holds(self.order(left, right)))
            }
            Expression::Join(..) | Expression::Range(..) => Tristate::No,
        };
        self.remember(id, value, premature);
        value
    }

    fn read(&mut self, symbol: SymbolId) {
        self.calculate(symbol);
        let under_way = self.slots[symbol].progress == Progress::UnderWay;
        self.premature += usize::from(under_way);
    }

    fn order(&self, left: SymbolId, right: SymbolId) -> Ordering {
        let (a, b) = (self.string_value(left), self.string_value(right));
        let kinds = (
            self.model.symbols[left].kind,
            self.model.symbols[right].kind,
        );
        comparison::compare((kinds.0, &a), (kinds.1, &b))
    }
}
