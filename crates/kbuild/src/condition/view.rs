// SPDX-License-Identifier: Apache-2.0
//! Conditions as others see them: one node at a time.

use super::{Condition, Conditions, Variable};

/// What a condition is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View<'c> {
    Never,
    Always,
    /// The condition that stands for each value of a variable: n, m and y. The m branch of
    /// a variable that is never m is its n branch.
    Test(&'c Variable, [Condition; 3]),
}

impl Conditions {
    pub fn view(&self, condition: Condition) -> View<'_> {
        if condition.is_false() {
            return View::Never;
        }
        if condition.is_true() {
            return View::Always;
        }
        let node = self.nodes.get(condition);
        View::Test(&self.variables[node.variable as usize], node.branches)
    }
}
