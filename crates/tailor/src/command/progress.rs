// SPDX-License-Identifier: Apache-2.0
//! How far a long command has come: on a terminal one line that is written over, elsewhere
//! a line for each step that is done.

use std::io::{IsTerminal, Write};
use std::time::Instant;

use tailor::tailoring::Listener;

/// The cells of the bar.
const WIDTH: usize = 20;

/// The steps of a command.
pub(crate) struct Steps {
    since: Instant,
    is_terminal: bool,
    done: usize,
    of: usize,
}

impl Steps {
    /// For a command of so many steps.
    pub(crate) fn new(of: usize) -> Self {
        Self {
            since: Instant::now(),
            is_terminal: std::io::stderr().is_terminal(),
            done: 0,
            of,
        }
    }

    fn clear(&self) {
        if self.is_terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Listener for Steps {
    fn begin(&mut self, what: &str) {
        self.since = Instant::now();
        if self.is_terminal {
            let full = (self.done * WIDTH / self.of.max(1)).min(WIDTH);
            let (full, rest) = ("█".repeat(full), "░".repeat(WIDTH - full));
            let _ = write!(std::io::stderr(), "\r\x1b[K{full}{rest} {what}");
        }
    }

    fn end(&mut self, what: &str) {
        self.done += 1;
        self.clear();
        let took = self.since.elapsed().as_secs_f64();
        super::complain(&format!("{what} ({took:.1} s)"));
    }

    fn warn(&mut self, what: &str) {
        self.clear();
        super::complain(&format!("warning: {what}"));
    }
}

/// An error leaves the line that it is written on.
impl Drop for Steps {
    fn drop(&mut self) {
        self.clear();
    }
}
