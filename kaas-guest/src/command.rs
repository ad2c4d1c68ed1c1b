// SPDX-License-Identifier: Apache-2.0
//! The words that may follow `kaas-guest`. To add one: a file in `command/`, a line in [`ALL`].

use std::process::ExitCode;

use lexopt::Parser;

use crate::failure::Result;

/// One word.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// A line for `kaas-guest --help`.
    pub(crate) about: &'static str,
    /// Takes the arguments that follow the word.
    pub(crate) run: fn(Parser) -> Result<ExitCode>,
}

pub(crate) const ALL: &[Command] = &[];
