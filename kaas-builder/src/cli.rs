// SPDX-License-Identifier: Apache-2.0
//! The command line of `kaas-builder`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use kaas_builder::Worker;

/// Builds tailored kernels.
#[derive(Debug, Parser)]
#[command(name = "kaas-builder", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(Box<BuildArguments>),
    /// Inside of a sandbox: not for people.
    #[command(subcommand, hide = true)]
    Worker(Worker),
}

/// Build one job, without any service.
///
/// May be killed and started again: it goes on where it was. Exit codes: 0 for SUCCESS, 1 for
/// FAILURE, 2 for a command line or a work folder that can't be used, 3 for `INFRA_ERROR`, 4 for
/// CANCELLED (by SIGINT or SIGTERM).
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct BuildArguments {
    /// The job document: see doc/building.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) job: PathBuf,
    /// The folder of this one job; made when it isn't there.
    #[arg(long, value_name = "DIR")]
    pub(crate) work: PathBuf,
    /// The folder with the inputs that the job names; that of the job document when not given.
    #[arg(long, value_name = "DIR")]
    pub(crate) inputs: Option<PathBuf>,
    /// For what can be made again: sources, models, kernels, objects.
    #[arg(long, value_name = "DIR", default_value = "/var/cache/kaas")]
    pub(crate) cache: PathBuf,
    /// Where the artefacts go; `artefacts` in the work folder when not given.
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// The keyrings that `source.keyring` of a job names.
    #[arg(long, value_name = "DIR", default_value = "/usr/share/keyrings")]
    pub(crate) keyrings: PathBuf,
    /// From where sources may be fetched.
    #[arg(long, value_name = "SCHEME", default_values = ["https", "http"])]
    pub(crate) scheme: Vec<String>,
    /// Another engine: a name and a program with its arguments, as NAME=PROGRAM ARGUMENTS.
    #[arg(long, value_name = "NAME=COMMAND")]
    pub(crate) engine: Vec<String>,
    /// A folder that programs in the sandbox see, beside the system's.
    #[arg(long, value_name = "DIR")]
    pub(crate) visible: Vec<PathBuf>,
    /// How many objects are compiled at once; as many as there are processors when not given.
    #[arg(long, value_name = "COUNT")]
    pub(crate) jobs: Option<usize>,
    /// Who owns the processes of a job, where the builder is root.
    #[arg(long, value_name = "UID", default_value_t = 65534)]
    pub(crate) user: u32,
    /// The memory of a job, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 8 << 10)]
    pub(crate) memory: u64,
    /// Go on where user namespaces are forbidden; needs a builder that is root.
    #[arg(long)]
    pub(crate) without_user_namespace: bool,
    /// Refuse where no control group limits all processes of a job together.
    #[arg(long)]
    pub(crate) refuse_missing_limits: bool,
    /// The program that emulates a machine for boot tests.
    #[arg(long, value_name = "PROGRAM", default_value = "qemu-system-x86_64")]
    pub(crate) emulator: String,
    /// Don't reuse objects of other configurations.
    #[arg(long)]
    pub(crate) no_ccache: bool,
    /// Print every event as a line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Cli {
    pub(crate) fn run(&self) -> ExitCode {
        match &self.command {
            Command::Build(arguments) => crate::offline::run(arguments),
            Command::Worker(worker) => worker.run(),
        }
    }
}
