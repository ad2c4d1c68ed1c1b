// SPDX-License-Identifier: Apache-2.0
//! Where `#include` looks (the top Makefile's `LINUXINCLUDE`, then a unit's own `-I`).

use rustc_hash::{FxHashMap, FxHashSet};

use crate::files::{Files, directory, normalize};
use crate::scan::Include;

/// The directories that one group of units adds to the search path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SearchId(pub(crate) u32);

/// The search paths of all units.
#[derive(Debug)]
pub(crate) struct Search {
    /// The directories of every unit, in order.
    base: Vec<String>,
    /// Further directories, by [`SearchId`].
    further: Vec<Vec<String>>,
}

impl Search {
    /// `directory` is the folder below `arch/`.
    pub(crate) fn new(arch_directory: &str) -> Self {
        let base = [
            format!("arch/{arch_directory}/include"),
            "include".to_owned(),
            format!("arch/{arch_directory}/include/uapi"),
            "include/uapi".to_owned(),
        ];
        Self {
            base: base.into(),
            further: Vec::new(),
        }
    }

    /// The path that looks into these directories after the common ones.
    pub(crate) fn add(&mut self, directories: Vec<String>) -> SearchId {
        let known = self.further.iter().position(|known| *known == directories);
        let at = known.unwrap_or_else(|| {
            self.further.push(directories);
            self.further.len() - 1
        });
        SearchId(u32::try_from(at).unwrap_or(u32::MAX))
    }

    pub(crate) fn further(&self, id: SearchId) -> &[String] {
        self.further.get(id.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// All directories that some unit adds, each once, sorted.
    pub(crate) fn all_further(&self) -> Vec<&str> {
        let all = self.further.iter().flatten().map(String::as_str);
        let mut all: Vec<&str> = all.collect::<FxHashSet<_>>().into_iter().collect();
        all.sort_unstable();
        all
    }

    /// What an include of a file may mean to every unit, best first. What an earlier build
    /// left in the tree is not seen: it may be of another configuration. Headers that the build
    /// generates as wrappers (`generic-y` of `include/asm/Kbuild`) stand for those of
    /// `asm-generic`.
    pub(crate) fn common(&self, from: &str, include: &Include) -> Vec<String> {
        let (name, quoted) = match include {
            Include::Quoted(name) => (name, true),
            Include::Angled(name) => (name, false),
            Include::Computed(_) => return Vec::new(),
        };
        if name.starts_with("generated/") {
            return Vec::new();
        }
        let beside = quoted.then(|| directory(from));
        let directories = beside
            .into_iter()
            .chain(self.base.iter().map(String::as_str));
        let mut paths: Vec<String> = directories.filter_map(|one| join(one, name)).collect();
        if let Some(rest) = name.strip_prefix("asm/") {
            let generic = format!("asm-generic/{rest}");
            paths.extend(self.base.iter().filter_map(|one| join(one, &generic)));
        }
        paths
    }
}

/// A path below a directory, normalised.
pub(crate) fn join(directory: &str, name: &str) -> Option<String> {
    if directory.is_empty() {
        return normalize(name);
    }
    normalize(&format!("{directory}/{name}"))
}

/// Which files there are, asked directory by directory.
pub(crate) struct Listing<'f> {
    files: &'f dyn Files,
    directories: FxHashMap<String, FxHashSet<String>>,
}

impl<'f> Listing<'f> {
    pub(crate) fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            directories: FxHashMap::default(),
        }
    }

    pub(crate) fn has(&mut self, path: &str) -> bool {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(names) = self.directories.get(directory) {
            return names.contains(name);
        }
        let names: FxHashSet<String> = self.files.list(directory).into_iter().collect();
        let found = names.contains(name);
        self.directories.insert(directory.to_owned(), names);
        found
    }
}
