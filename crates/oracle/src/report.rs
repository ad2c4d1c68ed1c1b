// SPDX-License-Identifier: Apache-2.0
//! What the oracles print, and the exit codes: 0 no difference, 1 a difference, 2 no answer.

use std::io::Write as _;
use std::process::ExitCode;

use crate::failure::Failure;

/// One line on standard output, whole even when several threads write.
pub(crate) fn line(text: &str) {
    // A reader who went away wants no more lines.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// The sentence of a failure on standard error.
pub(crate) fn failure(failure: &Failure) -> ExitCode {
    let _ = writeln!(std::io::stderr().lock(), "oracle: {failure}");
    ExitCode::from(2)
}
