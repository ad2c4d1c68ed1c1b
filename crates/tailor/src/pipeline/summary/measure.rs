// SPDX-License-Identifier: Apache-2.0
//! How much kernel a configuration makes: files and lines, by part of the tree.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kconfig::Configuration;

use crate::kernel::Kernel;
use crate::minimise::{Units, normal};
use crate::pipeline::{compiled, values};
use crate::report::{Area, Size};

/// What one configuration compiles.
pub struct Measured {
    pub values: HashMap<String, String>,
    pub symbols_y: u64,
    pub symbols_m: u64,
    /// The lines of every source that is compiled by itself.
    files: BTreeMap<String, u64>,
    /// The functions in these sources.
    pub(super) functions: u64,
    /// Sources that others include.
    included: BTreeSet<String>,
}

/// The sources of a tree, each read once.
pub struct Sources<'k> {
    kernel: &'k Kernel,
    known: HashMap<String, Source>,
}

#[derive(Clone, Default)]
struct Source {
    lines: u64,
    functions: u64,
    /// The sources (not headers) that it includes, relative to the tree.
    includes: Vec<String>,
}

impl<'k> Sources<'k> {
    pub fn of(kernel: &'k Kernel) -> Self {
        Self {
            kernel,
            known: HashMap::new(),
        }
    }

    /// Counts what a calculated configuration compiles.
    pub fn measure(
        &mut self,
        kernel: &Kernel,
        units: &Units,
        configuration: &mut Configuration<'_>,
    ) -> Measured {
        let values = values(configuration);
        let [symbols_y, symbols_m] = super::symbols(configuration);
        let mut files = BTreeMap::new();
        let mut functions = 0;
        let mut waiting: Vec<String> = Vec::new();
        for one in compiled(kernel, units, &values) {
            let source = self.source(&one.unit.source);
            functions += source.functions;
            files.insert(one.unit.source.clone(), source.lines);
            waiting.extend(source.includes);
        }
        let mut included = BTreeSet::new();
        while let Some(path) = waiting.pop() {
            if !files.contains_key(&path) && included.insert(path.clone()) {
                waiting.extend(self.source(&path).includes);
            }
        }
        Measured {
            values,
            symbols_y,
            symbols_m,
            files,
            functions,
            included,
        }
    }

    fn source(&mut self, path: &str) -> Source {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let said = self.kernel.facts.of(path);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let found = said.includes.iter();
        let included = found.filter_map(|name| {
            let beside = normal(&format!("{folder}/{name}"));
            let names = [beside, normal(name)];
            names
                .into_iter()
                .find(|name| self.kernel.tree.join(name).is_file())
        });
        let source = Source {
            lines: said.lines,
            functions: said.functions,
            includes: included.collect(),
        };
        self.known.insert(path.to_owned(), source.clone());
        source
    }
}

/// The names in `#include "NAME"` that are sources themselves.
pub(crate) fn included(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for at in memchr::memmem::find_iter(bytes, b"include") {
        let rest = &bytes[at + b"include".len()..];
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let mut parts = line.split(|byte| *byte == b'"');
        let (Some(before), Some(name), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let blank = before.iter().all(u8::is_ascii_whitespace);
        let is_source = name.ends_with(b".c") || name.ends_with(b".S");
        if blank && is_source && is_directive(&bytes[..at]) {
            names.push(String::from_utf8_lossy(name).into_owned());
        }
    }
    names
}

/// Whether a `#` and blanks are all that stands before on the line.
fn is_directive(before: &[u8]) -> bool {
    let line = before
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    line.trim_ascii() == b"#"
}

impl Measured {
    pub fn size(&self) -> Size {
        Size {
            files: self.files.len() as u64,
            lines: self.files.values().sum(),
        }
    }

    /// Every source of which code is compiled, sorted.
    pub(super) fn all_sources(&self) -> Vec<String> {
        let all: BTreeSet<&String> = self.files.keys().chain(&self.included).collect();
        all.into_iter().cloned().collect()
    }
}

/// Both by part of the tree.
pub(super) fn surface(before: &Measured, after: &Measured) -> Vec<Area> {
    let mut areas: BTreeMap<String, Area> = BTreeMap::new();
    for (measured, is_after) in [(before, false), (after, true)] {
        for (path, lines) in &measured.files {
            let name = area(path);
            let area = areas.entry(name.clone()).or_insert_with(|| Area {
                name,
                before: Size::default(),
                after: Size::default(),
            });
            let size = if is_after {
                &mut area.after
            } else {
                &mut area.before
            };
            size.files += 1;
            size.lines += lines;
        }
    }
    areas.into_values().collect()
}

/// Where a top folder has many parts, these are told apart.
fn area(path: &str) -> String {
    let folders: Vec<&str> = path
        .rsplit_once('/')
        .map_or("", |(it, _)| it)
        .split('/')
        .collect();
    let depth = match folders[0] {
        "arch" | "drivers" | "fs" | "net" => 2,
        _ => 1,
    };
    match folders[..depth.min(folders.len())].join("/") {
        none if none.is_empty() => "top folder".to_owned(),
        some => some,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_folders_are_told_apart() {
        let areas = [
            "fs/ext4/super.c",
            "fs/open.c",
            "mm/slub.c",
            "drivers/net/phy/a.c",
            "core.c",
        ]
        .map(area);
        assert_eq!(areas, ["fs/ext4", "fs", "mm", "drivers/net", "top folder"]);
    }

    #[test]
    fn sources_that_are_included_are_found() {
        let text = b"#include \"a.c\"\n # include\t\"b.S\"\n#include \"c.h\"\n#include <d.c>\n\
                     // #include \"e.c\"\n#include \"f.c";
        assert_eq!(included(text), ["a.c", "b.S"]);
    }
}
