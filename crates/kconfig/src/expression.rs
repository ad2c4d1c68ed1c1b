// SPDX-License-Identifier: Apache-2.0
//! Expressions over symbols, each distinct one stored once.
//!
//! `None` where an `Option<ExprId>` stands means "always", as the NULL
//! expression does in scripts/kconfig/expr.c.

use crate::arena::{Arena, Index, typed_index};
use crate::model::SymbolId;
use known::Known;

pub mod equality;
pub(crate) mod in_place;
pub(crate) mod join;
mod known;
mod operand;
pub mod print;
pub(crate) mod shared;
pub(crate) mod transform;

typed_index! {
    /// An expression of one [`Expressions`].
    ExprId
}

/// The comparison operators; both sides are symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Relation {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }

    /// The relation that holds exactly when this one does not.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Less => Self::GreaterEqual,
            Self::LessEqual => Self::Greater,
            Self::Greater => Self::LessEqual,
            Self::GreaterEqual => Self::Less,
        }
    }

    /// Whether two values that compare as `order` stand in this relation.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterEqual => order.is_ge(),
        }
    }
}

/// The two connectives, which many rules treat alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Connective {
    And,
    Or,
}

/// One node of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expression {
    Symbol(SymbolId),
    Not(ExprId),
    Join(Connective, ExprId, ExprId),
    Compare(Relation, SymbolId, SymbolId),
    /// The bounds of a `range`; never evaluated as a truth value.
    Range(SymbolId, SymbolId),
}

/// The store of expressions: equal expressions have equal ids.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    nodes: Arena<ExprId, Expression>,
    known: Known,
    /// The expression that a symbol alone is, by its index.
    symbols: Vec<Option<ExprId>>,
}

impl Expressions {
    pub fn get(&self, id: ExprId) -> Expression {
        self.nodes[id]
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub fn add(&mut self, expression: Expression) -> ExprId {
        if let Expression::Symbol(symbol) = expression {
            return self.symbol(symbol);
        }
        match self.known.find(&self.nodes, expression) {
            Ok(id) => id,
            Err(vacant) => {
                let id = self.nodes.push(expression);
                self.known.insert(&self.nodes, vacant, id);
                id
            }
        }
    }

    pub fn symbol(&mut self, symbol: SymbolId) -> ExprId {
        let index = symbol.to_usize();
        if self.symbols.len() <= index {
            self.symbols.resize(index + 1, None);
        }
        let nodes = &mut self.nodes;
        *self.symbols[index].get_or_insert_with(|| nodes.push(Expression::Symbol(symbol)))
    }

    pub fn negate(&mut self, operand: ExprId) -> ExprId {
        self.add(Expression::Not(operand))
    }

    pub fn join(&mut self, connective: Connective, left: ExprId, right: ExprId) -> ExprId {
        self.add(Expression::Join(connective, left, right))
    }

    pub fn compare(&mut self, relation: Relation, left: SymbolId, right: SymbolId) -> ExprId {
        self.add(Expression::Compare(relation, left, right))
    }

    /// `left && right`, where an absent side is "always" (`expr_alloc_and()`).
    pub fn and(&mut self, left: Option<ExprId>, right: Option<ExprId>) -> Option<ExprId> {
        self.join_present(Connective::And, left, right)
    }

    /// `left || right`, where an absent side adds nothing (`expr_alloc_or()`).
    pub fn or(&mut self, left: Option<ExprId>, right: Option<ExprId>) -> Option<ExprId> {
        self.join_present(Connective::Or, left, right)
    }

    fn join_present(
        &mut self,
        connective: Connective,
        left: Option<ExprId>,
        right: Option<ExprId>,
    ) -> Option<ExprId> {
        match (left, right) {
            (Some(left), Some(right)) => Some(self.join(connective, left, right)),
            (side, None) | (None, side) => side,
        }
    }

    /// Whether this is the constant `symbol`.
    pub(crate) fn is_symbol(&self, id: ExprId, symbol: SymbolId) -> bool {
        self.get(id) == Expression::Symbol(symbol)
    }

    /// Whether it is always true: absent, or the constant `y` (`expr_is_yes()`).
    pub fn is_yes(&self, id: Option<ExprId>) -> bool {
        id.is_none_or(|id| self.is_symbol(id, SymbolId::YES))
    }

    /// Whether `symbol` occurs anywhere (`expr_contains_symbol()`).
    pub fn contains(&self, id: Option<ExprId>, symbol: SymbolId) -> bool {
        let Some(id) = id else { return false };
        match self.get(id) {
            Expression::Join(_, left, right) => {
                self.contains(Some(left), symbol) || self.contains(Some(right), symbol)
            }
            Expression::Not(operand) => self.contains(Some(operand), symbol),
            Expression::Symbol(found) => found == symbol,
            Expression::Compare(_, left, right) => left == symbol || right == symbol,
            Expression::Range(..) => false,
        }
    }

    /// Whether it can't be true while `symbol` is n, seen without deduction
    /// (`expr_depends_symbol()`).
    pub fn depends_on(&self, id: Option<ExprId>, symbol: SymbolId) -> bool {
        let Some(id) = id else { return false };
        match self.get(id) {
            Expression::Join(Connective::And, left, right) => {
                self.depends_on(Some(left), symbol) || self.depends_on(Some(right), symbol)
            }
            Expression::Symbol(found) => found == symbol,
            Expression::Compare(Relation::Equal, left, right) => {
                left == symbol && (right == SymbolId::YES || right == SymbolId::MODULE)
            }
            Expression::Compare(Relation::Unequal, left, right) => {
                left == symbol && right == SymbolId::NO
            }
            _ => false,
        }
    }

    /// Every symbol it names, in the order of reading, with repetitions.
    pub fn symbols(&self, id: ExprId) -> Vec<SymbolId> {
        let mut found = Vec::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            match self.get(id) {
                Expression::Symbol(symbol) => found.push(symbol),
                Expression::Not(operand) => waiting.push(operand),
                Expression::Join(_, left, right) => waiting.extend([right, left]),
                Expression::Compare(_, left, right) | Expression::Range(left, right) => {
                    found.extend([left, right]);
                }
            }
        }
        found
    }
}
