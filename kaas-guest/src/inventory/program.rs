// SPDX-License-Identifier: Apache-2.0
//! Asks a program that is installed, for a short time.

use std::io::Read as _;
use std::process::{Command, Stdio};

/// What it prints; `None` when it isn't there or fails.
#[expect(
    clippy::disallowed_methods,
    reason = "the only place where the inventory starts a program"
)]
pub(super) fn output(command: &[&str]) -> Option<Vec<u8>> {
    let (program, arguments) = command.split_first()?;
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "400")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut bytes = Vec::new();
    let read = child
        .stdout
        .take()?
        .take(super::LARGEST as u64)
        .read_to_end(&mut bytes);
    let status = child.wait().ok()?;
    (read.is_ok() && status.success()).then_some(bytes)
}
