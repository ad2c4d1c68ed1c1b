// SPDX-License-Identifier: Apache-2.0
//! The command line of `tailor`; a new command is a variant here and a file in `command/`.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::command::check::CheckArguments;
use crate::command::condition::ConditionArguments;
use crate::command::config::ConfigArguments;
use crate::command::debug_table::DebugTableArguments;
use crate::command::diff::DiffArguments;
use crate::command::files::FilesArguments;
use crate::command::locate::LocateArguments;
use crate::command::model::ModelArguments;
use crate::command::report::ReportArguments;
use crate::command::why::WhyArguments;

/// What a kernel's configuration means, and which files it compiles.
#[derive(Debug, Parser)]
#[command(name = "tailor", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Configure a kernel tree: a drop-in for its scripts/kconfig/conf.
    ///
    /// The same when `tailor` is called by the name `conf`.
    #[command(disable_help_flag = true)]
    Conf {
        /// As for scripts/kconfig/conf; see `tailor conf --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    Files(FilesArguments),
    Condition(ConditionArguments),
    Locate(LocateArguments),
    DebugTable(DebugTableArguments),
    Model(ModelArguments),
    Config(ConfigArguments),
    Why(WhyArguments),
    Diff(DiffArguments),
    Report(ReportArguments),
    Check(CheckArguments),
}

impl Cli {
    pub(crate) fn run(self) -> ExitCode {
        match self.command {
            Command::Conf { arguments } => crate::command::conf::run(
                crate::command::conf::SUBCOMMAND,
                crate::command::conf::decoded(&arguments),
            ),
            Command::Files(arguments) => crate::command::files::run(&arguments),
            Command::Condition(arguments) => crate::command::condition::run(&arguments),
            Command::Locate(arguments) => crate::command::locate::run(&arguments),
            Command::DebugTable(arguments) => crate::command::debug_table::run(&arguments),
            Command::Model(arguments) => crate::command::model::run(&arguments),
            Command::Config(arguments) => crate::command::config::run(&arguments),
            Command::Why(arguments) => crate::command::why::run(&arguments),
            Command::Diff(arguments) => crate::command::diff::run(&arguments),
            Command::Report(arguments) => crate::command::report::run(&arguments),
            Command::Check(arguments) => crate::command::check::run(&arguments),
        }
    }
}
