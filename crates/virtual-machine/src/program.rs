// SPDX-License-Identifier: Apache-2.0
//! Runs another program to its end, in an environment that is the same on every machine.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::{About as _, Failure, Result};

/// A command that inherits only what a tool needs to be found, and a proxy where there is one.
pub fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C.UTF-8");
    for name in ["HOME", "TMPDIR", "http_proxy", "https_proxy", "no_proxy"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("PATH", search_path());
    command.stdin(Stdio::null());
    command
}

/// With the folders of the administrator, which are not in everybody's path.
fn search_path() -> String {
    let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".to_owned());
    format!("{path}:/usr/sbin:/sbin")
}

/// The output of a command that succeeded.
pub fn run(command: &mut Command) -> Result<Output> {
    let output = command.output();
    let output = output.map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(output);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let (name, status) = (name_of(command), output.status);
    let end = last_lines(&stderr, 8);
    Err(Failure::new(format!("{name} failed ({status}): {end}")))
}

/// What a command that succeeded wrote to its standard output, without the final newline.
pub fn answer(command: &mut Command) -> Result<String> {
    let output = run(command)?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim_end().to_owned())
}

/// Runs a command that says much; all of it goes to `log`, its end into the failure.
pub fn run_logged(command: &mut Command, log: &Path) -> Result<()> {
    let file = File::create(log).about(log)?;
    command.stdout(file.try_clone().about(log)?).stderr(file);
    let status = command.status();
    let status = status.map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    let text = std::fs::read(log).about(log)?;
    let end = last_lines(&String::from_utf8_lossy(&text), 8);
    let (name, log) = (name_of(command), log.display());
    Err(Failure::new(format!(
        "{name} failed ({status}); all of it in {log}: {end}"
    )))
}

pub fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    let name = name_of(command);
    Failure::new(format!("{name}: {error}; `make setup` installs it"))
}

fn name_of(command: &Command) -> String {
    Path::new(command.get_program()).display().to_string()
}

/// At most `count` lines of the end.
pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
