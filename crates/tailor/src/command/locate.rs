// SPDX-License-Identifier: Apache-2.0
//! `tailor locate`: from which source file each traced function was compiled.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use tailor::minimise::Units;
use tailor::pipeline::compiled;
use tailor::pipeline::locating::{Location, locate};
use tailor::tailoring::{Recorded, Recordings, recorded, replaced};

use super::config::kernel;
use crate::tree::{Failure, TreeArguments};

/// List the source file of each traced function: `function TAB module or - TAB file`.
///
/// Functions that can't be located are told on standard error, with the reason. Exit codes:
/// 0 when all are located, 1 when not, 2 for input that can't be used.
#[derive(Args, Debug)]
pub(crate) struct LocateArguments {
    #[command(flatten)]
    tree: TreeArguments,
    /// The configuration of the kernel that was traced; a .config, perhaps .xz.
    #[arg(long, value_name = "CONFIG")]
    baseline: PathBuf,
    /// A trace of it, in any format; may be given several times.
    #[arg(long, value_name = "FILE", required = true)]
    trace: Vec<PathBuf>,
    /// What is known of the traced machine: see `tailor config`.
    #[arg(long, value_name = "PATH")]
    inventory: Option<PathBuf>,
    /// Where debug information places code: a vmlinux with DWARF 4 or 5, a folder as packages
    /// with a kernel's debug symbols have it, or what `tailor debug-table` made of them.
    #[arg(long, value_name = "PATH")]
    debug: Option<PathBuf>,
    /// The prefix of the compiler's name, as in `CROSS_COMPILE` of the kernel's Makefile.
    #[arg(long, value_name = "PREFIX", default_value = "")]
    cross_compile: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    located: Vec<Place<'a>>,
    unlocated: Vec<Unlocated<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    function: &'a str,
    /// None is the kernel itself.
    module: Option<&'a str>,
    source: &'a str,
}

#[derive(Serialize)]
struct Unlocated<'a> {
    function: &'a str,
    module: Option<&'a str>,
    reason: &'a str,
}

pub(crate) fn run(arguments: &LocateArguments) -> ExitCode {
    super::finish(answer(arguments).map_err(Failure::from))
}

fn answer(arguments: &LocateArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let kernel = kernel(&arguments.tree, &arguments.cross_compile)?;
    let units = Units::of(&kernel, |_| 1);
    let replaced = replaced(&kernel, &arguments.baseline, true, &mut |warning| {
        super::complain(&format!("warning: {warning}"));
    })?;
    let built = compiled(&kernel, &units, &replaced.values);
    let recordings = Recordings {
        traces: &arguments.trace,
        inventory: arguments.inventory.as_deref(),
        debug: arguments.debug.as_deref(),
    };
    let Recorded { trace, hints, .. } = recorded(recordings, &kernel)?;
    let location = locate(&kernel, &replaced, &built, &trace, &hints);
    let answer = told(&trace, &location);
    let code = ExitCode::from(u8::from(!answer.unlocated.is_empty()));
    if arguments.json {
        return Ok((super::to_json(&answer), code));
    }
    for one in &answer.unlocated {
        let module = one.module.unwrap_or("-");
        super::complain(&format!("{} {module}: {}", one.function, one.reason));
    }
    Ok((lines(&answer.located).into_bytes(), code))
}

fn told<'a>(trace: &'a ftrace::Trace, location: &'a Location) -> Answer<'a> {
    let place = |one: &'a tailor::pipeline::locating::Located| {
        let entry = &trace.functions[one.function].entry;
        Place {
            function: &entry.name,
            module: entry.module.as_deref(),
            source: &one.source,
        }
    };
    let lost = location.lost.iter().map(|one| Unlocated {
        function: &one.name,
        module: one.module.as_deref(),
        reason: &one.why,
    });
    Answer {
        located: location.located.iter().map(place).collect(),
        unlocated: lost.collect(),
    }
}

fn lines(located: &[Place<'_>]) -> String {
    let mut text = String::new();
    for one in located {
        let module = one.module.unwrap_or("-");
        // Writing to memory can't fail.
        let _ = writeln!(text, "{}\t{module}\t{}", one.function, one.source);
    }
    text
}
