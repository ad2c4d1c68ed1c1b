// SPDX-License-Identifier: Apache-2.0
//! Traced functions to source files.

use std::path::PathBuf;

use ftrace::{Entry, Trace};
use locate::{Catalogue, Files, Locator, Symbols, Traced, UnitTable};

use super::require::module_name;
use super::{Compiled, Replaced};
use crate::kernel::Kernel;

/// A function that was traced, and the file that was compiled to it.
pub struct Located {
    /// An index of [`Trace::functions`].
    pub function: usize,
    pub source: String,
}

/// A function for which no file was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    pub name: String,
    pub module: Option<String>,
    pub why: String,
}

/// What became of all functions of a trace.
#[derive(Default)]
pub struct Location {
    pub located: Vec<Located>,
    pub lost: Vec<Lost>,
}

/// The files of a kernel tree.
struct Tree(PathBuf);

impl Files for Tree {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(path)).ok()
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.join(directory));
        let names = entries.into_iter().flatten().flatten();
        names
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect()
    }
}

/// What the traced machine and its debug information say of where code lies.
#[derive(Default)]
pub struct Hints {
    /// The kernel's own list of symbols (`/proc/kallsyms`).
    pub symbols: Option<Symbols>,
    /// From debug information.
    pub table: Option<UnitTable>,
}

/// Finds the file of every function, in the kernel as the replaced configuration makes it.
pub fn locate(
    kernel: &Kernel,
    replaced: &Replaced,
    compiled: &[Compiled<'_>],
    trace: &Trace,
    hints: &Hints,
) -> Location {
    let files = Tree(kernel.tree.clone());
    let units = units(kernel, replaced, compiled, trace);
    let traced: Vec<Traced<'_>> = trace.functions.iter().map(|it| asked(&it.entry)).collect();
    let own = Symbols::of_traced(&traced);
    let compiled = locate::Kernel {
        files: &files,
        arch: folder(&kernel.arch),
        config: &replaced.values,
        units: &units,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let catalogue = Catalogue::of(&compiled);
    let symbols = hints.symbols.as_ref().unwrap_or(&own);
    let locator = Locator::new(compiled, &catalogue, symbols, hints.table.as_ref());
    let mut location = Location::default();
    for (function, traced) in traced.iter().enumerate() {
        match locator.locate(traced) {
            Ok(found) => location.located.push(Located {
                function,
                source: found.unit.source.clone(),
            }),
            Err(why) => location.lost.push(Lost {
                name: traced.name.to_owned(),
                module: traced.module.map(str::to_owned),
                why: why.to_string(),
            }),
        }
    }
    location
}

fn asked(entry: &Entry) -> Traced<'_> {
    Traced {
        name: &entry.name,
        module: entry.module.as_deref(),
        offset: entry.offset,
    }
}

/// The units whose functions the trace can name: the image, and the modules it mentions.
fn units(
    kernel: &Kernel,
    replaced: &Replaced,
    compiled: &[Compiled<'_>],
    trace: &Trace,
) -> Vec<locate::Unit> {
    let modules: std::collections::BTreeSet<&str> = trace
        .functions
        .iter()
        .filter_map(|it| it.entry.module.as_deref())
        .collect();
    let here: std::collections::BTreeSet<&str> =
        compiled.iter().map(|it| it.unit.source.as_str()).collect();
    let holds = |condition| kernel.presence.holds(condition, &replaced.values);
    let mut units = Vec::new();
    for object in &kernel.presence.objects {
        let kbuild::presence::Source::Tree(source) = &object.source else {
            continue;
        };
        let source = crate::minimise::normal(source);
        if !here.contains(source.as_str()) {
            continue;
        }
        let names: Vec<String> = object
            .modules
            .iter()
            .map(|path| module_name(path))
            .collect();
        let is_named = names.iter().any(|name| modules.contains(name.as_str()));
        for (is_module, condition) in [(false, object.y), (true, object.m)] {
            if holds(condition) && (!is_module || is_named) {
                units.push(locate::Unit {
                    source: source.clone(),
                    object: object.path.clone(),
                    modules: if is_module { names.clone() } else { Vec::new() },
                });
            }
        }
    }
    units
}

/// The folder below `arch/`.
fn folder(arch: &str) -> &str {
    match arch {
        "x86_64" | "i386" => "x86",
        other => other,
    }
}
