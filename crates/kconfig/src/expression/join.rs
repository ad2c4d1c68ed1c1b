// SPDX-License-Identifier: Apache-2.0
//! When two operands of `&&` or `||` are one (`expr_join_and()`, `expr_join_or()`).
//!
//! Both take two operands that are known to be different and speak of the same
//! symbol; `None` means that nothing simpler is known.

use super::operand::Operand;
use super::{Connective, ExprId, Expressions, Relation};
use crate::model::{SymbolId, SymbolTable};
use crate::value::SymbolType;

const NO: SymbolId = SymbolId::NO;
const MODULE: SymbolId = SymbolId::MODULE;
const YES: SymbolId = SymbolId::YES;

/// The expression equal to `left connective right`, when one is known.
pub(crate) fn joined(
    expressions: &mut Expressions,
    table: &SymbolTable,
    connective: Connective,
    (left, right): (ExprId, ExprId),
) -> Option<ExprId> {
    let first = Operand::first(expressions, left)?;
    let second = Operand::second(expressions, right)?;
    let symbol = first.symbol();
    let kind = table[symbol].kind;
    if symbol != second.symbol() || !kind.is_logical() {
        return None;
    }
    let pair = Pair {
        first,
        second,
        symbol,
        tristate: kind == SymbolType::Tristate,
    };
    match connective {
        Connective::Or => pair.either(expressions),
        Connective::And => pair.both(expressions, table),
    }
}

/// Two operands about the same logical symbol.
struct Pair {
    first: Operand,
    second: Operand,
    symbol: SymbolId,
    tristate: bool,
}

impl Pair {
    fn either(&self, expressions: &mut Expressions) -> Option<ExprId> {
        use Operand::{Equal, Negated, Plain};
        match (self.first, self.second) {
            (Equal(_, a), Equal(_, b)) if self.tristate => {
                let left_out = third_value(a, b)?;
                Some(expressions.compare(Relation::Unequal, self.symbol, left_out))
            }
            (Negated { plain: true, .. }, Plain(_)) | (Plain(_), Negated { .. })
                if !self.tristate =>
            {
                Some(expressions.symbol(YES))
            }
            _ => None,
        }
    }

    fn both(&self, expressions: &mut Expressions, table: &SymbolTable) -> Option<ExprId> {
        use Operand::{Equal, Plain, Unequal};
        let symbol = self.symbol;
        match (self.first, self.second) {
            (Plain(_), Equal(_, YES) | Unequal(_, MODULE))
            | (Equal(_, YES) | Unequal(_, MODULE), Plain(_)) => {
                Some(expressions.compare(Relation::Equal, symbol, YES))
            }
            (Plain(_), Unequal(_, NO)) | (Unequal(_, NO), Plain(_)) => {
                Some(expressions.symbol(symbol))
            }
            (Equal(_, is), Unequal(_, is_not)) | (Unequal(_, is_not), Equal(_, is))
                if self.tristate =>
            {
                self.equal_and_unequal(expressions, table, is, is_not)
            }
            (Unequal(_, a), Unequal(_, b)) if self.tristate => {
                let left = third_value(a, b)?;
                Some(expressions.compare(Relation::Equal, symbol, left))
            }
            _ => None,
        }
    }

    fn equal_and_unequal(
        &self,
        expressions: &mut Expressions,
        table: &SymbolTable,
        is: SymbolId,
        is_not: SymbolId,
    ) -> Option<ExprId> {
        if !table[is].is_constant || !table[is_not].is_constant {
            return None;
        }
        Some(if is == is_not {
            expressions.symbol(NO)
        } else {
            expressions.compare(Relation::Equal, self.symbol, is)
        })
    }
}

/// The one of n, m, y that is neither `a` nor `b`.
fn third_value(a: SymbolId, b: SymbolId) -> Option<SymbolId> {
    match (a, b) {
        (YES, MODULE) | (MODULE, YES) => Some(NO),
        (YES, NO) | (NO, YES) => Some(MODULE),
        (MODULE, NO) | (NO, MODULE) => Some(YES),
        _ => None,
    }
}
