// SPDX-License-Identifier: Apache-2.0
//! Whether two conditions of a finished model say the same (`expr_eq()`).

use super::in_place::InPlace;
use super::shared::Shared;
use super::{ExprId, Expressions};
use crate::dialect::Simplifier;
use crate::model::Model;

/// Compares conditions of one model. Comparing makes new expressions, so this
/// works on a copy of the model's; make one and keep it.
pub struct Equality<'m> {
    model: &'m Model,
    expressions: Expressions,
}

impl<'m> Equality<'m> {
    pub fn new(model: &'m Model) -> Self {
        Self {
            model,
            expressions: model.expressions().clone(),
        }
    }

    /// Equal but for the order of operands; an absent condition is `y`.
    pub fn holds(&mut self, left: Option<ExprId>, right: Option<ExprId>) -> bool {
        let table = &self.model.symbols;
        match self.model.dialect().simplifier {
            Simplifier::InPlace => InPlace::new(&mut self.expressions, table).equal(left, right),
            Simplifier::Shared => Shared::new(&mut self.expressions, table).equal(left, right),
        }
    }
}
