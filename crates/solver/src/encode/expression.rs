// SPDX-License-Identifier: Apache-2.0
//! Expressions as gates (`expr_calc_value()` in scripts/kconfig/expr.c).

use std::rc::Rc;

use kconfig::comparison;
use kconfig::expression::{Connective, ExprId, Expression, Relation};
use kconfig::{Index, SymbolId, SymbolType, Tristate};
use rustc_hash::FxHashMap;

use super::{Encoder, Texts, Value};
use crate::circuit::Lit;

impl Encoder<'_> {
    /// Encodes an expression whose parts are encoded.
    pub(super) fn expression(&mut self, id: ExprId) {
        let value = self.compose(id, |this, part| this.truth(Some(part)));
        self.expressions[id.to_usize()] = Some(value);
    }

    fn compose(&mut self, id: ExprId, of: impl Fn(&Self, ExprId) -> Value) -> Value {
        match self.model.expressions().get(id) {
            Expression::Symbol(symbol) => self.value(symbol),
            Expression::Not(operand) => of(self, operand).not(),
            Expression::Join(connective, left, right) => {
                let (left, right) = (of(self, left), of(self, right));
                match connective {
                    Connective::And => left.min(right, &mut self.circuit),
                    Connective::Or => left.max(right, &mut self.circuit),
                }
            }
            Expression::Compare(relation, left, right) => {
                Value::plain(self.comparison(relation, left, right))
            }
            Expression::Range(..) => Value::NO,
        }
    }

    fn comparison(&mut self, relation: Relation, left: SymbolId, right: SymbolId) -> Lit {
        let kinds = (self.kind(left), self.kind(right));
        let (left, right) = (self.shown(left), self.shown(right));
        let mut holds = Lit::FALSE;
        for (a, if_left) in &left {
            for (b, if_right) in &right {
                if relation.holds(comparison::compare((kinds.0, a), (kinds.1, b))) {
                    let both = self.circuit.and(*if_left, *if_right);
                    holds = self.circuit.or(holds, both);
                }
            }
        }
        holds
    }

    /// The texts that comparisons see (`sym_get_string_value()`).
    fn shown(&mut self, symbol: SymbolId) -> Texts {
        match self.kind(symbol) {
            SymbolType::Bool | SymbolType::Tristate => {
                let Value { on, yes } = self.value(symbol);
                let module = self.circuit.and(on, !yes);
                let values = Tristate::ALL.into_iter().zip([!on, module, yes]);
                values
                    .filter(|(_, lit)| *lit != Lit::FALSE)
                    .map(|(value, lit)| (Rc::from(value.as_str()), lit))
                    .collect()
            }
            SymbolType::Unknown => vec![(self.name(symbol), Lit::TRUE)],
            _ => self.texts[symbol].clone(),
        }
    }

    /// The value of an expression as the values of symbols are now, not as they were
    /// when it was encoded.
    pub(super) fn truth_now(&mut self, expression: Option<ExprId>) -> Value {
        let Some(root) = expression else {
            return Value::YES;
        };
        let mut known: FxHashMap<ExprId, Value> = FxHashMap::default();
        let mut waiting = vec![(root, false)];
        while let Some((id, is_ready)) = waiting.pop() {
            if known.contains_key(&id) {
                continue;
            }
            if is_ready {
                let of = |_: &Self, part: ExprId| known.get(&part).copied().unwrap_or(Value::NO);
                let value = self.compose(id, of);
                known.insert(id, value);
                continue;
            }
            waiting.push((id, true));
            match self.model.expressions().get(id) {
                Expression::Not(operand) => waiting.push((operand, false)),
                Expression::Join(_, left, right) => {
                    waiting.extend([(right, false), (left, false)]);
                }
                _ => {}
            }
        }
        known.get(&root).copied().unwrap_or(Value::NO)
    }
}
