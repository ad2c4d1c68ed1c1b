// SPDX-License-Identifier: Apache-2.0
//! The product under comparison: the `tailor` command, built as this program was.

use std::path::{Path, PathBuf};

use crate::failure::{About, Failure, Result};
use crate::program;

/// Which `tailor` to compare.
#[derive(clap::Args)]
pub(crate) struct Product {
    /// The `tailor` to compare; built from this workspace when not given.
    #[arg(long, value_name = "FILE")]
    tailor: Option<PathBuf>,
}

impl Product {
    /// The path of the `tailor` command, which exists.
    pub(crate) fn tailor(&self) -> Result<PathBuf> {
        match &self.tailor {
            Some(path) => path.canonicalize().about(path),
            None => build(),
        }
    }
}

/// Lets cargo bring `tailor` up to date in the folder where this program lies.
fn build() -> Result<PathBuf> {
    let oracle = std::env::current_exe().map_err(|error| Failure::new(error.to_string()))?;
    let folder = oracle.parent().unwrap_or(Path::new("."));
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let mut command = std::process::Command::new(cargo);
    command.args(["build", "--quiet", "--locked", "--package", "tailor"]);
    command
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"));
    if let Some(target) = folder.parent() {
        command.arg("--target-dir").arg(target);
    }
    if folder.file_name().is_some_and(|name| name == "release") {
        command.arg("--release");
    }
    program::run(&mut command)?;
    let tailor = folder.join("tailor");
    tailor.canonicalize().about(&tailor)
}
