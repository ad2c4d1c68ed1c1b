// SPDX-License-Identifier: Apache-2.0
//! The values symbols take: the ordered tristate, and the declared types.

use std::fmt;

/// The three-valued truth of Kconfig, ordered `n < m < y`: `&&` is the minimum,
/// `||` the maximum, `!x` is `y - x` (Documentation/kbuild/kconfig-language.rst,
/// "Menu dependencies").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Tristate {
    #[default]
    No = 0,
    Module = 1,
    Yes = 2,
}

impl Tristate {
    /// The three values in ascending order.
    pub const ALL: [Self; 3] = [Self::No, Self::Module, Self::Yes];

    /// As written in a `.config` file: `n`, `m` or `y`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "n",
            Self::Module => "m",
            Self::Yes => "y",
        }
    }

    /// The value that `n`, `m` or `y` stand for.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == text)
    }
}

impl std::ops::Not for Tristate {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Module => Self::Module,
            Self::Yes => Self::No,
        }
    }
}

impl fmt::Display for Tristate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<bool> for Tristate {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

/// The type a symbol is declared with. A name that is only referred to has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SymbolType {
    #[default]
    Unknown,
    Bool,
    Tristate,
    Int,
    Hex,
    String,
}

impl SymbolType {
    /// The keyword that declares it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Bool => "bool",
            Self::Tristate => "tristate",
            Self::Int => "integer",
            Self::Hex => "hex",
            Self::String => "string",
        }
    }

    /// Bool or tristate: takes the values of [`Tristate`].
    pub const fn is_logical(self) -> bool {
        matches!(self, Self::Bool | Self::Tristate)
    }
}
