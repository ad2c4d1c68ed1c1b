// SPDX-License-Identifier: Apache-2.0
//! Runs another program in an environment that says the same on every machine.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use crate::failure::{Failure, Result};

/// A command that inherits only what a tool needs to be found: no `ARCH`, `MAKEFLAGS` or
/// `KCONFIG_*` of the caller changes what it answers.
pub(crate) fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C");
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// The output of a command that succeeded.
pub(crate) fn run(command: &mut Command) -> Result<Output> {
    let output = command
        .output()
        .map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(output);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!(
        "{} failed ({}): {}",
        name_of(command),
        output.status,
        last_lines(&stderr, 5)
    )))
}

/// What a command that succeeded wrote to its standard output, without the final newline.
pub(crate) fn answer(command: &mut Command) -> Result<String> {
    let output = run(command)?;
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned())
}

pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", name_of(command)))
}

fn name_of(command: &Command) -> String {
    Path::new(command.get_program()).display().to_string()
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
