// SPDX-License-Identifier: Apache-2.0
//! What an importer is given.

use std::fmt;
use std::io::BufRead;

use super::Context;
use crate::error::Error;
use crate::limit;
use crate::lines::{Line, Lines};

/// Something of an input that was not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Counted from 1; 0 where the whole input is meant.
    pub line: u64,
    pub message: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

pub(super) struct Input<'a> {
    pub(super) context: &'a Context<'a>,
    lines: Lines<&'a mut dyn BufRead>,
    notes: Vec<Note>,
}

impl<'a> Input<'a> {
    pub(super) fn new(reader: &'a mut dyn BufRead, context: &'a Context<'a>) -> Self {
        Self {
            context,
            lines: Lines::new(reader, limit::LINE),
            notes: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Error> {
        self.lines.next()
    }

    /// Notes beyond the limit are dropped.
    pub(super) fn note(&mut self, line: u64, message: impl Into<String>) {
        if self.notes.len() < limit::NOTES {
            let message = message.into();
            self.notes.push(Note { line, message });
        }
    }

    pub(super) fn notes(self) -> Vec<Note> {
        self.notes
    }
}
