// SPDX-License-Identifier: Apache-2.0
//! Presence conditions: decision diagrams over symbols that are n, m or y.
//!
//! A node tests one symbol and has a branch for each of its values. Nodes are
//! shared and no node has three equal branches, so equal conditions are equal
//! numbers, and `a.and(b) == FALSE` decides whether two conditions exclude each other.

mod expression;
mod node;
mod print;
mod stored;
mod view;

pub use expression::{Expression, ParseError};
pub use print::TooLong;
pub(crate) use stored::Stored;
pub use view::View;

use std::hash::BuildHasher;

use kconfig::{SymbolType, Tristate};
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use crate::table::Table;
use node::{LAST, Node, Nodes, Operation, Results};

/// A condition of one [`Conditions`]; equal conditions are equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition(u32);

impl Condition {
    pub const FALSE: Self = Self(0);
    pub const TRUE: Self = Self(1);

    pub const fn is_false(self) -> bool {
        self.0 == 0
    }

    pub const fn is_true(self) -> bool {
        self.0 == 1
    }
}

/// What a node tests. The order of first use is the order of the diagram:
/// directories are read from the root, so what decides most stands on top.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Variable {
    /// A bool (never m) or tristate symbol, named without `CONFIG_`.
    Symbol { name: String, tristate: bool },
    /// Whether a string, int or hex symbol has this value; n or y.
    Equals { name: String, value: String },
    /// Whether a shell command's output is this text; n or y. Nobody ran the command.
    Answers { command: String, output: String },
}

impl Variable {
    fn is_tristate(&self) -> bool {
        matches!(self, Self::Symbol { tristate: true, .. })
    }
}

/// The store of all conditions of one evaluation.
#[derive(Debug, Default)]
pub struct Conditions {
    nodes: Nodes,
    results: Results,
    variables: Vec<Variable>,
    by_variable: Table,
}

impl Conditions {
    /// When a bool or tristate symbol has exactly this value.
    pub fn symbol(&mut self, name: &str, kind: SymbolType, value: Tristate) -> Condition {
        let tristate = kind == SymbolType::Tristate;
        if !tristate && value == Tristate::Module {
            return Condition::FALSE;
        }
        let variable = Variable::Symbol {
            name: name.to_owned(),
            tristate,
        };
        let mut branches = [Condition::FALSE; 3];
        branches[value as usize] = Condition::TRUE;
        if !tristate {
            branches[1] = branches[0];
        }
        self.test(variable, branches)
    }

    /// When a two-valued variable holds.
    pub fn holds(&mut self, variable: Variable) -> Condition {
        self.test(
            variable,
            [Condition::FALSE, Condition::FALSE, Condition::TRUE],
        )
    }

    fn test(&mut self, variable: Variable, branches: [Condition; 3]) -> Condition {
        let index = self.variable(variable);
        self.node(index, branches)
    }

    /// The number of a variable.
    fn variable(&mut self, variable: Variable) -> u32 {
        let next = u32::try_from(self.variables.len()).unwrap_or(LAST - 1);
        let hash = FxBuildHasher.hash_one(&variable);
        let variables = &self.variables;
        let is = |index: u32| variables[index as usize] == variable;
        let index = self.by_variable.find_or_insert(hash, next, is);
        if index == next {
            self.variables.push(variable);
        }
        index
    }

    fn node(&mut self, variable: u32, branches: [Condition; 3]) -> Condition {
        if branches[0] == branches[1] && branches[1] == branches[2] {
            return branches[0];
        }
        self.nodes.intern(Node { variable, branches })
    }

    pub fn and(&mut self, left: Condition, right: Condition) -> Condition {
        self.combine(Operation::And, left, right)
    }

    pub fn or(&mut self, left: Condition, right: Condition) -> Condition {
        self.combine(Operation::Or, left, right)
    }

    /// `left` without `right`.
    pub fn except(&mut self, left: Condition, right: Condition) -> Condition {
        self.combine(Operation::Except, left, right)
    }

    // `!` of a reference can't create nodes: negation needs the store.
    pub fn not(&mut self, condition: Condition) -> Condition {
        self.combine(Operation::Except, Condition::TRUE, condition)
    }

    #[inline]
    fn combine(&mut self, operation: Operation, left: Condition, right: Condition) -> Condition {
        match operation.at_once(left, right) {
            Some(known) => known,
            None => self.combine_nodes(operation, left, right),
        }
    }

    fn combine_nodes(
        &mut self,
        operation: Operation,
        left: Condition,
        right: Condition,
    ) -> Condition {
        if let Some(known) = self.results.get(operation, left, right) {
            return known;
        }
        let variable = self.top(left).min(self.top(right));
        let one = self.branches(left, variable);
        let other = self.branches(right, variable);
        let no = self.combine(operation, one[0], other[0]);
        // A two-valued variable's m branch is its n branch.
        let module = if (one[0], other[0]) == (one[1], other[1]) {
            no
        } else {
            self.combine(operation, one[1], other[1])
        };
        let yes = self.combine(operation, one[2], other[2]);
        let result = self.node(variable, [no, module, yes]);
        let nodes = self.nodes.len();
        self.results.insert((operation, left, right), result, nodes);
        result
    }

    /// When any of the conditions holds. Long lists are combined from the
    /// bottom of the diagram upwards, which makes few nodes that are not needed.
    pub fn any(&mut self, conditions: impl IntoIterator<Item = Condition>) -> Condition {
        let mut all: Vec<Condition> = conditions.into_iter().collect();
        if all.contains(&Condition::TRUE) {
            return Condition::TRUE;
        }
        all.sort_unstable_by_key(|condition| (std::cmp::Reverse(self.top(*condition)), *condition));
        all.dedup();
        let mut any = Condition::FALSE;
        for condition in all {
            any = self.or(any, condition);
        }
        any
    }

    /// How many different nodes were ever made.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.len() <= 2
    }

    /// Whether the condition holds where `value` gives each variable's value.
    pub fn evaluate(&self, mut at: Condition, value: &dyn Fn(&Variable) -> Tristate) -> bool {
        while !at.is_false() && !at.is_true() {
            let node = self.nodes.get(at);
            at = node.branches[value(&self.variables[node.variable as usize]) as usize];
        }
        at.is_true()
    }

    /// Every variable the condition depends on, in the diagram's order.
    pub fn support(&self, condition: Condition) -> Vec<&Variable> {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut variables = std::collections::BTreeSet::new();
        let mut open = vec![condition];
        while let Some(at) = open.pop() {
            if !at.is_false() && !at.is_true() && seen.insert(at) {
                let node = self.nodes.get(at);
                variables.insert(node.variable);
                open.extend(node.branches);
            }
        }
        variables
            .into_iter()
            .map(|index| &self.variables[index as usize])
            .collect()
    }

    fn top(&self, condition: Condition) -> u32 {
        self.nodes.get(condition).variable
    }

    /// The three conditions left when `variable`, at or above the top, is n, m, y.
    fn branches(&self, condition: Condition, variable: u32) -> [Condition; 3] {
        let node = self.nodes.get(condition);
        if node.variable == variable {
            node.branches
        } else {
            [condition; 3]
        }
    }
}
