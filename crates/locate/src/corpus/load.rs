// SPDX-License-Identifier: Apache-2.0
//! Finds and scans all files that the units may include, under whatever condition.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::search::{Listing, join};
use super::{Corpus, File, FileId, Keywords, Program, Search, Target, Words};
use crate::files::Files;
use crate::name::{Names, Texts};
use crate::scan::{Include, Macro, Scan};
use crate::token::Token;

/// What stands for `include/generated/autoconf.h`.
pub(crate) const CONFIGURATION: &str = "<configuration>";

/// Reads a corpus together.
pub(crate) struct Loader<'f> {
    files: &'f dyn Files,
    listing: Listing<'f>,
    pub(crate) search: Search,
    names: Mutex<Names>,
    paths: FxHashMap<Box<str>, FileId>,
    scanned: Vec<File>,
    /// Paths that have a number, and are still to be scanned.
    pending: Vec<Box<str>>,
    /// Names of includes that the common directories don't have.
    elsewhere: FxHashSet<Box<str>>,
    threads: usize,
}

impl<'f> Loader<'f> {
    pub(crate) fn new(files: &'f dyn Files, search: Search, threads: usize) -> Self {
        Self {
            files,
            listing: Listing::new(files),
            search,
            names: Mutex::default(),
            paths: FxHashMap::default(),
            scanned: Vec::new(),
            pending: Vec::new(),
            elsewhere: FxHashSet::default(),
            threads: threads.max(1),
        }
    }

    /// The number of a file of the tree; it is scanned later, if it is there.
    pub(crate) fn file(&mut self, path: &str) -> FileId {
        if let Some(&known) = self.paths.get(path) {
            return known;
        }
        let next = self.scanned.len() + self.pending.len();
        let id = FileId(u32::try_from(next).unwrap_or(u32::MAX));
        self.paths.insert(path.into(), id);
        self.pending.push(path.into());
        id
    }

    /// A file that is not in the tree. All files asked for before must be scanned.
    pub(crate) fn made_up(&mut self, path: &str, text: &str) -> FileId {
        self.scan_pending();
        let id = FileId(u32::try_from(self.scanned.len()).unwrap_or(u32::MAX));
        let scan = Scan::new(text, &self.names);
        self.paths.insert(path.into(), id);
        self.scanned.push(File {
            path: path.into(),
            scan,
            targets: Vec::new(),
            program: Program::default(),
        });
        id
    }

    /// Scans all files that those asked for include.
    pub(crate) fn finish(mut self) -> Corpus {
        let mut searched: FxHashSet<Box<str>> = FxHashSet::default();
        loop {
            self.scan_pending();
            let fresh: Vec<Box<str>> = self.elsewhere.difference(&searched).cloned().collect();
            if fresh.is_empty() {
                break;
            }
            self.search_further(&fresh);
            searched.extend(fresh);
        }
        let mut names = self
            .names
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let keywords = Keywords::new(&mut names);
        let made = self
            .scanned
            .iter()
            .filter(|file| &*file.path != CONFIGURATION);
        let made = made
            .flat_map(|file| made_symbols(&file.scan, &names))
            .collect();
        let mut corpus = Corpus {
            made,
            words: Words::new(&names),
            names,
            files: self.scanned,
            paths: self.paths,
            keywords,
            search: self.search,
        };
        super::program::write(&mut corpus);
        corpus
    }

    /// Looks for names in all directories that some unit adds.
    fn search_further(&mut self, names: &[Box<str>]) {
        let directories: Vec<String> = self
            .search
            .all_further()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let mut names = names.to_vec();
        names.sort_unstable();
        for name in &names {
            for directory in &directories {
                let path = join(directory, name);
                if let Some(path) = path.filter(|path| self.listing.has(path)) {
                    self.file(&path);
                }
            }
        }
    }

    fn scan_pending(&mut self) {
        while !self.pending.is_empty() {
            let paths = std::mem::take(&mut self.pending);
            for (path, scan) in paths.iter().zip(self.scan_all(&paths)) {
                // Its number is its place.
                self.scanned.push(File {
                    path: path.clone(),
                    scan,
                    targets: Vec::new(),
                    program: Program::default(),
                });
            }
            for at in self.scanned.len() - paths.len()..self.scanned.len() {
                self.resolve(at);
            }
        }
    }

    /// The scans of files, in order; empty where there is no file.
    fn scan_all(&self, paths: &[Box<str>]) -> Vec<Scan> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut scans = Vec::new();
            while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                let bytes = self.files.read(path).unwrap_or_default();
                scans.push((
                    path,
                    Scan::new(&String::from_utf8_lossy(&bytes), &self.names),
                ));
            }
            scans
        };
        let mut scans: FxHashMap<&Box<str>, Scan> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..self.threads).map(|_| scope.spawn(work)).collect();
            let own = work();
            let others = others.into_iter().filter_map(|thread| thread.join().ok());
            others.flatten().chain(own).collect()
        });
        paths
            .iter()
            .map(|path| scans.remove(path).unwrap_or_default())
            .collect()
    }

    /// Finds out where the includes of a scanned file lead, and those that its macros name.
    fn resolve(&mut self, at: usize) {
        let Some(file) = self.scanned.get(at) else {
            return;
        };
        let from = file.path.clone();
        let includes = file.scan.includes.clone();
        let named = self.named_by_macros(&file.scan);
        let targets = includes
            .iter()
            .map(|include| self.target(&from, include))
            .collect();
        for include in named {
            self.target(&from, &include);
        }
        if let Some(file) = self.scanned.get_mut(at) {
            file.targets = targets;
        }
    }

    /// What `#include MACRO` may mean: the macros that stand for `<NAME>` or `"NAME"`.
    fn named_by_macros(&self, scan: &Scan) -> Vec<Include> {
        let mut includes = Vec::new();
        for definition in scan
            .macros
            .iter()
            .filter(|definition| definition.parameters.is_none())
        {
            let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            match scan.body(&definition.body) {
                [Token::Text(name)] if is_source(names.text(*name)) => {
                    includes.push(Include::Quoted(names.text(*name).into()));
                }
                [open, inner @ .., close] if open.is(b'<') && close.is(b'>') => {
                    let mut text = String::new();
                    for token in inner {
                        token.spell(&*names, &mut text);
                    }
                    includes.push(Include::Angled(text.into()));
                }
                _ => {}
            }
        }
        includes
    }

    fn target(&mut self, from: &str, include: &Include) -> Target {
        let name = match include {
            Include::Computed(_) => return Target::Computed,
            Include::Quoted(name) | Include::Angled(name) => name,
        };
        let paths = self.search.common(from, include);
        if let Some(path) = paths.iter().find(|path| self.listing.has(path)) {
            return Target::File(self.file(path));
        }
        self.elsewhere.insert(name.clone());
        Target::Elsewhere(name.clone())
    }
}

/// Whether a text looks like the name of a file that is included.
fn is_source(name: &str) -> bool {
    matches!(name.rsplit_once('.'), Some((_, "h" | "c" | "S")))
}

/// The symbols that a file defines macros for, as if it were the configuration.
fn made_symbols(scan: &Scan, names: &Names) -> Vec<Box<str>> {
    let symbol = |definition: &Macro| {
        let name = names.text(definition.name).strip_prefix("CONFIG_")?;
        Some(name.strip_suffix("_MODULE").unwrap_or(name).into())
    };
    scan.macros.iter().filter_map(symbol).collect()
}
