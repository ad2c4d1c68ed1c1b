// SPDX-License-Identifier: Apache-2.0
//! A diagram as an irredundant sum of products: Minato's method, for variables of three
//! values.

use super::{M, N, Product, Y};
use crate::condition::{Condition, Conditions};

/// A longer sum is no text for a person.
const MAXIMUM_PRODUCTS: usize = 400;

impl Conditions {
    /// The products whose sum a condition is, if they are not too many.
    pub(super) fn products(&mut self, condition: Condition) -> Option<Vec<Product>> {
        let mut sum = Vec::new();
        self.cover(condition, condition, &mut Vec::new(), &mut sum)?;
        Some(sum)
    }

    /// Finds products whose sum lies between `lower` and `upper`; they are
    /// appended to `sum` after the literals of `path`. Gives what they cover.
    fn cover(
        &mut self,
        lower: Condition,
        upper: Condition,
        path: &mut Product,
        sum: &mut Vec<Product>,
    ) -> Option<Condition> {
        if lower.is_false() {
            return Some(Condition::FALSE);
        }
        if upper.is_true() {
            sum.push(path.clone());
            return (sum.len() <= MAXIMUM_PRODUCTS).then_some(Condition::TRUE);
        }
        let variable = self.top(lower).min(self.top(upper));
        let mut rest = self.branches(lower, variable);
        let upper = self.branches(upper, variable);
        let tristate = self.variables[variable as usize].is_tristate();
        let mut covered = [Condition::FALSE; 3];
        let sets: &[u8] = if tristate {
            &[N, M, Y, N | M, N | Y, M | Y, N | M | Y]
        } else {
            &[N, Y, N | M | Y]
        };
        for &set in sets {
            let (low, high) = self.bounds(&rest, &upper, set, tristate);
            if set != (N | M | Y) {
                path.push((variable, set));
            }
            let found = self.cover(low, high, path, sum)?;
            if set != (N | M | Y) {
                path.pop();
            }
            for value in (0..3).filter(|value| set & (1 << value) != 0) {
                covered[value] = self.or(covered[value], found);
                rest[value] = self.except(rest[value], found);
            }
        }
        if !tristate {
            covered[1] = covered[0];
        }
        Some(self.node(variable, covered))
    }

    /// What only products with exactly this set of values can cover, and what they may.
    fn bounds(
        &mut self,
        rest: &[Condition; 3],
        upper: &[Condition; 3],
        set: u8,
        tristate: bool,
    ) -> (Condition, Condition) {
        let values: &[usize] = if tristate { &[0, 1, 2] } else { &[0, 2] };
        let inside = |value: &usize| set & (1 << value) != 0;
        let mut high = Condition::TRUE;
        let mut outside = Condition::FALSE;
        for value in values {
            if inside(value) {
                high = self.and(high, upper[*value]);
            } else {
                outside = self.or(outside, upper[*value]);
            }
        }
        let mut low = Condition::FALSE;
        for value in values.iter().filter(|value| inside(value)) {
            low = self.or(low, rest[*value]);
        }
        let low = self.and(low, high);
        (self.except(low, outside), high)
    }
}
