// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest status`: for a person who is logged in.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::{Arg, Parser};

use super::{RUN, usage};
use crate::failure::Result;
use crate::tracer::Status;

const HELP: &str = "\
Usage: kaas-guest status [--run DIR] [--json]

Says what was traced until now. Exit code 0 while it traces, 1 when it does not.";

pub(super) fn run(mut arguments: Parser) -> Result<ExitCode> {
    let (mut run, mut is_json) = (PathBuf::from(RUN), false);
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Arg::Long("run") => run = arguments.value().map_err(usage)?.into(),
            Arg::Long("json") => is_json = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(super::help(HELP)),
            other => return Err(usage(other.unexpected())),
        }
    }
    let status = Status::read(&run.join("status"))?;
    if is_json {
        println!("{}", serde_json::to_string(&status).unwrap_or_default());
    } else {
        show(&status);
    }
    Ok(ExitCode::from(u8::from(!status.is_tracing)))
}

fn show(status: &Status) {
    let state = if status.is_tracing {
        "tracing"
    } else {
        "stopped"
    };
    println!("{state}, phase {}", status.phase);
    println!(
        "{} of {} functions seen, {} of them muted",
        status.functions, status.traceable, status.muted
    );
    println!(
        "{} windows over; {} calls lost, {} addresses unknown",
        status.windows, status.lost, status.unresolved
    );
    println!("memory {} KiB", status.memory_kib);
}
