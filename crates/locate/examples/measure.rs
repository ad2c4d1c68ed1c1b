// SPDX-License-Identifier: Apache-2.0
//! Locates the functions of a recorded trace, and compares with what DWARF says of them.
//!
//! `measure TREE ARCH TRACE [TABLE]`: TRACE is a folder with the files `config`, `kallsyms`,
//! `funcs` (name, module, address, ...) and `resolved` (name, module, unit); TABLE, lines of
//! address, length and unit, is used where it is given.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Instant;

use kbuild::presence::{Presence, Source};
use kbuild::shell::Assumed;
use kbuild::tree::{Tree, normalize};
use kbuild::world::Inputs;
use locate::{Files, Kernel, Locator, Symbols, Traced, Unit, UnitTable, Unlocated};

struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(path)).ok()
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.join(directory));
        let names = entries.into_iter().flatten().flatten();
        names.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }
}

type Failure = Box<dyn std::error::Error>;

fn config(text: &str) -> HashMap<String, String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("CONFIG_")?.split_once('='));
    lines.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect()
}

fn units(tree: &Path, arch: &str, values: &HashMap<String, String>) -> Result<Vec<Unit>, Failure> {
    let tree = Tree::new(tree);
    let types: HashMap<String, kconfig::SymbolType> = HashMap::new();
    let inputs = Inputs { tree: &tree, types: &types, values: Some(values), shell: &Assumed };
    let presence = Presence::evaluate(inputs, arch)?;
    let name = |path: &String| {
        let base = path.rsplit('/').next().unwrap_or_default();
        base.trim_end_matches(".ko").replace('-', "_")
    };
    let mut units = Vec::new();
    for object in &presence.objects {
        let is_module = object.m.is_true();
        let Source::Tree(source) = &object.source else { continue };
        if is_module || object.y.is_true() {
            units.push(Unit {
                source: normalize(source).unwrap_or_default(),
                object: object.path.clone(),
                modules: if is_module { object.modules.iter().map(name).collect() } else { vec![] },
            });
        }
    }
    Ok(units)
}

struct Input {
    config: HashMap<String, String>,
    symbols: Symbols,
    /// name, module, offset, DWARF's unit
    functions: Vec<(String, Option<String>, Option<u64>, String)>,
}

fn input(trace: &Path) -> Result<Input, Failure> {
    let read = |name: &str| std::fs::read_to_string(trace.join(name));
    let text = read("kallsyms")?;
    let modules = read("modules")?;
    let modules = modules.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let (name, base) = (words.next()?, words.nth(4)?);
        Some((name.to_owned(), u64::from_str_radix(base.trim_start_matches("0x"), 16).ok()?))
    });
    let bases: BTreeMap<String, u64> = modules.collect();
    let symbols = Symbols::parse(&text, &bases);
    let base = text.lines().find_map(|line| line.strip_suffix(" T _text")).unwrap_or("0");
    let base = u64::from_str_radix(base, 16)?;
    let mut functions = Vec::new();
    let funcs = read("funcs")?;
    let resolved = read("resolved")?;
    let funcs = funcs.lines().filter(|line| !line.starts_with('#'));
    for (func, dwarf) in funcs.zip(resolved.lines()) {
        let func: Vec<&str> = func.split_whitespace().collect();
        let dwarf: Vec<&str> = dwarf.split_whitespace().collect();
        if func[0] != dwarf[0] {
            println!("skipped: {func:?} {dwarf:?}");
            continue;
        }
        let module = (func[1] != "-").then(|| func[1].to_owned());
        let address = u64::from_str_radix(func[2], 16).unwrap_or(0);
        let base = match &module {
            Some(module) => bases.get(module).copied(),
            None => Some(base),
        };
        let offset = base.map(|base| address.wrapping_sub(base));
        functions.push((func[0].to_owned(), module, offset, dwarf[2].to_owned()));
    }
    Ok(Input { config: config(&read("config")?), symbols, functions })
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [tree, arch, trace, rest @ ..] = arguments.as_slice() else {
        return Err("measure TREE ARCH TRACE [TABLE]".into());
    };
    let input = input(Path::new(trace))?;
    let table = rest.first().map(std::fs::read_to_string).transpose()?;
    let table = table.map(|text| UnitTable::parse(&text)).transpose()?;
    let start = Instant::now();
    let mut units = units(Path::new(tree), arch, &input.config)?;
    println!("kbuild {:?}, {} units", start.elapsed(), units.len());
    let is_loaded = |name: &String| {
        input.symbols.modules.contains_key(name) || input.functions.iter().any(|f| f.1.as_ref() == Some(name))
    };
    units.retain(|unit| unit.modules.is_empty() || unit.modules.iter().any(is_loaded));
    let folder = Folder(PathBuf::from(tree));
    let kernel = Kernel { files: &folder, arch, config: &input.config, units: &units, threads: 2 };
    let traced: Vec<Traced<'_>> = input.functions.iter().map(|(name, module, offset, _)| Traced {
        name,
        module: module.as_deref(),
        offset: *offset,
    }).collect();
    let own = Symbols::of_traced(&traced);
    let symbols = match std::env::var("SYMBOLS").as_deref() {
        Ok("none") => &Symbols::default(),
        Ok("own") => &own,
        _ => &input.symbols,
    };
    let start = Instant::now();
    let locator = Locator::new(kernel, symbols, table.as_ref(), &traced);
    println!("locator {:?}, {} units", start.elapsed(), units.len());
    let start = Instant::now();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (traced, (.., dwarf)) in traced.iter().zip(&input.functions) {
        let verdict = match locator.locate(traced) {
            Ok(found) => {
                if std::env::var("LIST").is_ok() {
                    println!("@ {} {} {:x} {} {:?}", traced.name, traced.module.unwrap_or("-"), traced.offset.unwrap_or(0), found.unit.source, found.evidence);
                }
                let agrees = found.unit.source == *dwarf || dwarf == "?";
                let line = if found.sites.is_empty() { ", no line" } else { "" };
                if !agrees {
                    println!("DIFFERS {traced:?} dwarf {dwarf} located {} {:?}", found.unit.source, found.sites);
                }
                let decided = |name: &str| input.config.get(name).map(String::as_str);
                for site in &found.sites {
                    if site.condition.evaluate(&decided, traced.module.is_some()) == Some(false) {
                        println!("FALSE {traced:?} {site:?}");
                    }
                }
                format!("{} {:?}{line}", if agrees { "located" } else { "differs" }, found.evidence)
            }
            Err(reason) => {
                let shown = match &reason {
                    Unlocated::Ambiguous(units) => {
                        let sources: Vec<&str> = units.iter().map(|unit| unit.source.as_str()).collect();
                        format!("Ambiguous {} {}", sources.len(), sources[..sources.len().min(5)].join(" "))
                    }
                    other => format!("{other:?}"),
                };
                println!("UNLOCATED {traced:?} dwarf {dwarf} {shown}");
                "unlocated".to_owned()
            }
        };
        *counts.entry(verdict).or_default() += 1;
    }
    println!("locate {:?}\n{counts:#?}", start.elapsed());
    Ok(())
}
