// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest mark PHASE` and `stop`: tell the tracer.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::{Arg, Parser};

use super::{RUN, usage};
use crate::failure::{Failure, Result};
use crate::tracer;

pub(super) fn mark(mut arguments: Parser) -> Result<ExitCode> {
    let phase = arguments.value().map_err(usage)?;
    tell(arguments, &format!("mark {}", phase.to_string_lossy()))
}

pub(super) fn stop(arguments: Parser) -> Result<ExitCode> {
    tell(arguments, "stop")
}

fn tell(mut arguments: Parser, request: &str) -> Result<ExitCode> {
    let mut run = PathBuf::from(RUN);
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Arg::Long("run") => run = arguments.value().map_err(usage)?.into(),
            other => return Err(usage(other.unexpected())),
        }
    }
    println!("{}", asked(&run, request)?);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn asked(run: &Path, request: &str) -> Result<String> {
    let hint = |why| Failure::new(format!("{why}; does kaas-guest trace run?"));
    tracer::ask(run, request).map_err(hint)
}
