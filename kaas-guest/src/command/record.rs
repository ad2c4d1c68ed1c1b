// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest record`: a trace of this machine in a file, with no service at all.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use ftrace::Phase;
use lexopt::{Arg, Parser, ValueExt as _};

use super::usage;
use crate::failure::{Failure, Result};
use crate::inventory;
use crate::tracer::{self, Options};

const HELP: &str = "\
Usage: kaas-guest record -o FILE [--inventory FILE] [--seconds N] [--window SECONDS]

Records which functions the kernel executes, until a key is pressed (Ctrl-C) or the time is
over, as root. `tailor config --trace FILE --inventory FILE` reads what it writes.

  -o, --output FILE  the trace
  --inventory FILE   what machine this is: drivers, mounts, listeners, configuration, ...
  --seconds N        how long
  --window SECONDS   how long a window of observation is (60)";

pub(super) fn run(mut arguments: Parser) -> Result<ExitCode> {
    let (mut output, mut inventory, mut seconds, mut window) = (None, None, None, 60);
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Arg::Short('o') | Arg::Long("output") => {
                output = Some(PathBuf::from(arguments.value().map_err(usage)?));
            }
            Arg::Long("inventory") => {
                inventory = Some(PathBuf::from(arguments.value().map_err(usage)?));
            }
            Arg::Long("seconds") => {
                seconds = Some(arguments.value().and_then(|v| v.parse()).map_err(usage)?);
            }
            Arg::Long("window") => {
                window = arguments.value().and_then(|v| v.parse()).map_err(usage)?;
            }
            Arg::Short('h') | Arg::Long("help") => return Ok(super::help(HELP)),
            other => return Err(usage(other.unexpected())),
        }
    }
    let output = output.ok_or_else(|| Failure::new("where to? Give -o FILE"))?;
    let folder = output.with_extension("run");
    let options = Options {
        run: folder.clone(),
        output: Some(output.clone()),
        phase: Phase::SteadyState,
        window: Duration::from_secs(window.clamp(1, 86_400)),
        seconds,
    };
    tracer::run(&options, || {
        eprintln!("kaas-guest: records; Ctrl-C ends it");
    })?;
    if let Some(inventory) = inventory {
        inventory::write(&inventory)?;
    }
    let status = tracer::Status::read(&folder.join("status"))?;
    // Of no use to anybody without the process.
    let _ = std::fs::remove_dir_all(&folder);
    println!(
        "{}: {} functions, {} calls lost, {} addresses unknown",
        output.display(),
        status.functions,
        status.lost,
        status.unresolved
    );
    Ok(ExitCode::SUCCESS)
}
