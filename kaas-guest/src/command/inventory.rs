// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest inventory`: what machine this is.

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::{Arg, Parser};

use super::usage;
use crate::failure::{Failure, Result};
use crate::inventory;

const HELP: &str = "\
Usage: kaas-guest inventory -o FILE

Writes down what the kernel is used for here: bound drivers, modules, mounts, listeners,
consoles, configuration, each with its source. As root: others see less.";

pub(super) fn run(mut arguments: Parser) -> Result<ExitCode> {
    let mut output = None;
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Arg::Short('o') | Arg::Long("output") => {
                output = Some(PathBuf::from(arguments.value().map_err(usage)?));
            }
            Arg::Short('h') | Arg::Long("help") => return Ok(super::help(HELP)),
            other => return Err(usage(other.unexpected())),
        }
    }
    let output = output.ok_or_else(|| Failure::new("where to? Give -o FILE"))?;
    inventory::write(&output)?;
    Ok(ExitCode::SUCCESS)
}
