// SPDX-License-Identifier: Apache-2.0
//! The words that may follow `kaas-guest`. To add one: a file in `command/`, a line in [`ALL`].

mod advice;
mod agent;
mod installer;
mod inventory;
mod mark;
mod record;
mod snapshot;
mod status;
mod trace;
mod watch;

use std::fmt;
use std::process::ExitCode;

use lexopt::Parser;

use crate::failure::{Failure, Result};

/// One word.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// A line for `kaas-guest --help`.
    pub(crate) about: &'static str,
    /// Takes the arguments that follow the word.
    pub(crate) run: fn(Parser) -> Result<ExitCode>,
}

pub(crate) const ALL: &[Command] = &[
    Command::new(
        "record",
        "record a trace into a file, with no service",
        record::run,
    ),
    Command::new(
        "inventory",
        "write down what machine this is",
        inventory::run,
    ),
    Command::new("status", "what was traced until now", status::run),
    Command::new("advice", "build from the trace now, or wait", advice::run),
    Command::new("trace", "the service that traces", trace::run),
    Command::new(
        "mark",
        "tell the tracer which phase the machine is in",
        mark::mark,
    ),
    Command::new(
        "snapshot",
        "write down all that the tracer saw until now",
        snapshot::run,
    ),
    Command::new("agent", "the service that talks to the cloud", agent::run),
    Command::new("installer", "install kernels for the agent", installer::run),
    Command::new(
        "watch",
        "what programs ask of the kernel in vain",
        watch::run,
    ),
    Command::new("stop", "let the tracer stop", mark::stop),
];

/// Where the tracer and the agent meet.
const RUN: &str = "/run/kaas-guest";

impl Command {
    const fn new(
        name: &'static str,
        about: &'static str,
        run: fn(Parser) -> Result<ExitCode>,
    ) -> Self {
        Self { name, about, run }
    }
}

/// An argument that is not understood.
fn usage(error: impl fmt::Display) -> Failure {
    Failure::new(format!("{error}; see --help"))
}

fn help(text: &str) -> ExitCode {
    println!("{text}");
    ExitCode::SUCCESS
}
