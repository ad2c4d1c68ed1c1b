// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest advice`: build a kernel from the trace now, or wait.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt as _};

use super::{RUN, usage};
use crate::advice::{self, Wishes};
use crate::failure::{About as _, Failure, Result};

const HELP: &str = "\
Usage: kaas-guest advice [OPTIONS]

Says whether the trace has seen enough: WAIT, ALMOST or READY, with what is claimed and what is
missing. Exit code 0 when READY, 1 when not yet, 2 when the trace can't be read.

  --trace FILE       of this machine or of another (/run/kaas-guest/trace)
  --json             for programs
  --svg FILE         draws the discovery curve
  --window SECONDS   how long a complete window is (as long as most in the trace are)
  --horizon SECONDS  how far ahead the claim looks (3600)
  --period SECONDS   of the load: all of it is to be observed; 0 for none (86400)
  --probability P    of an unseen function within the horizon, at most (0.05)";

struct Task {
    trace: PathBuf,
    picture: Option<PathBuf>,
    is_json: bool,
    wishes: Wishes,
}

pub(super) fn run(arguments: Parser) -> Result<ExitCode> {
    let Some(task) = parse(arguments)? else {
        return Ok(super::help(HELP));
    };
    let report = advice::read(&task.trace, task.wishes)?;
    if let Some(picture) = &task.picture {
        std::fs::write(picture, report.picture()).about(picture)?;
    }
    if task.is_json {
        println!("{}", serde_json::to_string(&report).about(&task.trace)?);
    } else {
        println!("{}", report.text());
    }
    Ok(ExitCode::from(u8::from(!report.is_ready())))
}

fn parse(mut arguments: Parser) -> Result<Option<Task>> {
    let mut task = Task {
        trace: PathBuf::from(RUN).join("trace"),
        picture: None,
        is_json: false,
        wishes: Wishes::default(),
    };
    while let Some(argument) = arguments.next().map_err(usage)? {
        let wishes = &mut task.wishes;
        match argument {
            Arg::Long("trace") => task.trace = arguments.value().map_err(usage)?.into(),
            Arg::Long("svg") => task.picture = Some(arguments.value().map_err(usage)?.into()),
            Arg::Long("json") => task.is_json = true,
            Arg::Long("window") => wishes.window = Some(seconds(&mut arguments)?.max(1)),
            Arg::Long("horizon") => wishes.horizon = Some(seconds(&mut arguments)?),
            Arg::Long("period") => wishes.period = Some(seconds(&mut arguments)?),
            Arg::Long("probability") => wishes.probability = Some(probability(&mut arguments)?),
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            other => return Err(usage(other.unexpected())),
        }
    }
    Ok(Some(task))
}

fn seconds(arguments: &mut Parser) -> Result<u32> {
    arguments
        .value()
        .and_then(|value| value.parse())
        .map_err(usage)
}

fn probability(arguments: &mut Parser) -> Result<f64> {
    let value: f64 = arguments
        .value()
        .and_then(|value| value.parse())
        .map_err(usage)?;
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        let message = format!("--probability {value}: write a number from 0 to 1");
        Err(Failure::new(message))
    }
}
