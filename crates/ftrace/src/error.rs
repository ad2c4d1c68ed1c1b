// SPDX-License-Identifier: Apache-2.0
//! Why an input is not taken: where, what is wrong, and what to do about it.

use std::fmt;
use std::io;

/// What a caller may want to act upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bytes could not be read.
    Unreadable,
    /// The input ends before its last line: its writer was stopped, or is still at work.
    Truncated,
    /// More than a limit of [`crate::limit`] allows.
    TooLarge,
    /// A line says something that the format does not have.
    Malformed,
    /// A format, or a version of one, that is not known here.
    Unknown,
    /// Two inputs were recorded on different kernels.
    OtherKernel,
    /// The input says nothing without another one, such as the kernel's symbols.
    Incomplete,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    /// Counted from 1; `None` where the whole input is meant.
    pub line: Option<u64>,
    /// A sentence: what is wrong and what to do.
    pub message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            line: None,
            message: message.into(),
        }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Malformed, message)
    }

    pub(crate) fn too_large(what: &str, limit: usize) -> Self {
        let message =
            format!("more than {limit} {what}: this is no trace of a kernel; if it is, split it");
        Self::new(ErrorKind::TooLarge, message)
    }

    /// Names the line, unless a deeper place did.
    pub(crate) fn at(mut self, line: u64) -> Self {
        self.line.get_or_insert(line);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::new(ErrorKind::Unreadable, format!("cannot be read: {error}"))
    }
}
