// SPDX-License-Identifier: Apache-2.0
//! What is printed, and the exit codes: 0 all cells are as they should be, 1 some are not,
//! 2 no answer.

use std::io::Write as _;
use std::process::ExitCode;

use crate::failure::Failure;

/// One line on standard output.
pub(crate) fn line(text: &str) {
    // A reader who went away wants no more lines.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// What is being done, on standard error.
pub(crate) fn step(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "boot: {text}");
}

/// The sentence of a failure.
pub(crate) fn failure(failure: &Failure) -> ExitCode {
    step(&failure.to_string());
    ExitCode::from(2)
}
