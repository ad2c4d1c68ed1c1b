// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest status`: for a person who is logged in.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::{Arg, Parser};
use serde::Serialize;

use super::{RUN, usage};
use crate::advice::{self, Report, Wishes};
use crate::failure::{About as _, Failure, Result};
use crate::tracer::Status;

const HELP: &str = "\
Usage: kaas-guest status [--run DIR] [--json]

Says what was traced until now, and whether that is enough. Exit code 0 while it traces, 1 when it does not.";

/// A trace that is larger takes too long to be looked at by the way.
const LARGEST: u64 = 8 << 20;

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    status: Status,
    /// `None` when the trace can't be read.
    advice: Option<Report>,
}

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
    let code = ExitCode::from(u8::from(!status.is_tracing));
    let advice = advice(&run.join("trace"));
    if is_json {
        let advice = advice.ok();
        let shown = serde_json::to_string(&Shown { status, advice });
        println!("{}", shown.about(&run)?);
    } else {
        show(&status);
        println!(
            "{}",
            advice.map_or_else(|why| format!("no advice: {why}"), |it| it.line())
        );
    }
    Ok(code)
}

fn advice(trace: &Path) -> Result<Report> {
    let length = std::fs::metadata(trace).about(trace)?.len();
    if length > LARGEST {
        return Err(Failure::new("the trace is large; see kaas-guest advice"));
    }
    advice::read(trace, Wishes::default())
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
