// SPDX-License-Identifier: Apache-2.0
//! Simplification before 6.12: a copy of the tree is rewritten where it stands.
//!
//! An expression is compared with itself, so its nodes change under the walk;
//! the scratch nodes are therefore addressed by index. The order of steps is
//! that of scripts/kconfig/expr.c of those releases.

use super::join::joined;
use super::shared::{absorbing, neutral};
use super::{Connective, ExprId, Expression, Expressions};
use crate::model::{SymbolId, SymbolTable};

/// A node of the scratch tree: what isn't a connective is an unchanging leaf.
#[derive(Clone, Copy)]
enum Node {
    Leaf(ExprId),
    Join(Connective, usize, usize),
}

/// The simplifier, with its scratch tree and the joins made in the pass under way.
pub(crate) struct InPlace<'a> {
    expressions: &'a mut Expressions,
    table: &'a SymbolTable,
    nodes: Vec<Node>,
    joins: usize,
}

impl<'a> InPlace<'a> {
    pub(crate) fn new(expressions: &'a mut Expressions, table: &'a SymbolTable) -> Self {
        Self {
            expressions,
            table,
            nodes: Vec::with_capacity(32),
            joins: 0,
        }
    }

    /// Removes operands that say nothing new (`expr_eliminate_dups()`).
    pub(crate) fn without_duplicates(&mut self, id: ExprId) -> ExprId {
        let root = self.import(id);
        let mut changed = false;
        loop {
            self.joins = 0;
            if let Node::Join(connective, ..) = self.nodes[root] {
                self.join_operands(connective, root, root);
            }
            if self.joins == 0 {
                return if changed { self.export(root) } else { id };
            }
            changed = true;
            self.drop_constants(root);
        }
    }

    /// Equal but for the order of operands (`expr_eq()`).
    pub(crate) fn equal(&mut self, left: Option<ExprId>, right: Option<ExprId>) -> bool {
        let (Some(left), Some(right)) = (left, right) else {
            return self.expressions.is_yes(left) && self.expressions.is_yes(right);
        };
        let left = self.import(left);
        let right = self.import(right);
        self.equal_nodes(left, right)
    }

    /// What is left of both when common operands are taken away (`expr_eliminate_eq()`).
    pub(crate) fn without_common(&mut self, left: ExprId, right: ExprId) -> (ExprId, ExprId) {
        let left = self.import(left);
        let right = self.import(right);
        self.cancel_common(left, right);
        (self.export(left), self.export(right))
    }

    fn import(&mut self, id: ExprId) -> usize {
        let node = match self.expressions.get(id) {
            Expression::Join(connective, left, right) => {
                let left = self.import(left);
                let right = self.import(right);
                Node::Join(connective, left, right)
            }
            _ => Node::Leaf(id),
        };
        self.push(node)
    }

    fn export(&mut self, node: usize) -> ExprId {
        match self.nodes[node] {
            Node::Leaf(id) => id,
            Node::Join(connective, left, right) => {
                let left = self.export(left);
                let right = self.export(right);
                self.expressions.join(connective, left, right)
            }
        }
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn copy(&mut self, node: usize) -> usize {
        let copied = match self.nodes[node] {
            Node::Join(connective, left, right) => {
                let left = self.copy(left);
                let right = self.copy(right);
                Node::Join(connective, left, right)
            }
            leaf @ Node::Leaf(_) => leaf,
        };
        self.push(copied)
    }

    fn operands(&self, connective: Connective, node: usize) -> Option<(usize, usize)> {
        match self.nodes[node] {
            Node::Join(found, left, right) if found == connective => Some((left, right)),
            _ => None,
        }
    }

    /// Every operand below `left` against every one below `right`
    /// (`expr_eliminate_dups1()`).
    fn join_operands(&mut self, connective: Connective, left: usize, right: usize) {
        if let Some((a, b)) = self.operands(connective, left) {
            self.join_operands(connective, a, right);
            self.join_operands(connective, b, right);
        } else if let Some((a, b)) = self.operands(connective, right) {
            self.join_operands(connective, left, a);
            self.join_operands(connective, left, b);
        } else if left != right {
            if let Node::Join(inner, ..) = self.nodes[left] {
                self.join_operands(inner, left, left);
            }
            self.join_leaves(connective, left, right);
        }
    }

    fn join_leaves(&mut self, connective: Connective, left: usize, right: usize) {
        if self.equal_nodes(left, right) {
            self.nodes[right] = self.nodes[left];
        } else {
            let (Node::Leaf(a), Node::Leaf(b)) = (self.nodes[left], self.nodes[right]) else {
                return;
            };
            let Some(one) = joined(self.expressions, self.table, connective, (a, b)) else {
                return;
            };
            self.nodes[right] = Node::Leaf(one);
        }
        self.nodes[left] = Node::Leaf(self.expressions.symbol(neutral(connective)));
        self.joins += 1;
    }

    fn equal_nodes(&mut self, left: usize, right: usize) -> bool {
        match (self.nodes[left], self.nodes[right]) {
            (Node::Leaf(a), Node::Leaf(b)) => a == b,
            (Node::Join(a, ..), Node::Join(b, ..)) if a == b => {
                let mark = self.nodes.len();
                let left = self.copy(left);
                let right = self.copy(right);
                self.cancel_common(left, right);
                let equal = self.same_symbol(left, right);
                self.nodes.truncate(mark);
                equal
            }
            _ => false,
        }
    }

    fn same_symbol(&self, left: usize, right: usize) -> bool {
        let (Node::Leaf(a), Node::Leaf(b)) = (self.nodes[left], self.nodes[right]) else {
            return false;
        };
        a == b && matches!(self.expressions.get(a), Expression::Symbol(_))
    }

    fn cancel_common(&mut self, left: usize, right: usize) {
        if let Node::Join(connective, ..) = self.nodes[left] {
            self.cancel(connective, left, right);
        }
        if let Node::Join(connective, ..) = self.nodes[right]
            && self.operands(connective, left).is_none()
        {
            self.cancel(connective, left, right);
        }
        self.drop_constants(left);
        self.drop_constants(right);
    }

    fn cancel(&mut self, connective: Connective, left: usize, right: usize) {
        if let Some((a, b)) = self.operands(connective, left) {
            self.cancel(connective, a, right);
            self.cancel(connective, b, right);
        } else if let Some((a, b)) = self.operands(connective, right) {
            self.cancel(connective, left, a);
            self.cancel(connective, left, b);
        } else if !self.is_constant(left) && self.equal_nodes(left, right) {
            let gone = Node::Leaf(self.expressions.symbol(neutral(connective)));
            self.nodes[left] = gone;
            self.nodes[right] = gone;
        }
    }

    fn is_constant(&self, node: usize) -> bool {
        self.is_symbol(node, SymbolId::YES) || self.is_symbol(node, SymbolId::NO)
    }

    fn is_symbol(&self, node: usize, symbol: SymbolId) -> bool {
        matches!(self.nodes[node], Node::Leaf(id) if self.expressions.is_symbol(id, symbol))
    }

    /// Drops `y` and `n` where they decide or don't matter (`expr_eliminate_yn()`).
    fn drop_constants(&mut self, node: usize) {
        let Node::Join(connective, left, right) = self.nodes[node] else {
            return;
        };
        self.drop_constants(left);
        self.drop_constants(right);
        for (side, other) in [(left, right), (right, left)] {
            if self.is_symbol(side, absorbing(connective)) {
                self.nodes[node] = self.nodes[side];
                return;
            }
            if self.is_symbol(side, neutral(connective)) {
                self.nodes[node] = self.nodes[other];
                return;
            }
        }
    }
}
