// SPDX-License-Identifier: Apache-2.0
//! Conditions as they are kept: the nodes that somebody needs, each after those it leads to.

use serde::{Deserialize, Serialize};

use super::node::Node;
use super::{Condition, Conditions, Variable};

/// Some conditions of a store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    variables: Vec<Variable>,
    /// A variable and three branches. A node's number is its index, behind the terminals.
    nodes: Vec<[u32; 4]>,
}

/// The terminals are in every store.
const TERMINALS: u32 = 2;

impl Conditions {
    /// The nodes of `needed` conditions, and the new number of each. Their order stays.
    pub(crate) fn store(
        &self,
        needed: &[Condition],
    ) -> (Stored, impl Fn(Condition) -> u32 + use<>) {
        let mut is_needed = vec![false; self.nodes.len()];
        for condition in needed {
            is_needed[condition.0 as usize] = true;
        }
        let all = || (TERMINALS..).map(Condition).take(self.nodes.len() - 2);
        for at in (TERMINALS as usize..is_needed.len()).rev() {
            if is_needed[at] {
                let node = self.nodes.get(Condition(u32::try_from(at).unwrap_or(0)));
                for branch in node.branches {
                    is_needed[branch.0 as usize] = true;
                }
            }
        }
        let mut numbers: Vec<u32> = vec![0, 1];
        let mut next = TERMINALS;
        for needed in &is_needed[TERMINALS as usize..] {
            numbers.push(next);
            next += u32::from(*needed);
        }
        let kept = all().filter(|condition| is_needed[condition.0 as usize]);
        let nodes = kept.map(|condition| {
            let Node { variable, branches } = self.nodes.get(condition);
            let [no, module, yes] = branches.map(|branch| numbers[branch.0 as usize]);
            [variable, no, module, yes]
        });
        let stored = Stored {
            nodes: nodes.collect(),
            variables: self.variables.clone(),
        };
        (stored, move |condition| numbers[condition.0 as usize])
    }
}

impl Stored {
    /// The store; `None` where it is not one.
    pub(crate) fn restore(self) -> Option<Conditions> {
        let mut conditions = Conditions::default();
        for (number, variable) in (0..).zip(self.variables) {
            if conditions.variable(variable) != number {
                return None;
            }
        }
        for (number, [variable, branches @ ..]) in (TERMINALS..).zip(self.nodes) {
            let branches = branches.map(Condition);
            let follows =
                |branch: &Condition| branch.0 < number && conditions.top(*branch) > variable;
            let is_known = (variable as usize) < conditions.variables.len();
            if !is_known || !branches.iter().all(follows) {
                return None;
            }
            if conditions.node(variable, branches) != Condition(number) {
                return None;
            }
        }
        Some(conditions)
    }

    /// The condition of a number that was given by [`Conditions::store`].
    pub(crate) fn condition(conditions: &Conditions, number: u32) -> Option<Condition> {
        ((number as usize) < conditions.nodes.len()).then_some(Condition(number))
    }
}
