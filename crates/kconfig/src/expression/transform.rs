// SPDX-License-Identifier: Apache-2.0
//! Rewriting one expression into an equal, plainer one.

use super::{Connective, ExprId, Expression, Expressions, Relation};
use crate::dialect::Simplifier;
use crate::model::{SymbolId, SymbolTable};
use crate::value::SymbolType;

/// Pushes negation to the leaves and drops comparisons of booleans
/// (`expr_transform()`). A boolean that is compared with `m` is named in `odd`.
pub(crate) struct Transform<'a> {
    pub(crate) expressions: &'a mut Expressions,
    pub(crate) table: &'a SymbolTable,
    pub(crate) simplifier: Simplifier,
    /// `boolean symbol X tested for 'm'?`: X and the value that the test is forced to.
    pub(crate) odd: &'a mut Vec<(SymbolId, SymbolId)>,
}

impl Transform<'_> {
    pub(crate) fn apply(&mut self, id: ExprId) -> ExprId {
        match self.expressions.get(id) {
            Expression::Symbol(_) | Expression::Range(..) => id,
            Expression::Compare(relation, left, right) => {
                self.comparison(id, (relation, left, right))
            }
            Expression::Join(connective, left, right) => {
                let operands = self.apply_both(left, right);
                if operands == (left, right) {
                    return id;
                }
                self.expressions.join(connective, operands.0, operands.1)
            }
            Expression::Not(operand) => {
                let operand = self.apply(operand);
                self.negation(operand)
            }
        }
    }

    /// The order shows in what is said of odd comparisons: since 6.12 both are arguments
    /// of one call, and the compiler of every distribution evaluates the last one first.
    fn apply_both(&mut self, left: ExprId, right: ExprId) -> (ExprId, ExprId) {
        match self.simplifier {
            Simplifier::InPlace => {
                let left = self.apply(left);
                (left, self.apply(right))
            }
            Simplifier::Shared => {
                let right = self.apply(right);
                (self.apply(left), right)
            }
        }
    }

    fn comparison(
        &mut self,
        id: ExprId,
        (relation, left, right): (Relation, SymbolId, SymbolId),
    ) -> ExprId {
        let equal = match relation {
            Relation::Equal => true,
            Relation::Unequal => false,
            _ => return id,
        };
        if self.table[left].kind != SymbolType::Bool {
            return id;
        }
        match right {
            SymbolId::MODULE => {
                let forced = if equal { SymbolId::NO } else { SymbolId::YES };
                self.odd.push((left, forced));
                self.expressions.symbol(forced)
            }
            SymbolId::NO | SymbolId::YES => {
                let plain = self.expressions.symbol(left);
                let positive = equal == (right == SymbolId::YES);
                if positive {
                    plain
                } else {
                    self.expressions.negate(plain)
                }
            }
            _ => id,
        }
    }

    /// `!operand`, where `operand` is transformed already.
    fn negation(&mut self, operand: ExprId) -> ExprId {
        match self.expressions.get(operand) {
            Expression::Not(inner) => inner,
            Expression::Compare(relation, left, right) => {
                self.expressions.compare(relation.negated(), left, right)
            }
            Expression::Join(connective, left, right) => {
                let left = self.expressions.negate(left);
                let right = self.expressions.negate(right);
                let opposite = match connective {
                    Connective::And => Connective::Or,
                    Connective::Or => Connective::And,
                };
                let joined = self.expressions.join(opposite, left, right);
                self.apply(joined)
            }
            Expression::Symbol(SymbolId::YES) => self.expressions.symbol(SymbolId::NO),
            Expression::Symbol(SymbolId::MODULE) => operand,
            Expression::Symbol(SymbolId::NO) => self.expressions.symbol(SymbolId::YES),
            Expression::Symbol(_) | Expression::Range(..) => self.expressions.negate(operand),
        }
    }
}

/// `m` stands for `m && MODULES`, so that it is n in a kernel without modules
/// (`rewrite_m()` in scripts/kconfig/menu.c).
pub(crate) fn rewrite_module(
    expressions: &mut Expressions,
    modules: SymbolId,
    id: ExprId,
) -> ExprId {
    match expressions.get(id) {
        Expression::Not(operand) => match rewrite_module(expressions, modules, operand) {
            same if same == operand => id,
            rewritten => expressions.negate(rewritten),
        },
        Expression::Join(connective, left, right) => {
            let rewritten = (
                rewrite_module(expressions, modules, left),
                rewrite_module(expressions, modules, right),
            );
            if rewritten == (left, right) {
                return id;
            }
            expressions.join(connective, rewritten.0, rewritten.1)
        }
        Expression::Symbol(SymbolId::MODULE) => {
            let modules = expressions.symbol(modules);
            expressions.join(Connective::And, id, modules)
        }
        _ => id,
    }
}

/// Makes "is not n" explicit at every leaf (`expr_trans_compare()` for `!= n`).
pub(crate) fn not_no(expressions: &mut Expressions, id: Option<ExprId>) -> ExprId {
    compared_to_no(expressions, id, Relation::Unequal)
}

fn compared_to_no(expressions: &mut Expressions, id: Option<ExprId>, relation: Relation) -> ExprId {
    let negative = relation == Relation::Unequal;
    let Some(id) = id else {
        let no = expressions.symbol(SymbolId::NO);
        return if negative { expressions.negate(no) } else { no };
    };
    match expressions.get(id) {
        Expression::Join(connective, left, right) => {
            let left = compared_to_no(expressions, Some(left), Relation::Equal);
            let right = compared_to_no(expressions, Some(right), Relation::Equal);
            let opposite = match connective {
                Connective::And => Connective::Or,
                Connective::Or => Connective::And,
            };
            let joined = expressions.join(opposite, left, right);
            if negative {
                expressions.negate(joined)
            } else {
                joined
            }
        }
        Expression::Not(operand) => compared_to_no(expressions, Some(operand), relation.negated()),
        Expression::Compare(..) | Expression::Range(..) => {
            if negative {
                id
            } else {
                expressions.negate(id)
            }
        }
        Expression::Symbol(symbol) => expressions.compare(relation, symbol, SymbolId::NO),
    }
}
