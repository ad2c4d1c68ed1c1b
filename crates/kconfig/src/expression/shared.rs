// SPDX-License-Identifier: Apache-2.0
//! Simplification since 6.12: every step makes new shared nodes.
//!
//! The order of steps is that of scripts/kconfig/expr.c of that release, because
//! the result shows in menus and messages; the value is the same either way.

use super::join::joined;
use super::{Connective, ExprId, Expression, Expressions};
use crate::model::{SymbolId, SymbolTable};

/// The simplifier, with the number of joins made in the pass under way.
pub(crate) struct Shared<'a> {
    pub(crate) expressions: &'a mut Expressions,
    pub(crate) table: &'a SymbolTable,
    joins: usize,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(expressions: &'a mut Expressions, table: &'a SymbolTable) -> Self {
        Self {
            expressions,
            table,
            joins: 0,
        }
    }

    /// Removes operands that say nothing new (`expr_eliminate_dups()`).
    pub(crate) fn without_duplicates(&mut self, mut id: ExprId) -> ExprId {
        let outer = self.joins;
        loop {
            self.joins = 0;
            if let Expression::Join(connective, left, right) = self.expressions.get(id) {
                let mut left = self.without_duplicates(left);
                let mut right = self.without_duplicates(right);
                self.join_operands(connective, &mut left, &mut right);
                id = self.expressions.join(connective, left, right);
            }
            id = self.without_constants(id);
            if self.joins == 0 {
                break;
            }
        }
        self.joins = outer;
        id
    }

    /// Every operand below `left` against every one below `right`
    /// (`expr_eliminate_dups1()`).
    fn join_operands(&mut self, connective: Connective, left: &mut ExprId, right: &mut ExprId) {
        if let Some((mut a, mut b)) = self.operands(connective, *left) {
            self.join_operands(connective, &mut a, right);
            self.join_operands(connective, &mut b, right);
            *left = self.expressions.join(connective, a, b);
        } else if let Some((mut a, mut b)) = self.operands(connective, *right) {
            self.join_operands(connective, left, &mut a);
            self.join_operands(connective, left, &mut b);
            *right = self.expressions.join(connective, a, b);
        } else if let Some(one) = self.join_leaves(connective, *left, *right) {
            *left = self.expressions.symbol(neutral(connective));
            *right = one;
            self.joins += 1;
        }
    }

    fn join_leaves(
        &mut self,
        connective: Connective,
        left: ExprId,
        right: ExprId,
    ) -> Option<ExprId> {
        if self.equal(Some(left), Some(right)) {
            return Some(left);
        }
        joined(self.expressions, self.table, connective, (left, right))
    }

    fn operands(&self, connective: Connective, id: ExprId) -> Option<(ExprId, ExprId)> {
        match self.expressions.get(id) {
            Expression::Join(found, left, right) if found == connective => Some((left, right)),
            _ => None,
        }
    }

    /// Drops `y` and `n` where they decide or don't matter (`expr_eliminate_yn()`).
    fn without_constants(&mut self, id: ExprId) -> ExprId {
        let Expression::Join(connective, left, right) = self.expressions.get(id) else {
            return id;
        };
        let left = self.without_constants(left);
        let right = self.without_constants(right);
        for (side, other) in [(left, right), (right, left)] {
            if self.expressions.is_symbol(side, absorbing(connective)) {
                return side;
            }
            if self.expressions.is_symbol(side, neutral(connective)) {
                return other;
            }
        }
        id
    }

    /// Equal but for the order of operands (`expr_eq()`).
    pub(crate) fn equal(&mut self, left: Option<ExprId>, right: Option<ExprId>) -> bool {
        let (Some(left), Some(right)) = (left, right) else {
            return self.expressions.is_yes(left) && self.expressions.is_yes(right);
        };
        match (self.expressions.get(left), self.expressions.get(right)) {
            (Expression::Not(a), Expression::Not(b)) => self.equal(Some(a), Some(b)),
            (Expression::Join(a, ..), Expression::Join(b, ..)) if a == b => {
                let (left, right) = self.without_common(left, right);
                left == right && matches!(self.expressions.get(left), Expression::Symbol(_))
            }
            (Expression::Range(..), Expression::Range(..)) => false,
            _ => left == right,
        }
    }

    /// What is left of both when common operands are taken away (`expr_eliminate_eq()`).
    pub(crate) fn without_common(
        &mut self,
        mut left: ExprId,
        mut right: ExprId,
    ) -> (ExprId, ExprId) {
        if let Expression::Join(connective, ..) = self.expressions.get(left) {
            self.cancel(connective, &mut left, &mut right);
        }
        if let Expression::Join(connective, ..) = self.expressions.get(right)
            && self.operands(connective, left).is_none()
        {
            self.cancel(connective, &mut left, &mut right);
        }
        (self.without_constants(left), self.without_constants(right))
    }

    fn cancel(&mut self, connective: Connective, left: &mut ExprId, right: &mut ExprId) {
        if let Some((mut a, mut b)) = self.operands(connective, *left) {
            self.cancel(connective, &mut a, right);
            self.cancel(connective, &mut b, right);
            *left = self.expressions.join(connective, a, b);
        } else if let Some((mut a, mut b)) = self.operands(connective, *right) {
            self.cancel(connective, left, &mut a);
            self.cancel(connective, left, &mut b);
            *right = self.expressions.join(connective, a, b);
        } else if !self.is_constant(*left) && self.equal(Some(*left), Some(*right)) {
            *left = self.expressions.symbol(neutral(connective));
            *right = *left;
        }
    }

    fn is_constant(&self, id: ExprId) -> bool {
        self.expressions.is_symbol(id, SymbolId::YES)
            || self.expressions.is_symbol(id, SymbolId::NO)
    }
}

/// The value that changes nothing.
pub(super) const fn neutral(connective: Connective) -> SymbolId {
    match connective {
        Connective::And => SymbolId::YES,
        Connective::Or => SymbolId::NO,
    }
}

/// The value that decides.
pub(super) const fn absorbing(connective: Connective) -> SymbolId {
    match connective {
        Connective::And => SymbolId::NO,
        Connective::Or => SymbolId::YES,
    }
}
