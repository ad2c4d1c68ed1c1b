// SPDX-License-Identifier: Apache-2.0
//! Why a step ended before its time, and whose fault that is.

use std::fmt;
use std::path::Path;

/// What ends a job. The words say what was wrong, where, and what to do; never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// What was asked for can't be built; trying again gives the same.
    Input(String),
    /// This machine or the network failed; another try or another machine may succeed.
    Infrastructure(String),
    /// It was asked to stop.
    Cancelled,
}

pub type Result<T, E = Trouble> = std::result::Result<T, E>;

impl Trouble {
    pub fn input(words: impl Into<String>) -> Self {
        Self::Input(words.into())
    }

    pub fn infrastructure(words: impl Into<String>) -> Self {
        Self::Infrastructure(words.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(words) | Self::Infrastructure(words) => f.write_str(words),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl std::error::Error for Trouble {}

/// Says which file an error of this machine is about.
pub(crate) trait About<T> {
    fn about(self, path: &Path) -> Result<T>;
}

impl<T, E: fmt::Display> About<T> for std::result::Result<T, E> {
    fn about(self, path: &Path) -> Result<T> {
        self.map_err(|error| Trouble::infrastructure(format!("{}: {error}", path.display())))
    }
}
