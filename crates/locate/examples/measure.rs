// SPDX-License-Identifier: Apache-2.0
//! Locates the functions of recorded traces in a kernel tree, and compares with what DWARF says.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use kbuild::presence::{Presence, Source};
use kbuild::shell::Assumed;
use kbuild::tree::{Tree, normalize};
use kbuild::world::Inputs;
use locate::{Files, Index, Kernel, Unit};

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

fn config(path: &std::path::Path) -> HashMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("CONFIG_")?.split_once('='));
    lines.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect()
}

fn units(tree: &PathBuf, values: &HashMap<String, String>) -> Vec<Unit> {
    let tree = Tree::new(tree);
    let types: HashMap<String, kconfig_types::Type> = HashMap::new();
    let inputs = Inputs { tree: &tree, types: &types, values: Some(values), shell: &Assumed };
    let presence = Presence::evaluate(inputs, "x86").ok().unwrap();
    let mut units = Vec::new();
    for object in &presence.objects {
        let Source::Tree(source) = &object.source else { continue };
        let module = object.m.is_true();
        if !module && !object.y.is_true() {
            continue;
        }
        let name = |path: &String| {
            let base = path.rsplit('/').next().unwrap().trim_end_matches(".ko");
            base.replace('-', "_")
        };
        units.push(Unit {
            source: normalize(source).unwrap_or_default(),
            object: object.path.clone(),
            modules: if module { object.modules.iter().map(name).collect() } else { vec![] },
        });
    }
    units
}

mod kconfig_types {
    pub use kconfig::SymbolType as Type;
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let tree = PathBuf::from(arguments.next().unwrap());
    let trace = PathBuf::from(arguments.next().unwrap());
    let values = config(&trace.join("config"));
    let start = std::time::Instant::now();
    let mut units = units(&tree, &values);
    println!("kbuild: {} units, {:?}", units.len(), start.elapsed());
    let resolved = std::fs::read_to_string(trace.join("resolved")).unwrap();
    let kallsyms = std::fs::read_to_string(trace.join("kallsyms")).unwrap();
    let mut modules: std::collections::BTreeSet<&str> = resolved.lines().map(|l| l.split(' ').nth(1).unwrap()).collect();
    for line in kallsyms.lines() {
        if let Some((_, m)) = line.split_once("\t[") { modules.insert(m.trim_end_matches(']')); }
    }
    units.retain(|unit| unit.modules.is_empty() || unit.modules.iter().any(|m| modules.contains(m.as_str())));
    println!("units {}", units.len());
    let mut wanted: Vec<&str> = kallsyms.lines().filter_map(|l| l.split_whitespace().nth(2)).collect();
    wanted.extend(resolved.lines().filter_map(|l| l.split(' ').next()));
    let wanted: Vec<&str> = wanted.iter().map(|n| n.split('.').next().unwrap()).collect();
    let folder = Folder(tree);
    let kernel = Kernel { files: &folder, arch: "x86", config: &values, units: &units, threads: 2 };
    let start = std::time::Instant::now();
    let index = Index::new(&kernel, &wanted);
    println!("index {:?}", start.elapsed());
    if let Some(p) = arguments.next() { index.debug(&p); return; }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for line in resolved.lines() {
        let mut parts = line.split(' ');
        let (name, module, dwarf) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let base = name.split('.').next().unwrap();
        let mut sources: Vec<&str> = index.units_of(base).iter().map(|u| &units[u.0 as usize]).filter(|u| if module == "-" { u.modules.is_empty() } else { u.modules.iter().any(|m| m == module) }).map(|u| u.source.as_str()).collect();
        sources.dedup();
        let kind = if sources.is_empty() { "none" } else if !sources.contains(&dwarf) { "wrong" } else if sources.len() == 1 { "one" } else if sources.len() < 5 { "few" } else { "many" };
        *kinds.entry(kind).or_default() += 1;
        if kind == "none" || kind == "wrong" {
            println!("{kind} {line} {sources:?}");
        }
    }
    println!("{kinds:?}");
}
