// SPDX-License-Identifier: Apache-2.0
//! Traced functions to source files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::time::SystemTime;

use ftrace::{Entry, Trace};
use locate::{Catalogue, Locator, Symbols, Traced, UnitTable};

use super::require::module_name;
use super::{Compiled, Replaced};
use crate::cache::{Reader, Slot};
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
    let reader = Reader::new(&kernel.tree);
    let units = units(
        kernel,
        replaced,
        compiled,
        &Scope::Modules(mentioned(trace)),
    );
    let traced: Vec<Traced<'_>> = trace.functions.iter().map(|it| asked(&it.entry)).collect();
    let own = Symbols::of_traced(&traced);
    let sources = sources(kernel, replaced, &reader, &units);
    let (catalogue, _) = catalogue(kernel, &sources, &reader);
    let symbols = hints.symbols.as_ref().unwrap_or(&own);
    let locator = Locator::new(sources, &catalogue, symbols, hints.table.as_ref());
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

/// What to read of a kernel beside its image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope<'s> {
    Image,
    /// The modules of these names.
    Modules(BTreeSet<&'s str>),
    /// All modules.
    Everything,
}

impl Scope<'_> {
    fn has(&self, modules: &[String]) -> bool {
        match self {
            Self::Image => false,
            Self::Modules(names) => modules.iter().any(|name| names.contains(name.as_str())),
            Self::Everything => true,
        }
    }
}

/// What is known of the functions of a kernel.
pub struct Prepared {
    /// Units of which is known what they define.
    pub units: usize,
    /// Names of functions.
    pub functions: usize,
    /// How many of the units had to be read for it.
    pub read: usize,
}

/// Reads what the units of a kernel define, and keeps it for [`locate()`].
pub fn prepare(
    kernel: &Kernel,
    replaced: &Replaced,
    compiled: &[Compiled<'_>],
    scope: &Scope<'_>,
) -> Prepared {
    let reader = Reader::new(&kernel.tree);
    let units = units(kernel, replaced, compiled, scope);
    let sources = sources(kernel, replaced, &reader, &units);
    let (catalogue, read) = catalogue(kernel, &sources, &reader);
    let [units, _, functions] = catalogue.size();
    Prepared {
        units,
        functions,
        read,
    }
}

/// What the units of the kernel define, and how many of them had to be read for it.
fn catalogue(kernel: &Kernel, sources: &locate::Kernel<'_>, reader: &Reader) -> (Catalogue, usize) {
    let slot = kernel.cache.as_ref().map(|cache| {
        let config = lines(sources.config);
        let inputs = [sources.arch.as_bytes(), config.as_bytes()];
        cache.slot(&kernel.tree, "catalogue", &inputs)
    });
    let found = slot.as_ref().and_then(Slot::find::<Catalogue>);
    let (mut catalogue, before) = found.unzip();
    let mut catalogue = catalogue.take().unwrap_or_default();
    let since = SystemTime::now();
    let read = catalogue.add(sources);
    if let Some(slot) = slot.filter(|_| read > 0) {
        slot.keep(&catalogue, (&reader.reads(), since), before);
    }
    (catalogue, read)
}

/// All values, in one order.
fn lines(config: &HashMap<String, String>) -> String {
    let sorted: BTreeMap<&String, &String> = config.iter().collect();
    let mut lines = String::new();
    for (symbol, value) in sorted {
        // Writing to memory can't fail.
        let _ = writeln!(lines, "{symbol}={value}");
    }
    lines
}

fn sources<'k>(
    kernel: &'k Kernel,
    replaced: &'k Replaced,
    reader: &'k Reader,
    units: &'k [locate::Unit],
) -> locate::Kernel<'k> {
    locate::Kernel {
        files: reader,
        arch: folder(&kernel.arch),
        config: &replaced.values,
        units,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// The modules that a trace mentions.
fn mentioned(trace: &Trace) -> BTreeSet<&str> {
    let functions = trace.functions.iter();
    functions
        .filter_map(|it| it.entry.module.as_deref())
        .collect()
}

/// The units of the image, and of modules.
fn units(
    kernel: &Kernel,
    replaced: &Replaced,
    compiled: &[Compiled<'_>],
    scope: &Scope<'_>,
) -> Vec<locate::Unit> {
    let here: BTreeSet<&str> = compiled.iter().map(|it| it.unit.source.as_str()).collect();
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
        let is_named = scope.has(&names);
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
