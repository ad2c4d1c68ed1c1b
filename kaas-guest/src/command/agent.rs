// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest agent`: the service that talks to the cloud.

use std::process::ExitCode;

use lexopt::{Arg, Parser};

use super::usage;
use crate::agent::{self, Layout};
use crate::failure::Result;

const HELP: &str = "\
Usage: kaas-guest agent [OPTIONS]

Enrolls this machine with the service that its metadata names, and does what it is asked:
uploads the trace, hands kernels to the installer. Needs no privilege. Exit code 3: the
service revoked this guest, and there is nothing left to do.

  --run DIR    shared with the tracer and the installer (/run/kaas-guest)
  --state DIR  for the identity and the journal (/var/lib/kaas-guest)
  --etc DIR    with agent.json and enrollment.json, if there are any (/etc/kaas-guest)";

const REVOKED: u8 = 3;

pub(super) fn run(mut arguments: Parser) -> Result<ExitCode> {
    let mut layout = Layout::default();
    while let Some(argument) = arguments.next().map_err(usage)? {
        let folder = match argument {
            Arg::Long("run") => &mut layout.run,
            Arg::Long("state") => &mut layout.state,
            Arg::Long("etc") => &mut layout.etc,
            Arg::Short('h') | Arg::Long("help") => return Ok(super::help(HELP)),
            other => return Err(usage(other.unexpected())),
        };
        *folder = arguments.value().map_err(usage)?.into();
    }
    agent::run(&layout)?;
    Ok(ExitCode::from(REVOKED))
}
