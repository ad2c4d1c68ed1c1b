// SPDX-License-Identifier: Apache-2.0
//! The agent as it is shipped: one static binary.

use std::path::{Path, PathBuf};
use std::process::Command;

use virtual_machine::{About as _, Failure, Result, program, report};

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The one that was given, or one that is built from this workspace.
pub(crate) fn given_or_built(given: Option<&Path>) -> Result<PathBuf> {
    given.map_or_else(build, |path| path.canonicalize().about(path))
}

fn build() -> Result<PathBuf> {
    report::step("builds the agent");
    let here = std::env::current_exe().map_err(|error| Failure::new(error.to_string()))?;
    let folders = here.parent().and_then(Path::parent);
    let target = folders.unwrap_or(Path::new("target"));
    let mut command = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    command.args(["build", "--quiet", "--locked", "--package", "kaas-guest"]);
    command.args(["--profile", "guest", "--target", TARGET]);
    command.env("RUSTFLAGS", "-Ctarget-feature=+crt-static");
    command
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"));
    program::run(command.arg("--target-dir").arg(target))?;
    let agent = target.join(TARGET).join("guest/kaas-guest");
    agent.canonicalize().about(&agent)
}
