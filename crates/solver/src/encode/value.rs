// SPDX-License-Identifier: Apache-2.0
//! A tristate as two literals: not n, and y. Minimum and maximum are `and` and `or` of each.

use crate::circuit::{Circuit, Lit};

/// `yes` implies `on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) on: Lit,
    pub(crate) yes: Lit,
}

impl Value {
    pub(crate) const NO: Self = Self::plain(Lit::FALSE);
    pub(crate) const YES: Self = Self::plain(Lit::TRUE);
    pub(crate) const MODULE: Self = Self {
        on: Lit::TRUE,
        yes: Lit::FALSE,
    };

    /// y or n.
    pub(crate) const fn plain(lit: Lit) -> Self {
        Self { on: lit, yes: lit }
    }

    pub(crate) fn min(self, other: Self, circuit: &mut Circuit) -> Self {
        Self {
            on: circuit.and(self.on, other.on),
            yes: circuit.and(self.yes, other.yes),
        }
    }

    pub(crate) fn max(self, other: Self, circuit: &mut Circuit) -> Self {
        Self {
            on: circuit.or(self.on, other.on),
            yes: circuit.or(self.yes, other.yes),
        }
    }

    /// y - x
    pub(crate) fn not(self) -> Self {
        Self {
            on: !self.yes,
            yes: !self.on,
        }
    }

    /// n unless `condition`.
    pub(crate) fn only_if(self, condition: Lit, circuit: &mut Circuit) -> Self {
        self.min(Self::plain(condition), circuit)
    }

    pub(crate) fn choose(condition: Lit, yes: Self, no: Self, circuit: &mut Circuit) -> Self {
        Self {
            on: circuit.choose(condition, yes.on, no.on),
            yes: circuit.choose(condition, yes.yes, no.yes),
        }
    }
}
