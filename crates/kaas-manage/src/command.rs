// SPDX-License-Identifier: Apache-2.0
//! The commands, and how they are written.
//!
//! To add one: its words in [`Command::parse`], a function in a file of its own kind, and a line
//! in [`HELP`] and in the README.

mod check;
mod db;
mod service;

use std::io::Write;

use kaas_db::Settings;
use lexopt::{Arg, Parser, ValueExt};

use crate::failure::Failure;

const HELP: &str = "\
usage: kaas-manage [--config-file FILE]... [--config-dir FOLDER]... COMMAND

  db sync [VERSION]      bring the schema to the newest version, or at least to this one
  db version             print the version of the schema
  db check               read everything that is stored, as the services do
  db purge --age-in-days N [--max-rows N]
                         remove what was deleted that long ago
  service list           the processes, and whether they live

  --version              print the version of this program
";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Sync { version: i32 },
    Version,
    Check,
    Purge { days: u32, rows: u32 },
    Services,
}

/// The answer to what needs no configuration.
pub(crate) fn at_once(words: &[String]) -> Option<String> {
    match words.first().map(String::as_str) {
        Some("-h" | "--help") => Some(HELP.to_owned()),
        Some("--version") => Some(format!("{}\n", env!("CARGO_PKG_VERSION"))),
        _ => None,
    }
}

impl Command {
    /// What follows the options of the configuration.
    pub(crate) fn parse(words: &[String]) -> Result<Self, Failure> {
        let mut line = Parser::from_args(words);
        let what = [word(&mut line)?, word(&mut line)?];
        let command = match what.each_ref().map(String::as_str) {
            ["db", "sync"] => Self::Sync {
                version: number(&mut line)?.unwrap_or(kaas_db::NEWEST_SCHEMA),
            },
            ["db", "version"] => Self::Version,
            ["db", "check"] => Self::Check,
            ["db", "purge"] => return purge(line),
            ["service", "list"] => Self::Services,
            _ => return Err(Failure::Usage(format!("no command {}", what.join(" ")))),
        };
        match line.next()? {
            None => Ok(command),
            Some(arg) => Err(arg.unexpected().into()),
        }
    }

    /// The exit code.
    pub(crate) async fn run(self, settings: Settings, out: &mut impl Write) -> Result<u8, Failure> {
        match self {
            Self::Sync { version } => db::sync(settings, version, out).await,
            Self::Version => db::version(settings, out).await,
            Self::Check => check::check(settings, out).await,
            Self::Purge { days, rows } => db::purge(settings, (days, rows), out).await,
            Self::Services => service::list(settings, out).await,
        }
    }
}

fn word(line: &mut Parser) -> Result<String, Failure> {
    match line.next()? {
        Some(Arg::Value(word)) => Ok(word.string()?),
        Some(arg) => Err(arg.unexpected().into()),
        None => Err(Failure::Usage("what is to be done?".to_owned())),
    }
}

fn number(line: &mut Parser) -> Result<Option<i32>, Failure> {
    match line.next()? {
        Some(Arg::Value(word)) => Ok(Some(word.parse()?)),
        Some(arg) => Err(arg.unexpected().into()),
        None => Ok(None),
    }
}

fn purge(mut line: Parser) -> Result<Command, Failure> {
    let (mut days, mut rows) = (None, 1000);
    while let Some(arg) = line.next()? {
        match arg {
            Arg::Long("age-in-days") => days = Some(line.value()?.parse()?),
            Arg::Long("max-rows") => rows = line.value()?.parse()?,
            arg => return Err(arg.unexpected().into()),
        }
    }
    let missing = || Failure::Usage("db purge needs --age-in-days".to_owned());
    let days = days.ok_or_else(missing)?;
    Ok(Command::Purge { days, rows })
}
