// SPDX-License-Identifier: Apache-2.0
//! `guest-test`: boots the test image and holds `kaas-guest` against what the kernel itself and an
//! independent observer say. A development tool, never a dependency of the product.
#![expect(
    clippy::disallowed_methods,
    reason = "the agent is built by another program, in the caller's surroundings"
)]

mod agent;
mod deploy;
mod discovery;
mod disturbance;
mod image;
mod loss;
mod memcached;
mod observer;
mod overhead;
mod record;
mod statistics;
mod status;
mod zipped;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use virtual_machine::cache::Cache;
use virtual_machine::{Result, report};

use image::Image;

#[derive(Parser)]
#[command(version, about = "Test the agent in machines that boot")]
struct Cli {
    #[command(flatten)]
    cache: Cache,
    /// The static `kaas-guest` to test; built from this workspace when not given.
    #[arg(long, value_name = "FILE", global = true)]
    agent: Option<PathBuf>,
    /// Which kernel of the image: 6.1 or 6.12.
    #[arg(long, value_name = "SERIES", default_value = "6.1", global = true)]
    kernel: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the image, and print where it is.
    Image,
    /// Compare a trace with what an observer that is never muted saw in the same boot.
    Loss(loss::Args),
    /// Take a processor away and give it back: what is called on it then is in the trace.
    HotPlug,
    /// Boot and load the image with and without the tracer, in turn.
    Overhead(overhead::Args),
    /// Trace an application under load, and print where the recording is.
    Record(record::Args),
    /// Trace an application for long, draw what is found, and hold forecasts against what came.
    Discovery(discovery::Args),
    /// Deploy kernels, good and bad ones, in a machine that GRUB starts.
    Deploy(deploy::Args),
}

fn main() -> ExitCode {
    run(&Cli::parse()).unwrap_or_else(|failure| report::failure(&failure))
}

fn run(cli: &Cli) -> Result<ExitCode> {
    let agent = agent::given_or_built(cli.agent.as_deref())?;
    let image = || Image::made(&cli.cache, &agent, &[]);
    match &cli.command {
        Command::Deploy(args) => deploy::run(&cli.cache, &agent, args),
        Command::Record(args) => record::run(&cli.cache, &agent, &cli.kernel, args),
        Command::Discovery(args) => discovery::run(&cli.cache, &agent, &cli.kernel, args),
        Command::Image => {
            report::line(&image()?.folder.display().to_string());
            Ok(ExitCode::SUCCESS)
        }
        Command::Loss(args) => loss::run(&cli.cache, &image()?, &cli.kernel, args),
        Command::HotPlug => disturbance::hot_plug(&cli.cache, &image()?, &cli.kernel),
        Command::Overhead(args) => overhead::run(&cli.cache, &image()?, &cli.kernel, args),
    }
}
