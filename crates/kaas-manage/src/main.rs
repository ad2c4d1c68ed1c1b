// SPDX-License-Identifier: Apache-2.0
//! `kaas-manage`: what operators do to a deployment from the command line.

mod command;
mod failure;

use std::io::{self, Write};
use std::process::ExitCode;

use kaas_common::config::{self, Schema, Surroundings};
use kaas_db::Settings;

use command::Command;
use failure::Failure;

/// The options that it reads.
const SCHEMA: Schema<'_> = Schema {
    namespace: "kaas.manage",
    groups: &[kaas_db::GROUP],
};

fn main() -> ExitCode {
    let surroundings = Surroundings {
        project: "kaas".to_owned(),
        program: "kaas-manage".to_owned(),
        arguments: std::env::args().skip(1).collect(),
        environment: std::env::vars().collect(),
        ..Surroundings::default()
    };
    let mut out = io::stdout().lock();
    let outcome = run(&surroundings, &mut out);
    let code = outcome.unwrap_or_else(|failure| {
        // Nobody is left to tell where this fails.
        let _ = writeln!(io::stderr(), "kaas-manage: {failure}");
        failure.code()
    });
    ExitCode::from(code)
}

/// Does what the command line asks for, and says so to `out`. The exit code.
fn run(surroundings: &Surroundings, out: &mut impl Write) -> Result<u8, Failure> {
    if let Some(text) = command::at_once(&surroundings.arguments) {
        out.write_all(text.as_bytes())?;
        return Ok(0);
    }
    let config = config::load(SCHEMA, surroundings)?;
    let command = Command::parse(&config.rest)?;
    let settings = Settings::from_config(&config)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(command.run(settings, out))
}

#[cfg(test)]
mod tests;
