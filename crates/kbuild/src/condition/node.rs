// SPDX-License-Identifier: Apache-2.0
//! The nodes of all diagrams, each there once, and what operations on them gave.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use super::Condition;
use crate::table::Table;

/// No variable: where the terminals stand in the order.
pub(super) const LAST: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) variable: u32,
    /// For n, m, y. A two-valued variable's m branch repeats its n branch.
    pub(super) branches: [Condition; 3],
}

/// Nodes by their conditions; the terminals are the first two.
#[derive(Debug)]
pub(super) struct Nodes {
    all: Vec<Node>,
    by_content: Table,
}

impl Default for Nodes {
    fn default() -> Self {
        let terminal = |value| Node {
            variable: LAST,
            branches: [value; 3],
        };
        Self {
            all: vec![terminal(Condition::FALSE), terminal(Condition::TRUE)],
            by_content: Table::default(),
        }
    }
}

impl Nodes {
    pub(super) fn get(&self, condition: Condition) -> Node {
        self.all[condition.0 as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The condition of a node whose branches are not all equal.
    pub(super) fn intern(&mut self, node: Node) -> Condition {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let hash = FxBuildHasher.hash_one(node);
        let all = &self.all;
        let is = |number: u32| all[number as usize] == node;
        let number = self.by_content.find_or_insert(hash, next, is);
        if number == next {
            self.all.push(node);
        }
        Condition(number)
    }
}

/// An operation on two conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    And,
    Or,
    /// The left without the right; from [`Condition::TRUE`], the negation.
    Except,
}

impl Operation {
    /// The result, where no node needs to be looked at.
    pub(super) fn at_once(self, left: Condition, right: Condition) -> Option<Condition> {
        let (to_left, to_right) = match self {
            Self::And => (
                left.is_false() || right.is_true(),
                left.is_true() || right.is_false(),
            ),
            Self::Or => (
                left.is_true() || right.is_false(),
                left.is_false() || right.is_true(),
            ),
            Self::Except => {
                let nothing = right.is_true() || left == right;
                let left = if nothing { Condition::FALSE } else { left };
                return (left.is_false() || right.is_false()).then_some(left);
            }
        };
        if to_left || left == right {
            Some(left)
        } else {
            to_right.then_some(right)
        }
    }

    /// The operands in one order, where it makes no difference.
    fn sorted(self, left: Condition, right: Condition) -> (Condition, Condition) {
        match self {
            Self::And | Self::Or => (left.min(right), left.max(right)),
            Self::Except => (left, right),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    operation: Operation,
    left: Condition,
    right: Condition,
}

/// Results of operations. A newer one takes the place of an older: what is forgotten
/// is computed again.
#[derive(Debug)]
pub(super) struct Results {
    entries: Vec<(Key, Condition)>,
}

const FEWEST_RESULTS: usize = 1 << 10;
/// A table that fits into the processor's caches is worth more than one that forgets little.
const NODES_PER_RESULT: usize = 32;

impl Default for Results {
    fn default() -> Self {
        Self {
            entries: vec![NOTHING; FEWEST_RESULTS],
        }
    }
}

/// What is known at once is never looked up.
const NOTHING: (Key, Condition) = (
    Key {
        operation: Operation::And,
        left: Condition::FALSE,
        right: Condition::FALSE,
    },
    Condition::FALSE,
);

impl Results {
    pub(super) fn get(
        &self,
        operation: Operation,
        left: Condition,
        right: Condition,
    ) -> Option<Condition> {
        let key = Key::new(operation, left, right);
        let (known, result) = self.entries[self.place(&key)];
        (known == key).then_some(result)
    }

    /// Keeps a result; `nodes` says how much there is to remember.
    pub(super) fn insert(
        &mut self,
        (operation, left, right): (Operation, Condition, Condition),
        result: Condition,
        nodes: usize,
    ) {
        if nodes > self.entries.len() * NODES_PER_RESULT {
            self.grow();
        }
        let key = Key::new(operation, left, right);
        let place = self.place(&key);
        self.entries[place] = (key, result);
    }

    fn grow(&mut self) {
        let larger = vec![NOTHING; self.entries.len() * 2];
        for entry in std::mem::replace(&mut self.entries, larger) {
            let place = self.place(&entry.0);
            self.entries[place] = entry;
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "only some bits of a hash count"
    )]
    fn place(&self, key: &Key) -> usize {
        FxBuildHasher.hash_one(key) as usize & (self.entries.len() - 1)
    }
}

impl Key {
    fn new(operation: Operation, left: Condition, right: Condition) -> Self {
        let (left, right) = operation.sorted(left, right);
        Self {
            operation,
            left,
            right,
        }
    }
}
