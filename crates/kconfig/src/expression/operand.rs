// SPDX-License-Identifier: Apache-2.0
//! What two operands of a connective have in common: the symbol they speak of.

use super::{ExprId, Expression, Expressions, Relation};
use crate::model::SymbolId;

/// An operand that speaks of one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// `A`
    Plain(SymbolId),
    /// `!A`, or a negated comparison of `A`
    Negated { symbol: SymbolId, plain: bool },
    /// `A=c`
    Equal(SymbolId, SymbolId),
    /// `A!=c`
    Unequal(SymbolId, SymbolId),
}

impl Operand {
    /// The first operand may be a negated comparison, the second may not
    /// (the asymmetry is that of `expr_join_or()` and `expr_join_and()`).
    pub(super) fn first(expressions: &Expressions, id: ExprId) -> Option<Self> {
        if let Expression::Not(inner) = expressions.get(id) {
            return match expressions.get(inner) {
                Expression::Compare(Relation::Equal | Relation::Unequal, symbol, _) => {
                    Some(Self::Negated {
                        symbol,
                        plain: false,
                    })
                }
                Expression::Symbol(symbol) => Some(Self::Negated {
                    symbol,
                    plain: true,
                }),
                _ => None,
            };
        }
        Self::positive(expressions, id)
    }

    pub(super) fn second(expressions: &Expressions, id: ExprId) -> Option<Self> {
        match Self::first(expressions, id)? {
            Self::Negated { plain: false, .. } => None,
            operand => Some(operand),
        }
    }

    fn positive(expressions: &Expressions, id: ExprId) -> Option<Self> {
        match expressions.get(id) {
            Expression::Symbol(symbol) => Some(Self::Plain(symbol)),
            Expression::Compare(Relation::Equal, symbol, value) => Some(Self::Equal(symbol, value)),
            Expression::Compare(Relation::Unequal, symbol, value) => {
                Some(Self::Unequal(symbol, value))
            }
            _ => None,
        }
    }

    pub(super) fn symbol(self) -> SymbolId {
        match self {
            Self::Plain(symbol)
            | Self::Negated { symbol, .. }
            | Self::Equal(symbol, _)
            | Self::Unequal(symbol, _) => symbol,
        }
    }
}
