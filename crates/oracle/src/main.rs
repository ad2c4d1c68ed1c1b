// SPDX-License-Identifier: Apache-2.0
//! `oracle`: asks the kernel's own tools for the truth and compares the product with it.
//! A development tool, never a dependency of the product; see README.md.
#![expect(
    clippy::disallowed_methods,
    reason = "an oracle is other programs, asked"
)]

mod bench;
mod dice;
mod failure;
mod kbuild;
mod kconfig;
mod package;
mod product;
mod program;
mod pytest;
mod random_tree;
mod report;
mod self_check;
mod spec;
mod tailoring;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about = "Compare with the kernel's own tools")]
struct Cli {
    #[command(flatten)]
    cache: tree::Cache,
    #[command(subcommand)]
    oracle: Oracle,
}

/// One variant per oracle; each says what it takes for the truth.
#[derive(Subcommand)]
enum Oracle {
    /// Which objects the kernel's own make compiles, and the order of its modules.
    Kbuild(kbuild::Args),
    /// Every file and message of the kernel's own `conf`, in every mode.
    Kconfig(kconfig::Args),
    /// The kernel's own tests of its `conf`, with the product in its place.
    KconfigTests(pytest::Args),
    /// Record what the shell answers to Kconfig files, with the compilers of this machine.
    KconfigRecord(kconfig::RecordArgs),
    /// Random trees and configurations, by all that the kernel's own `conf` says and writes.
    KconfigRandom(random_tree::Args),
    /// CPU time and peak memory, against the C tool and Kconfiglib, in one run.
    Bench(bench::Args),
    /// The tests that are Markdown, with the kernel's own `conf` in the product's place.
    Spec,
    /// Where traced functions are from, by DWARF and by the traced configuration.
    SelfCheck(tailoring::Asked),
    /// What `tailor config` makes of real traces, by the kernel's own `conf` and by limits.
    Tailoring(tailoring::Args),
    /// Print the folder of a kernel's unpacked sources, unpacking them when needed.
    Tree {
        /// The series, such as 6.1.
        version: String,
    },
}

fn main() -> ExitCode {
    let Cli { cache, oracle } = Cli::parse();
    let outcome = match oracle {
        Oracle::Kbuild(args) => kbuild::run(&cache, &args),
        Oracle::Kconfig(args) => kconfig::run(&cache, &args),
        Oracle::KconfigTests(args) => pytest::run(&cache, &args),
        Oracle::Bench(args) => bench::run(&cache, &args),
        Oracle::KconfigRecord(args) => kconfig::record(&cache, &args),
        Oracle::KconfigRandom(args) => random_tree::run(&cache, &args),
        Oracle::Spec => spec::run(&cache),
        Oracle::SelfCheck(args) => self_check::run(&cache, &args),
        Oracle::Tailoring(args) => tailoring::run(&cache, &args),
        Oracle::Tree { version } => cache.tree(&version).map(|tree| {
            report::line(&tree.path.display().to_string());
            ExitCode::SUCCESS
        }),
    };
    outcome.unwrap_or_else(|failure| report::failure(&failure))
}
