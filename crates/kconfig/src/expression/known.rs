// SPDX-License-Identifier: Apache-2.0
//! Which expressions of more than a symbol there are already: a table of their ids
//! alone, since the expressions themselves lie in the arena.

use super::{ExprId, Expression};
use crate::arena::{Arena, Index};

/// No expression has this id.
const VACANT: u32 = u32::MAX;
const SMALLEST: usize = 1 << 10;

/// An open-addressing table, at most half full, its size a power of two.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    ids: Vec<u32>,
}

impl Known {
    /// The id of `expression`, or else the place where it belongs.
    pub(super) fn find(
        &self,
        nodes: &Arena<ExprId, Expression>,
        expression: Expression,
    ) -> Result<ExprId, usize> {
        let Some(mask) = self.ids.len().checked_sub(1) else {
            return Err(0);
        };
        let mut place = hash(expression) & mask;
        loop {
            match self.ids[place] {
                VACANT => return Err(place),
                id => {
                    let id = ExprId::from_usize(id as usize);
                    if nodes[id] == expression {
                        return Ok(id);
                    }
                }
            }
            place = (place + 1) & mask;
        }
    }

    /// Puts the newest of `nodes` where [`Known::find`] said.
    pub(super) fn insert(
        &mut self,
        nodes: &Arena<ExprId, Expression>,
        vacant: usize,
        newest: ExprId,
    ) {
        if nodes.len() * 2 > self.ids.len() {
            self.grow(nodes);
        } else {
            self.ids[vacant] = compact(newest);
        }
    }

    fn grow(&mut self, nodes: &Arena<ExprId, Expression>) {
        let size = (self.ids.len() * 2).max(SMALLEST);
        self.ids.clear();
        self.ids.resize(size, VACANT);
        let compound = |(_, node): &(ExprId, &Expression)| !matches!(node, Expression::Symbol(_));
        for (id, expression) in nodes.iter().filter(compound) {
            let mut place = hash(*expression) & (size - 1);
            while self.ids[place] != VACANT {
                place = (place + 1) & (size - 1);
            }
            self.ids[place] = compact(id);
        }
    }
}

fn compact(id: ExprId) -> u32 {
    u32::try_from(id.to_usize()).unwrap_or(VACANT)
}

/// Multiplication spreads the bits upwards, so the upper half is what is taken.
fn hash(expression: Expression) -> usize {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let pair = |left: usize, right: usize| ((left as u64) << 32) | right as u64;
    let (kind, operands) = match expression {
        Expression::Symbol(symbol) => (0, symbol.to_usize() as u64),
        Expression::Not(operand) => (1, operand.to_usize() as u64),
        Expression::Join(connective, left, right) => (
            2 + connective as u64,
            pair(left.to_usize(), right.to_usize()),
        ),
        Expression::Compare(relation, left, right) => {
            (4 + relation as u64, pair(left.to_usize(), right.to_usize()))
        }
        Expression::Range(low, high) => (10, pair(low.to_usize(), high.to_usize())),
    };
    let mixed = (operands ^ (operands >> 29) ^ (kind << 59)).wrapping_mul(SPREAD);
    usize::try_from(mixed >> 32).unwrap_or(0)
}
