// SPDX-License-Identifier: Apache-2.0
//! The order of encoding: whatever a symbol or an expression is made of comes first.

use kconfig::expression::{ExprId, Expression};
use kconfig::{Index, PropertyKind, SymbolId};

use super::Encoder;

/// What is encoded in one step.
#[derive(Clone, Copy)]
pub(super) enum Node {
    Symbol(SymbolId),
    Expression(ExprId),
}

enum Step {
    Enter(Node),
    Leave(Node),
}

/// What was entered already.
struct Seen {
    symbols: Vec<bool>,
    expressions: Vec<bool>,
}

impl Seen {
    /// Whether `node` was seen before; it is from now on.
    fn replace(&mut self, node: Node) -> bool {
        let seen = match node {
            Node::Symbol(id) => &mut self.symbols[id.to_usize()],
            Node::Expression(id) => &mut self.expressions[id.to_usize()],
        };
        std::mem::replace(seen, true)
    }
}

impl Encoder<'_> {
    /// Encodes every bool, tristate and choice, and the texts that those or formulas
    /// depend on.
    pub(super) fn walk(&mut self) {
        let mut seen = Seen {
            symbols: vec![false; self.values.len()],
            expressions: vec![false; self.expressions.len()],
        };
        self.walk_from(self.model.modules(), &mut seen);
        for symbol in self.model.table_order() {
            if self.kind(*symbol).is_logical() {
                self.walk_from(*symbol, &mut seen);
            }
        }
        for symbol in self.problem.formulas.all_symbols() {
            self.walk_from(symbol, &mut seen);
        }
    }

    fn walk_from(&mut self, root: SymbolId, seen: &mut Seen) {
        let mut steps = vec![Step::Enter(Node::Symbol(root))];
        let mut below = Vec::new();
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(node) if seen.replace(node) => {}
                Step::Enter(node) => {
                    steps.push(Step::Leave(node));
                    match node {
                        Node::Symbol(symbol) => self.below_symbol(symbol, &mut below),
                        Node::Expression(id) => self.below_expression(id, &mut below),
                    }
                    steps.extend(below.drain(..).rev().map(Step::Enter));
                }
                Step::Leave(Node::Symbol(symbol)) => self.symbol(symbol),
                Step::Leave(Node::Expression(id)) => self.expression(id),
            }
        }
    }

    fn symbol(&mut self, symbol: SymbolId) {
        let declared = self.model.symbol(symbol);
        if symbol <= SymbolId::YES {
            return;
        }
        if !declared.kind.is_logical() {
            self.text(symbol);
        } else if let Some(choice) = self.choice_of(symbol) {
            self.member(symbol, choice);
        } else if declared.is_choice && self.is_classic() {
            self.choice_by_mode(symbol);
        } else {
            if declared.is_choice {
                self.choice_of_members(symbol);
            }
            self.logical(symbol);
        }
    }

    fn below_symbol(&self, symbol: SymbolId, below: &mut Vec<Node>) {
        let declared = self.model.symbol(symbol);
        let mut all = |expression: Option<ExprId>| below.extend(expression.map(Node::Expression));
        for id in &declared.properties {
            let property = self.model.property(*id);
            match property.kind {
                PropertyKind::Select | PropertyKind::Imply => {}
                PropertyKind::Prompt | PropertyKind::Comment | PropertyKind::Menu => {
                    all(property.condition);
                }
                // The default of a choice names a member, which comes after the choice.
                PropertyKind::Default if declared.is_choice => all(property.condition),
                PropertyKind::Default | PropertyKind::Range => {
                    all(property.condition);
                    all(property.expr);
                }
            }
        }
        for expression in [declared.direct, declared.reverse, declared.implied] {
            all(expression);
        }
        if self.rules.are_apart() {
            self.below_selects(symbol, below);
        }
        if declared.is_choice {
            self.below_choice(symbol, below);
        } else if let Some(choice) = self.choice_of(symbol) {
            below.push(Node::Symbol(choice));
        }
    }

    fn below_selects(&self, symbol: SymbolId, below: &mut Vec<Node>) {
        for id in self.rules.selects(symbol).unwrap_or_default() {
            let property = self.model.property(*id);
            below.extend(property.condition.map(Node::Expression));
            below.extend(self.model.menu(property.menu).symbol.map(Node::Symbol));
        }
    }

    fn below_expression(&self, id: ExprId, below: &mut Vec<Node>) {
        match self.model.expressions().get(id) {
            Expression::Symbol(symbol) => below.push(Node::Symbol(symbol)),
            Expression::Not(operand) => below.push(Node::Expression(operand)),
            Expression::Join(_, left, right) => {
                below.extend([left, right].map(Node::Expression));
            }
            Expression::Compare(_, left, right) | Expression::Range(left, right) => {
                below.extend([left, right].map(Node::Symbol));
            }
        }
    }
}
