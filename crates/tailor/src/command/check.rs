// SPDX-License-Identifier: Apache-2.0
//! `tailor check`: whether a configuration is what a run found to be required.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use tailor::floor::Rules;
use tailor::input;
use tailor::minimise::Units;
use tailor::pipeline::check::{Checks, Faults};
use tailor::pipeline::explain::Explanations;
use tailor::run::{Folder, Part, Run};

use crate::tree::{Failure, TreeArguments};

/// Check a configuration: it is valid, the hardening floor holds, all that is required is
/// there.
///
/// Exit codes: 0 when all of it is so, 1 when not, 2 for input that can't be used.
#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// The configuration, a .config; the result of the run when not given.
    #[arg(value_name = "CONFIG")]
    config: Option<PathBuf>,
    /// The folder that `tailor config` wrote.
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// The kernel's source tree, where it is not any more where the run found it.
    #[arg(long, value_name = "DIR")]
    tree: Option<PathBuf>,
    /// Also check that no symbol could be switched off with all requirements still met.
    #[arg(long)]
    smallest: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &CheckArguments) -> ExitCode {
    super::finish(answer(arguments).map_err(Failure::from))
}

fn answer(arguments: &CheckArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let folder = Folder::open(&arguments.run)?;
    let run: Run = folder.read_json(Part::Run)?;
    let explanations: Explanations = folder.read_json(Part::Explain)?;
    let config = match &arguments.config {
        Some(path) => input::read(path)?,
        None => folder.read(Part::Config)?,
    };
    let tree = TreeArguments {
        tree: arguments.tree.clone().unwrap_or(run.tree),
        arch: run.arch,
    };
    let kernel = super::config::kernel(&tree, &run.cross_compile)?;
    let units = Units::of(&kernel, |_| 1);
    let rules = Rules::shipped().map_err(|error| error.to_string())?;
    let checks = Checks {
        kernel: &kernel,
        units: &units,
        rules: &rules,
        explanations: &explanations,
    };
    let mut faults = checks.faults(&config);
    if arguments.smallest {
        faults.superfluous = checks.superfluous(&config);
    }
    let code = ExitCode::from(u8::from(!faults.is_empty()));
    if arguments.json {
        return Ok((super::to_json(&faults), code));
    }
    Ok((words(&explanations, &faults).into_bytes(), code))
}

fn words(explanations: &Explanations, faults: &Faults) -> String {
    let mut text = String::new();
    let Faults {
        changed,
        floor,
        unmet,
        superfluous,
    } = faults;
    // Writing to memory can't fail.
    if !changed.is_empty() {
        let _ = writeln!(text, "changed by evaluating it: {}", changed.len());
        for change in changed {
            let _ = writeln!(text, "  {change}");
        }
    }
    for (title, list) in [
        ("hardening lost", floor),
        ("required, and not there", unmet),
    ] {
        if !list.is_empty() {
            let _ = writeln!(text, "{title}: {}", list.len());
        }
        for one in list {
            let _ = writeln!(text, "  {}", one.words());
        }
    }
    for symbol in superfluous {
        let _ = writeln!(text, "nothing that is required needs {symbol}");
    }
    if faults.is_empty() {
        let count = explanations.requirements.len();
        let _ = writeln!(text, "valid, hardening held, {count} requirements covered");
    }
    text
}
