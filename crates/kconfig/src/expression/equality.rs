// SPDX-License-Identifier: Apache-2.0
//! Whether two expressions say the same, as far as the C tool can tell (`expr_eq()`).

use super::in_place::InPlace;
use super::shared::Shared;
use super::{ExprId, Expressions};
use crate::dialect::Simplifier;
use crate::model::Model;

/// Compares expressions of one model. Comparing makes new expressions, which are kept
/// apart from the model's; one comparison serves for many pairs.
#[derive(Clone, Debug)]
pub struct Equality<'m> {
    model: &'m Model,
    scratch: Option<Expressions>,
}

impl<'m> Equality<'m> {
    pub fn new(model: &'m Model) -> Self {
        Self {
            model,
            scratch: None,
        }
    }

    /// Equal but for the order of operands; an absent expression is `y`.
    pub fn holds(&mut self, left: Option<ExprId>, right: Option<ExprId>) -> bool {
        if left == right {
            return true;
        }
        let expressions = self
            .scratch
            .get_or_insert_with(|| self.model.expressions.clone());
        let table = &self.model.symbols;
        match self.model.dialect.simplifier {
            Simplifier::InPlace => InPlace::new(expressions, table).equal(left, right),
            Simplifier::Shared => Shared::new(expressions, table).equal(left, right),
        }
    }
}
