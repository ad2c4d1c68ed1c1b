// SPDX-License-Identifier: Apache-2.0
//! A server that speaks the agent protocol, for tests.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to a person"
)]

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use kaas_stand_in::{Failure, Options, Result, StandIn, queue};
use lexopt::{Arg, Parser, ValueExt};

const HELP: &str = "\
Usage: kaas-stand-in --dir DIR [OPTIONS]
       kaas-stand-in --dir DIR --queue JSON

Serves the agent protocol, for tests, until it is killed. State, uploads and results are in
DIR; DIR/releases/ID/{release.json,files/SHA256} are served.

  --listen ADDRESS:PORT    for guests (127.0.0.1:9871)
  --name NAME              by which guests call it, before all others; may be repeated
  --metadata ADDRESS:PORT  serve Nova's metadata, below / and below /INSTANCE/
  --instance UUID          whose metadata are below /
  --lifetime SECONDS       of certificates (604800)
  --signing-key KEY        for the enrollment document; may be repeated
  --misbehave MODE         garbage, garbage-json, slow, silent, oversized, replays, drop, cut,
                           errors, busy, hasty, wrong-offsets, wrong-cert, expired-cert or
                           redirect
  --queue JSON             leave a command for every guest of a server that runs, such as
                           {\"do\":\"snapshot\"}, and print its id";

fn main() -> ExitCode {
    run(Parser::from_env()).unwrap_or_else(|failure| {
        eprintln!("kaas-stand-in: {failure}");
        ExitCode::from(2)
    })
}

fn usage(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("{error}; see --help"))
}

fn run(mut arguments: Parser) -> Result<ExitCode> {
    let mut options = Options::new("");
    options.listen.set_port(9871);
    let mut command = None;
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Arg::Long("queue") => command = Some(text(&mut arguments)?),
            Arg::Short('h') | Arg::Long("help") => {
                println!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            Arg::Long(name) => {
                let name = name.to_owned();
                set(&mut options, &name, &text(&mut arguments)?)?;
            }
            other => return Err(usage(other.unexpected())),
        }
    }
    if options.dir == Path::new("") {
        return Err(usage("--dir is missing"));
    }
    match command {
        Some(command) => println!("{}", queue(&options.dir, &command)?),
        None => serve(options)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn text(arguments: &mut Parser) -> Result<String> {
    arguments.value().and_then(ValueExt::string).map_err(usage)
}

fn set(options: &mut Options, name: &str, value: &str) -> Result<()> {
    match name {
        "dir" => options.dir = value.into(),
        "listen" => options.listen = value.parse().map_err(usage)?,
        "name" => options.names.push(value.to_owned()),
        "metadata" => options.metadata = Some(value.parse().map_err(usage)?),
        "instance" => options.instance = Some(value.to_owned().try_into().map_err(usage)?),
        "lifetime" => options.lifetime = Duration::from_secs(value.parse().map_err(usage)?),
        "signing-key" => options.signing_keys.push(value.to_owned()),
        "misbehave" => options.misbehave = Some(value.parse()?),
        other => return Err(usage(format!("there is no option --{other}"))),
    }
    Ok(())
}

fn serve(options: Options) -> Result<()> {
    let server = StandIn::start(options)?;
    println!("{}", server.endpoint());
    server.join();
    Ok(())
}
