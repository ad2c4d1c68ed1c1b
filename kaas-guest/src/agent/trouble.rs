// SPDX-License-Identifier: Apache-2.0
//! Why something was not done, by what follows from it.

use std::fmt;
use std::time::Duration;

use kaas_types::agent::Code;

use crate::failure::Failure;

/// See above.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Perhaps later: a sentence, and when, if the server named a time.
    Later(String, Option<Duration>),
    /// The server understood, and said no. Its own words.
    Refused(Code, String),
}

impl Trouble {
    pub(super) fn later(sentence: impl Into<String>) -> Self {
        Self::Later(sentence.into(), None)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Later(sentence, _) => f.write_str(sentence),
            Self::Refused(code, detail) => {
                let (name, _) = code.parts();
                write!(f, "the server refuses: {name} ({detail})")
            }
        }
    }
}

/// A full disk may have room again.
impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::later(failure.to_string())
    }
}
