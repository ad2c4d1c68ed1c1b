// SPDX-License-Identifier: Apache-2.0
//! What there is to say about a Kconfig tree, worded as `scripts/kconfig/conf` words it.

use std::fmt;
use std::rc::Rc;

/// How grave it is, and how the place is joined to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Printed to standard output: `$(info ...)`.
    Info,
    /// `file:line: text`, without consequence.
    Remark,
    /// `file:line:warning: text`.
    Warning,
    /// `file:line: text`; the tree isn't valid.
    Error,
}

/// A line of a Kconfig file, counted from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Rc<str>,
    pub line: u32,
}

/// One message. Its [`fmt::Display`] is the line that the C tool prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub place: Option<Place>,
    pub text: String,
}

impl Diagnostic {
    pub fn new(severity: Severity, place: Place, text: impl Into<String>) -> Self {
        Self {
            severity,
            place: Some(place),
            text: text.into(),
        }
    }

    /// A message that speaks of the whole tree.
    pub fn general(severity: Severity, text: impl Into<String>) -> Self {
        Self {
            severity,
            place: None,
            text: text.into(),
        }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(place) = &self.place else {
            return f.write_str(&self.text);
        };
        let join = if self.severity == Severity::Warning {
            ":warning: "
        } else {
            ": "
        };
        write!(f, "{}:{}{join}{}", place.file, place.line, self.text)
    }
}
