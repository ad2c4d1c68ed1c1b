// SPDX-License-Identifier: Apache-2.0
//! What `tailor config` is given, read and held against each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ftrace::import::Context;
use ftrace::inventory::Folder;
use ftrace::{Trace, import};
use locate::Symbols;
use tailor::cache::Cache;
use tailor::debug;
use tailor::host::{System, path};
use tailor::input;
use tailor::kernel::{Kernel, toolchain};
use tailor::pipeline::locating::Hints;
use tailor::pipeline::{Replaced, admission};
use tailor::requirement::{Demand, Reason, Requirements};

use crate::conf::environment::Environment;
use crate::tree::TreeArguments;

use super::ConfigArguments;

/// The tree's model, with the compiler's answers or recorded ones.
pub(crate) fn kernel(tree: &TreeArguments, cross_compile: &str) -> Result<Kernel, String> {
    tree.open().map_err(|failure| failure.to_string())?;
    let variables = toolchain::variables(&tree.tree, &tree.arch, cross_compile);
    let variables = variables.map_err(|error| error.to_string())?;
    let host = System::new(with_recorded(variables))?;
    let kernel =
        Kernel::load(&tree.tree, &tree.arch, &host, cache()).map_err(|it| it.to_string())?;
    host.save_record()?;
    Ok(kernel)
}

/// Where what is found out about trees is kept: `$KAAS_CACHE`, or `~/.cache/kaas`.
pub(crate) fn cache() -> Option<Cache> {
    let environment = Environment::of_process();
    let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    let folder = match set("KAAS_CACHE") {
        Some(folder) => path(folder),
        None => path(set("HOME")?).join(".cache/kaas"),
    };
    let program = std::env::current_exe().ok();
    Some(Cache::new(&folder, program.as_deref()))
}

/// The recording of shell answers is the user's to ask for, by two environment variables.
fn with_recorded(mut variables: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let environment = Environment::of_process();
    for name in ["KAAS_SHELL_ANSWERS", "KAAS_SHELL_RECORD"] {
        if let Some(value) = environment.get(name) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    variables
}

/// The replaced configuration; warnings are told, another kernel's file is refused.
pub(crate) fn replaced(
    kernel: &Kernel,
    path: &Path,
    is_accepted: bool,
) -> Result<Replaced, String> {
    let bytes = input::read(path)?;
    let named = |what: String| format!("{}: {what}", path.display());
    admission::baseline_release(kernel, &bytes).map_err(named)?;
    let replaced = Replaced::read(kernel, &bytes);
    let warnings =
        admission::baseline(kernel, (&bytes, &replaced.written), is_accepted).map_err(named)?;
    for warning in warnings {
        crate::command::complain(&format!("warning: {}", named(warning)));
    }
    Ok(replaced)
}

/// What was recorded on the machine.
pub(crate) struct Recorded {
    pub(crate) trace: Trace,
    pub(crate) folder: Folder,
    pub(crate) hints: Hints,
}

/// Where that is.
#[derive(Clone, Copy)]
pub(crate) struct Recordings<'a> {
    pub(crate) traces: &'a [PathBuf],
    pub(crate) inventory: Option<&'a Path>,
    /// A table of debug information, or what it can be made from.
    pub(crate) debug: Option<&'a Path>,
}

pub(crate) fn recorded(from: Recordings<'_>, kernel: &Kernel) -> Result<Recorded, String> {
    let folder = match from.inventory {
        Some(path) => input::inventory(path)?,
        None => ftrace::inventory::from_folder(&[]).map_err(|error| error.to_string())?,
    };
    admission::traced(&kernel.release, &folder.inventory.kernel)?;
    Ok(Recorded {
        trace: traces(from.traces, kernel, &folder)?,
        hints: hints(from, &folder)?,
        folder,
    })
}

fn traces(paths: &[PathBuf], kernel: &Kernel, folder: &Folder) -> Result<Trace, String> {
    let mut all = Vec::new();
    for path in paths {
        let bytes = input::read(path)?;
        let name = path.display().to_string();
        let context = Context::of(&name, &folder.inventory, folder.kallsyms.as_ref());
        let imported = import::import(bytes.as_slice(), &context);
        let trace = imported.map_err(|error| format!("{name}: {error}"))?.trace;
        if trace.functions.is_empty() {
            return Err(format!("{name}: no function was traced"));
        }
        admission::traced(&kernel.release, &trace.kernel)
            .map_err(|what| format!("{name}: {what}"))?;
        all.push(trace);
    }
    Trace::merge(&all).map_err(|error| error.to_string())
}

/// The traced machine's symbols, and where debug information places code.
fn hints(from: Recordings<'_>, folder: &Folder) -> Result<Hints, String> {
    let mut hints = Hints::default();
    if let Some(path) = from.inventory {
        hints.symbols = symbols(path, folder)?;
    }
    if let Some(path) = from.debug {
        hints.table = Some(debug::table(path)?);
    }
    Ok(hints)
}

fn symbols(path: &Path, folder: &Folder) -> Result<Option<Symbols>, String> {
    let Some(file) = input::symbols(path) else {
        return Ok(None);
    };
    let text = input::read(&file)?;
    let ranges = folder.inventory.module_ranges().into_iter();
    let bases = ranges.map(|(name, range)| (name, range.start)).collect();
    let symbols = Symbols::parse(&String::from_utf8_lossy(&text), &bases);
    Ok(Some(symbols))
}

/// What an earlier run found to be required.
pub(super) fn stored(file: &Path) -> Result<Requirements, String> {
    let bytes = input::read(file)?;
    let failed = |error| format!("{}: {error}", file.display());
    let stored: Requirements = serde_json::from_slice(&bytes).map_err(failed)?;
    Ok(stored.without_floor())
}

/// The keep list and the drop list, without the prefix that `.config` has.
pub(super) fn lists(
    arguments: &ConfigArguments,
    kernel: &Kernel,
    requirements: &mut Requirements,
) -> Result<(), String> {
    let plain = |symbol: &String| symbol.trim_start_matches("CONFIG_").to_owned();
    let keep: Vec<String> = arguments.keep.iter().map(plain).collect();
    let drop: Vec<String> = arguments.drop.iter().map(plain).collect();
    admission::lists(kernel, &keep, &drop)?;
    for symbol in keep {
        requirements.add(Demand::On(symbol), Reason::User);
    }
    for symbol in drop {
        requirements.add(Demand::Off(symbol), Reason::User);
    }
    Ok(())
}
