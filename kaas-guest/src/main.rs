// SPDX-License-Identifier: Apache-2.0
//! The agent in a customer's machine: traces from the initramfs on, reports, and switches the
//! kernel so that the machine can't be stranded.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to a person"
)]

mod advice;
mod agent;
mod command;
mod deploy;
mod failure;
mod inventory;
mod recorder;
mod replace;
mod tracefs;
mod tracer;
mod watch;

use std::process::ExitCode;

use lexopt::{Arg, Parser};

use failure::{Failure, Result};

fn main() -> ExitCode {
    run(Parser::from_env()).unwrap_or_else(|failure| {
        eprintln!("kaas-guest: {failure}");
        ExitCode::from(2)
    })
}

fn run(mut arguments: Parser) -> Result<ExitCode> {
    let word = match arguments.next() {
        Ok(Some(Arg::Value(word))) => word.to_string_lossy().into_owned(),
        Ok(Some(Arg::Short('h') | Arg::Long("help")) | None) => return Ok(help()),
        Ok(Some(Arg::Short('V') | Arg::Long("version"))) => return Ok(version()),
        Ok(Some(other)) => return Err(Failure::new(other.unexpected().to_string())),
        Err(error) => return Err(Failure::new(error.to_string())),
    };
    let known = command::ALL.iter().find(|command| command.name == word);
    let unknown = || {
        Failure::new(format!(
            "there is no command {word:?}; see kaas-guest --help"
        ))
    };
    (known.ok_or_else(unknown)?.run)(arguments)
}

fn help() -> ExitCode {
    println!("Usage: kaas-guest COMMAND [OPTIONS]\n");
    for command in command::ALL {
        println!("  {:<12}{}", command.name, command.about);
    }
    println!("\nEach command has its own --help.");
    ExitCode::SUCCESS
}

fn version() -> ExitCode {
    println!("kaas-guest {}", env!("CARGO_PKG_VERSION"));
    ExitCode::SUCCESS
}
