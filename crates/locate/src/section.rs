// SPDX-License-Identifier: Apache-2.0
//! Which section a function is put into, as far as its declaration says.

use serde::{Deserialize, Serialize};

use crate::name::Name;

/// A kind of section. Those of one kind lie together in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Section {
    /// `.text`, or `.text.unlikely` where the compiler thinks so.
    Text,
    /// What the compiler split off to `.text.unlikely`.
    Cold,
    /// The one that an attribute names (`.init.text`).
    Named(Name),
    /// Assembly does not say here.
    Unknown,
}

impl Section {
    /// The section of a symbol made from a function: the compiler splits only functions
    /// that are free to go anywhere.
    pub(crate) fn of_symbol(self, symbol: &str) -> Self {
        match self {
            Self::Text if is_split_off(symbol) => Self::Cold,
            other => other,
        }
    }

    /// Whether functions of both may lie in the same section.
    pub(crate) fn may_touch(self, other: Self) -> bool {
        match (self, other) {
            (Self::Named(one), Self::Named(other)) => one == other,
            (Self::Named(_), Self::Text | Self::Cold)
            | (Self::Text | Self::Cold, Self::Named(_)) => false,
            _ => true,
        }
    }

    /// Whether the section may end behind a function of this one, and the other begin.
    pub(crate) fn may_end_before(self, other: Self) -> bool {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) | (Self::Text, Self::Cold) => true,
            _ => !self.may_touch(other),
        }
    }
}

/// Whether a symbol is the part of a function that is rarely executed (`f.cold`).
fn is_split_off(symbol: &str) -> bool {
    matches!(symbol.rsplit_once('.'), Some((_, "cold")))
}
