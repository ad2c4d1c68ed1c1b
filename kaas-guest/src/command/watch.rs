// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest watch`: what programs ask of the kernel in vain.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use lexopt::{Arg, Parser, ValueExt as _};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::{RUN, help, usage};
use crate::failure::{About as _, Result};
use crate::watch::{self, Settings};

const HELP: &str = "\
Usage: kaas-guest watch [--seconds N] [--run DIR]

Watches for N seconds (3600) what programs ask of the kernel in vain. Writes that, with the
symbols that would bring it back, to missing.json in DIR (/run/kaas-guest), and how it went
to watch.json.";

pub(super) fn run(mut arguments: Parser) -> Result<ExitCode> {
    let mut settings = Settings {
        run: PathBuf::from(RUN),
        limit: Duration::from_secs(3600),
        stop: std::sync::Arc::default(),
        tracefs: PathBuf::from("/sys/kernel/tracing"),
        root: PathBuf::from("/"),
    };
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Arg::Long("seconds") => {
                let seconds = arguments.value().and_then(|value| value.parse());
                settings.limit = Duration::from_secs(seconds.map_err(usage)?);
            }
            Arg::Long("run") => settings.run = arguments.value().map_err(usage)?.into(),
            Arg::Short('h') | Arg::Long("help") => return Ok(help(HELP)),
            other => return Err(usage(other.unexpected())),
        }
    }
    for signal in [SIGINT, SIGTERM] {
        let stop = std::sync::Arc::clone(&settings.stop);
        signal_hook::flag::register(signal, stop).about("signals".as_ref())?;
    }
    watch::run(&settings)?;
    Ok(ExitCode::SUCCESS)
}
