// SPDX-License-Identifier: Apache-2.0
//! The commands, a file each: read the arguments, call the library, print.

use std::io::Write;
use std::process::ExitCode;

use kbuild::diagnostic::Diagnostic;
use serde::Serialize;

use crate::tree::Failure;

pub(crate) mod check;
pub(crate) mod condition;
pub(crate) mod conf;
pub(crate) mod config;
pub(crate) mod debug_table;
pub(crate) mod diff;
pub(crate) mod files;
pub(crate) mod locate;
pub(crate) mod model;
mod progress;
pub(crate) mod report;
pub(crate) mod why;

/// The exit code for input that can't be used.
const BAD_INPUT: u8 = 2;

/// Prints a whole answer, or the one reason why there is none.
fn finish(answer: Result<(Vec<u8>, ExitCode), Failure>) -> ExitCode {
    match answer {
        Ok((text, code)) => match std::io::stdout().lock().write_all(&text) {
            Ok(()) => code,
            Err(_) => ExitCode::FAILURE,
        },
        Err(failure) => {
            complain(&failure.to_string());
            ExitCode::from(BAD_INPUT)
        }
    }
}

/// Says something on standard error; nobody may be listening.
fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "tailor: {line}");
}

/// Tells what of the Makefiles was not understood, and how much.
fn warn(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        complain(&format!("warning: {diagnostic}"));
    }
    if !diagnostics.is_empty() {
        complain(&format!(
            "{} construct(s) not fully understood",
            diagnostics.len()
        ));
    }
}

fn to_json(value: &impl Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}
