// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest installer`: the only part that runs as root after the boot, and what asks it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::{Arg, Parser};

use super::usage;
use crate::deploy::request::{REQUEST_LIMIT, SOCKET};
use crate::deploy::{Layout, Machine, Trust, ask, serve};
use crate::failure::{About as _, Failure, Result};

const HELP: &str = "\
Usage: kaas-guest installer [--agent USER]
       kaas-guest installer --trust FILE
       kaas-guest installer --ask [REQUEST]

Installs kernels for the agent, whose requests it takes from USER (kaas-guest) and root.

  --trust FILE   takes releases for the project and instance, signed with one of the keys, that
                 FILE names: {\"project\":…,\"instance\":…,\"keys\":[{\"id\":…,\"public\":…}]};
                 once, since later keys are changed by signed statements
  --ask REQUEST  sends a request to the installer that runs, and prints its answer:
                 status, trial, confirm, rollback, or without REQUEST a line from standard input";

/// What was asked for.
enum Task {
    Serve { agent: String },
    Trust(PathBuf),
    Ask(Option<String>),
}

pub(super) fn run(arguments: Parser) -> Result<ExitCode> {
    match parse(arguments)? {
        None => return Ok(super::help(HELP)),
        Some(Task::Serve { agent }) => start(&agent)?,
        Some(Task::Trust(file)) => trust(&file)?,
        Some(Task::Ask(request)) => println!("{}", send(request)?.trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(mut arguments: Parser) -> Result<Option<Task>> {
    let agent = "kaas-guest".to_owned();
    let mut task = Task::Serve { agent };
    while let Some(argument) = arguments.next().map_err(usage)? {
        task = match argument {
            Arg::Long("agent") => {
                let agent = arguments.value().map_err(usage)?;
                Task::Serve {
                    agent: agent.to_string_lossy().into_owned(),
                }
            }
            Arg::Long("trust") => Task::Trust(arguments.value().map_err(usage)?.into()),
            Arg::Long("ask") => {
                let request = arguments
                    .optional_value()
                    .or_else(|| arguments.value().ok());
                Task::Ask(request.map(|request| request.to_string_lossy().into_owned()))
            }
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            other => return Err(usage(other.unexpected())),
        };
    }
    Ok(Some(task))
}

fn start(agent: &str) -> Result<()> {
    let agent = user(agent)?;
    let mut machine = Machine::real(Layout::new("/"));
    machine.prepare()?;
    serve(&mut machine, agent, &mut |message| {
        eprintln!("kaas-guest: {message}");
    })
}

/// The number of a user of this machine.
fn user(name: &str) -> Result<u32> {
    let path = Path::new("/etc/passwd");
    let text = std::fs::read_to_string(path).about(path)?;
    let of_name = |line: &&str| line.split(':').next() == Some(name);
    let number = text
        .lines()
        .find(of_name)
        .and_then(|line| line.split(':').nth(2)?.parse().ok());
    number.ok_or_else(|| Failure::new(format!("there is no user {name:?}")))
}

fn trust(file: &Path) -> Result<()> {
    let trust = Trust::parse(&std::fs::read_to_string(file).about(file)?)?;
    let layout = Layout::new("/");
    let path = layout.trust();
    if path.exists() {
        let message = format!("{} is there already; root may remove it", path.display());
        return Err(Failure::new(message));
    }
    let mut machine = Machine::real(layout);
    machine.prepare()?;
    trust.write(&mut machine)
}

fn send(request: Option<String>) -> Result<String> {
    let line = match request {
        Some(word) => serde_json::json!({ "action": word }).to_string(),
        None => line_of_input()?,
    };
    ask(Path::new(SOCKET), &format!("{line}\n"))
}

fn line_of_input() -> Result<String> {
    let mut line = String::new();
    let input = std::io::stdin().lock().take(REQUEST_LIMIT as u64);
    { input }
        .read_to_string(&mut line)
        .about(Path::new("standard input"))?;
    Ok(line.trim_end().to_owned())
}
