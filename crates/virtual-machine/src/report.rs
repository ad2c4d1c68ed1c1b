// SPDX-License-Identifier: Apache-2.0
//! What is printed, and the exit codes: 0 all cells are as they should be, 1 some are not,
//! 2 no answer.

use std::io::Write as _;
use std::process::ExitCode;

use crate::Failure;

/// One line on standard output.
pub fn line(text: &str) {
    // A reader who went away wants no more lines.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// What is being done, on standard error.
pub fn step(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The sentence of a failure.
pub fn failure(failure: &Failure) -> ExitCode {
    step(&failure.to_string());
    ExitCode::from(2)
}
