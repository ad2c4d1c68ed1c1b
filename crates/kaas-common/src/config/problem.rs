// SPDX-License-Identifier: Apache-2.0
//! What is wrong with a configuration: where, what, and what to do. No message holds a value
//! of a secret option, nor a line of a file, which may be one.

use std::fmt;
use std::path::PathBuf;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a file, counted from 1; 0 for the file as a whole.
    Line { file: PathBuf, number: usize },
    /// The name of the variable.
    Environment(String),
    /// As it was written there.
    CommandLine(String),
    /// The declaration itself.
    Default,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, number: 0 } => write!(formatter, "{}", file.display()),
            Self::Line { file, number } => write!(formatter, "{}:{number}", file.display()),
            Self::Environment(name) => write!(formatter, "environment variable {name}"),
            Self::CommandLine(flag) => write!(formatter, "command line, {flag}"),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    /// `[group] name` of the option, where it is about one.
    pub option: Option<String>,
    /// A sentence without its full stop.
    pub what: String,
    /// What to do about it, likewise.
    pub remedy: String,
}

impl Problem {
    pub(super) fn new(place: Place, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place,
            option: None,
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.place)?;
        if let Some(option) = &self.option {
            write!(formatter, "{option} ")?;
        }
        write!(formatter, "{}; {}", self.what, self.remedy)
    }
}

/// Everything that is wrong; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(Problem::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
