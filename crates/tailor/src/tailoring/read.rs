// SPDX-License-Identifier: Apache-2.0
//! What a tailoring is given, read and held against each other.

use std::path::{Path, PathBuf};

use ftrace::import::Context;
use ftrace::inventory::Folder;
use ftrace::{Trace, import};
use locate::Symbols;

use crate::debug;
use crate::input;
use crate::kernel::Kernel;
use crate::pipeline::locating::Hints;
use crate::pipeline::{Replaced, admission};
use crate::requirement::{Demand, Reason, Requirements};

use super::Request;

/// The replaced configuration; warnings are told, another kernel's file is refused.
pub fn replaced(
    kernel: &Kernel,
    path: &Path,
    is_accepted: bool,
    warn: &mut dyn FnMut(&str),
) -> Result<Replaced, String> {
    let bytes = input::read(path)?;
    let named = |what: String| format!("{}: {what}", path.display());
    admission::baseline_release(kernel, &bytes).map_err(named)?;
    let replaced = Replaced::read(kernel, &bytes);
    let warnings =
        admission::baseline(kernel, (&bytes, &replaced.written), is_accepted).map_err(named)?;
    for warning in warnings {
        warn(&named(warning));
    }
    Ok(replaced)
}

/// What was recorded on the machine.
pub struct Recorded {
    pub trace: Trace,
    pub folder: Folder,
    pub hints: Hints,
}

/// Where that is.
#[derive(Clone, Copy)]
pub struct Recordings<'a> {
    pub traces: &'a [PathBuf],
    pub inventory: Option<&'a Path>,
    /// A table of debug information, or what it can be made from.
    pub debug: Option<&'a Path>,
}

pub fn recorded(from: Recordings<'_>, kernel: &Kernel) -> Result<Recorded, String> {
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

impl Request {
    pub(super) fn recordings(&self) -> Recordings<'_> {
        Recordings {
            traces: &self.traces,
            inventory: self.inventory.as_deref(),
            debug: self.debug.as_deref(),
        }
    }
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
    request: &Request,
    kernel: &Kernel,
    requirements: &mut Requirements,
) -> Result<(), String> {
    let plain = |symbol: &String| symbol.trim_start_matches("CONFIG_").to_owned();
    let keep: Vec<String> = request.keep.iter().map(plain).collect();
    let drop: Vec<String> = request.drop.iter().map(plain).collect();
    admission::lists(kernel, &keep, &drop)?;
    for symbol in keep {
        requirements.add(Demand::On(symbol), Reason::User);
    }
    for symbol in drop {
        requirements.add(Demand::Off(symbol), Reason::User);
    }
    Ok(())
}
