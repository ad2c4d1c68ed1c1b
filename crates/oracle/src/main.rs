// SPDX-License-Identifier: Apache-2.0
//! `oracle`: asks the kernel's own tools for the truth and compares the product with it.
//! A development tool, never a dependency of the product; see README.md.

mod kbuild;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about = "Compare with the kernel's own tools")]
struct Cli {
    #[command(subcommand)]
    oracle: Oracle,
}

/// One variant per oracle; each names its truth.
#[derive(Subcommand)]
enum Oracle {
    /// Which objects the kernel's own make compiles, and the order of its modules.
    Kbuild(kbuild::Args),
}

fn main() -> ExitCode {
    let Cli { oracle } = Cli::parse();
    match oracle {
        Oracle::Kbuild(args) => kbuild::run(&args),
    }
}
