// SPDX-License-Identifier: Apache-2.0
//! `boot`: compiles tailored kernels, boots them beside the distribution's, and compares what
//! works and how much there is of it. A development tool, never a dependency of the product.
#![expect(
    clippy::disallowed_methods,
    reason = "a machine is booted by other programs, in the caller's surroundings"
)]

mod cell;
mod image;
mod kernel;
mod matrix;
mod outcome;
mod probe;
mod recorded;
mod suite;
mod table;
mod tailor;
mod visit;
mod workload;
mod workshop;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use virtual_machine::cache::Cache;
use virtual_machine::report;

#[derive(Parser)]
#[command(
    version,
    about = "Boot tailored kernels, and compare them with the distribution's"
)]
struct Cli {
    #[command(flatten)]
    cache: Cache,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile and boot every cell, and print two tables; what is finished is kept.
    Matrix(matrix::Args),
    /// Boot a kernel that is tailored for a recorded workload, with stock beside it.
    Workload(workload::Args),
    /// Compile the kernel of one cell, and print its size.
    Kernel {
        /// Which one; the matrix lists them.
        #[arg(default_value = "memcached-minimal-monolithic")]
        cell: String,
        #[command(flatten)]
        tools: workshop::Tools,
    },
    /// Tailor by requirements that were recorded, and compile the kernel.
    Recorded {
        /// The `tailor` to use; built from this workspace when not given.
        #[arg(long, value_name = "FILE")]
        tailor: Option<std::path::PathBuf>,
    },
}

fn main() -> ExitCode {
    let Cli { cache, command } = Cli::parse();
    let outcome = match command {
        Command::Matrix(args) => matrix::run(&cache, &args),
        Command::Workload(args) => workload::run(&cache, &args),
        Command::Recorded { tailor } => {
            recorded::compile(&cache, tailor.as_deref()).map(|()| ExitCode::SUCCESS)
        }
        Command::Kernel { cell, tools } => {
            workshop::compile(&cache, &tools, &cell).map(|()| ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|failure| report::failure(&failure))
}
