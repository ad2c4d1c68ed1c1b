// SPDX-License-Identifier: Apache-2.0
//! What became of an expression, so that it is rewritten once.

use crate::arena::Index;
use crate::expression::ExprId;

/// A partial map from expressions to expressions.
#[derive(Default)]
pub(super) struct Memo {
    results: Vec<Option<ExprId>>,
}

impl Memo {
    pub(super) fn get(&self, id: ExprId) -> Option<ExprId> {
        self.results.get(id.to_usize()).copied().flatten()
    }

    pub(super) fn set(&mut self, id: ExprId, result: ExprId) {
        if self.results.len() <= id.to_usize() {
            self.results.resize(id.to_usize() + 1, None);
        }
        self.results[id.to_usize()] = Some(result);
    }

    pub(super) fn clear(&mut self) {
        self.results.clear();
    }
}
