// SPDX-License-Identifier: Apache-2.0
//! What an importer is given, and what it leaves beside the trace.

use std::fmt;
use std::io::BufRead;

use super::Context;
use crate::limit;
use crate::lines::Lines;

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
    pub(super) reader: &'a mut dyn BufRead,
    pub(super) context: &'a Context<'a>,
    pub(super) notes: &'a mut Vec<Note>,
}

impl<'a> Input<'a> {
    /// The lines, and what else there is.
    pub(super) fn lines(self) -> (Lines<&'a mut dyn BufRead>, &'a Context<'a>, Notes<'a>) {
        let lines = Lines::new(self.reader, limit::LINE);
        (lines, self.context, Notes(self.notes))
    }
}

/// Takes notes up to a limit.
pub(super) struct Notes<'a>(&'a mut Vec<Note>);

impl Notes<'_> {
    pub(super) fn add(&mut self, line: u64, message: impl Into<String>) {
        if self.0.len() < limit::NOTES {
            let message = message.into();
            self.0.push(Note { line, message });
        }
    }
}
