// SPDX-License-Identifier: Apache-2.0
//! What the evaluator could not follow: reported with its place, never dropped.

use std::fmt;
use std::rc::Rc;

/// A line of a Makefile; the path is relative to the tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub file: Rc<str>,
    /// Counted from 1; 0 where a whole file is meant.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}

/// A construct whose effect on the presence of objects is not fully known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Diagnostic {
    pub place: Place,
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Why there is no result at all.
#[derive(Debug)]
pub enum Error {
    /// A file or directory of the tree can't be read.
    Unreadable {
        place: Place,
        path: String,
        cause: std::io::Error,
    },
    /// A line or file beyond any limit that a kernel tree comes near.
    TooLarge { place: Place, limit: usize },
    /// A Makefile includes itself, directly or through others.
    CyclicInclude { place: Place, path: String },
    /// There is no `arch/ARCH/Makefile`.
    UnknownArchitecture { arch: String },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { place, path, cause } => {
                write!(f, "{place}: cannot read {path}: {cause}")
            }
            Self::TooLarge { place, limit } => write!(f, "{place}: more than {limit} bytes"),
            Self::CyclicInclude { place, path } => write!(f, "{place}: {path} includes itself"),
            Self::UnknownArchitecture { arch } => {
                write!(
                    f,
                    "Makefile: unknown architecture {arch}: the tree has no Makefile for it"
                )
            }
        }
    }
}

impl std::error::Error for Error {}
