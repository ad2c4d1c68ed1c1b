// SPDX-License-Identifier: Apache-2.0
//! `tailor config`: from evidence to the smallest configuration that carries it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::tree::{Failure, TreeArguments};

mod run;

/// Make the smallest configuration that carries what was traced.
///
/// Writes `config`, `requirements.json`, `explain.json` and `report.json` into the folder
/// of `--run`, which `tailor why`, `diff`, `report` and `check` read.
#[derive(Args, Debug)]
pub(crate) struct ConfigArguments {
    #[command(flatten)]
    pub(super) tree: TreeArguments,
    /// The configuration of the kernel that was traced; a .config, perhaps .xz.
    #[arg(long, value_name = "CONFIG")]
    pub(super) baseline: PathBuf,
    /// A trace of it, in any format; may be given several times.
    #[arg(long, value_name = "FILE", required_unless_present = "requirements")]
    pub(super) trace: Vec<PathBuf>,
    /// What is known of the traced machine: a folder of files as `kaas-guest` saves them.
    #[arg(long, value_name = "DIR")]
    pub(super) inventory: Option<PathBuf>,
    /// What an earlier run found to be required, in the place of traces.
    #[arg(long, value_name = "FILE", conflicts_with = "trace")]
    pub(super) requirements: Option<PathBuf>,
    /// Where debug information places code: lines `ADDRESS LENGTH UNIT`, perhaps .xz.
    #[arg(long, value_name = "FILE")]
    pub(super) debug: Option<PathBuf>,
    /// How much is kept.
    #[arg(long, value_enum, default_value_t)]
    pub(super) profile: ProfileName,
    /// Whether there may be modules.
    #[arg(long, value_enum, default_value_t)]
    pub(super) modules: ModulesName,
    /// A symbol that must be on, whatever the evidence; may be given several times.
    #[arg(long, value_name = "SYMBOL")]
    pub(super) keep: Vec<String>,
    /// A symbol that must be off; may be given several times.
    #[arg(long, value_name = "SYMBOL")]
    pub(super) drop: Vec<String>,
    /// The prefix of the compiler's name, as in `CROSS_COMPILE` of the kernel's Makefile.
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub(super) cross_compile: String,
    /// Where the results go; made when it isn't there.
    #[arg(long, value_name = "DIR")]
    pub(super) run: PathBuf,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ProfileName {
    /// Everything that was executed, while booting too.
    Conservative,
    /// Components in use, and the full cloud-guest policy.
    #[default]
    Balanced,
    /// The smallest policy: features only on evidence.
    Minimal,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ModulesName {
    /// What is needed is built in, and nothing can be loaded.
    #[default]
    Monolithic,
    /// What the replaced kernel has as a module may stay one.
    Modular,
}

pub(crate) fn run(arguments: &ConfigArguments) -> ExitCode {
    super::finish(run::answer(arguments).map_err(Failure::from))
}
