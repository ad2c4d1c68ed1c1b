// SPDX-License-Identifier: Apache-2.0
//! `tailor config`: from evidence to the smallest configuration that carries it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use tailor::minimise::Modules;
use tailor::pipeline::harden::Floor;
use tailor::pipeline::initramfs::Wanted;
use tailor::policy::Profile;
use tailor::report;
use tailor::tailoring::{self, Ending, Listener as _, Request};

use super::progress::Steps;
use crate::tree::{Failure, TreeArguments};

mod read;

pub(crate) use read::kernel;

/// Make the smallest configuration that carries what was traced.
///
/// Writes the result, `config`, with all that is known of it into the folder of `--run`,
/// which `tailor why`, `diff`, `report` and `check` read. Exit codes: 0; 1 when the
/// requirements contradict each other, with the reason; 2 for input that can't be used.
#[derive(Args, Debug)]
pub(crate) struct ConfigArguments {
    #[command(flatten)]
    pub(super) tree: TreeArguments,
    /// The configuration of the kernel that was traced; a .config, perhaps .xz.
    #[arg(long, value_name = "CONFIG")]
    pub(super) baseline: PathBuf,
    /// Accept what the tree's rules and this compiler make of the baseline, whatever they
    /// switch off.
    #[arg(long)]
    pub(super) evaluated: bool,
    /// A trace of it, in any format; may be given several times.
    #[arg(long, value_name = "FILE", required_unless_present = "requirements")]
    pub(super) trace: Vec<PathBuf>,
    /// What is known of the traced machine: a file of `kaas-guest inventory`; a folder with such
    /// a file `inventory`, and the kernel's `kallsyms`; or a folder of files as a script saves
    /// them.
    #[arg(long, value_name = "PATH")]
    pub(super) inventory: Option<PathBuf>,
    /// What an earlier run found to be required, in the place of traces.
    #[arg(long, value_name = "FILE", conflicts_with = "trace")]
    pub(super) requirements: Option<PathBuf>,
    /// Where debug information places code: a vmlinux with DWARF 4 or 5, a folder as packages
    /// with a kernel's debug symbols have it, or what `tailor debug-table` made of them.
    #[arg(long, value_name = "PATH")]
    pub(super) debug: Option<PathBuf>,
    /// How much is kept.
    #[arg(long, value_enum, default_value_t)]
    pub(super) profile: ProfileName,
    /// Whether there may be modules.
    #[arg(long, value_enum, default_value_t)]
    pub(super) modules: ModulesName,
    /// How safe the result has to be.
    #[arg(long, value_enum, default_value_t)]
    pub(super) floor: FloorName,
    /// Whether the result can be started with an initramfs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) initramfs: InitramfsName,
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
    /// Print the report as JSON.
    #[arg(long)]
    pub(super) json: bool,
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

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum FloorName {
    /// Nothing is asked for.
    None,
    /// What the replaced kernel passes still passes, what it protects stays protected.
    #[default]
    Keep,
    /// And every recommendation of the Kernel Self-Protection Project that can be followed.
    Kspp,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum InitramfsName {
    /// Only where the kernel does not find its root file system by itself.
    #[default]
    Auto,
    Keep,
    Drop,
}

impl ConfigArguments {
    fn request(&self) -> Request {
        Request {
            baseline: self.baseline.clone(),
            evaluated: self.evaluated,
            traces: self.trace.clone(),
            inventory: self.inventory.clone(),
            requirements: self.requirements.clone(),
            debug: self.debug.clone(),
            profile: self.profile(),
            modules: self.modules(),
            floor: self.floor(),
            initramfs: self.initramfs(),
            keep: self.keep.clone(),
            drop: self.drop.clone(),
            cross_compile: self.cross_compile.clone(),
            run: self.run.clone(),
        }
    }

    fn profile(&self) -> Profile {
        match self.profile {
            ProfileName::Conservative => Profile::Conservative,
            ProfileName::Balanced => Profile::Balanced,
            ProfileName::Minimal => Profile::Minimal,
        }
    }

    fn modules(&self) -> Modules {
        match self.modules {
            ModulesName::Monolithic => Modules::Monolithic,
            ModulesName::Modular => Modules::Modular,
        }
    }

    fn floor(&self) -> Floor {
        match self.floor {
            FloorName::None => Floor::None,
            FloorName::Keep => Floor::Keep,
            FloorName::Kspp => Floor::Kspp,
        }
    }

    fn initramfs(&self) -> Wanted {
        match self.initramfs {
            InitramfsName::Auto => Wanted::Auto,
            InitramfsName::Keep => Wanted::Keep,
            InitramfsName::Drop => Wanted::Drop,
        }
    }
}

pub(crate) fn run(arguments: &ConfigArguments) -> ExitCode {
    super::finish(answer(arguments).map_err(Failure::from))
}

fn answer(arguments: &ConfigArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let mut steps = Steps::new(1 + tailoring::STEPS);
    steps.begin("reading the kernel tree");
    let kernel = kernel(&arguments.tree, &arguments.cross_compile)?;
    steps.end(&format!("Linux {}, {}", kernel.release, kernel.arch));
    let report = match tailoring::tailor(&arguments.request(), &kernel, &mut steps)? {
        Ending::Made(report) => report,
        Ending::Contradiction(proof) => return Ok((Vec::new(), contradiction(&proof))),
    };
    let text = if arguments.json {
        super::to_json(&report)
    } else {
        report::text(&report).into_bytes()
    };
    Ok((text, ExitCode::SUCCESS))
}

/// Says which requirements can't be met together, and by which rules of the tree.
fn contradiction(proof: &[String]) -> ExitCode {
    super::complain("the requirements contradict each other; none of these can be left out:");
    for step in proof {
        super::complain(&format!("  {step}"));
    }
    ExitCode::FAILURE
}
