// SPDX-License-Identifier: Apache-2.0
//! Why a command failed, and the exit code that says so to scripts.

use std::{fmt, io};

use kaas_common::config::Problems;
use kaas_db::Error;

#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is not understood.
    Usage(String),
    Config(Problems),
    Database(Error),
    Output(io::Error),
}

impl Failure {
    pub(crate) const fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Database(Error::Schema { .. }) => 2,
            Self::Config(_) | Self::Database(_) | Self::Output(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(f, "{what}; see kaas-manage --help"),
            Self::Config(problems) => problems.fmt(f),
            Self::Database(error) => chain(error, f),
            Self::Output(error) => error.fmt(f),
        }
    }
}

/// With what each error came from.
fn chain(error: &dyn std::error::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    match error.source() {
        Some(source) => {
            f.write_str(": ")?;
            chain(source, f)
        }
        None => Ok(()),
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Config(problems)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
