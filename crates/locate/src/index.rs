// SPDX-License-Identifier: Apache-2.0
//! Which units define the functions that somebody asks for.

use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashMap;

use crate::assembly;
use crate::condition::Condition;
use crate::corpus::{Corpus, FileId, Loader, Search};
use crate::definition::{Kind, Linkage};
use crate::name::Name;
use crate::section::Section;
use crate::unit::{Kernel, Task, tasks};
use crate::walk::{Found, Inclusion, Walked, Walker};

/// A unit of a [`Kernel`], by its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UnitId(pub(crate) u32);

/// A function that a unit defines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) unit: UnitId,
    pub(crate) file: FileId,
    pub(crate) line: u32,
    pub(crate) kind: Kind,
    pub(crate) linkage: Linkage,
    pub(crate) section: Section,
    pub(crate) inclusion: Option<u32>,
}

/// The definitions of wanted functions in all units of a kernel.
pub(crate) struct Index {
    pub(crate) corpus: Corpus,
    entries: FxHashMap<Name, Vec<Entry>>,
    /// By unit: the includes that led to definitions.
    pub(crate) inclusions: Vec<Vec<Inclusion>>,
}

impl Index {
    /// Reads the units of a kernel, for functions of these names.
    pub(crate) fn new(kernel: &Kernel<'_>, wanted: &[&str]) -> Self {
        let mut loader = Loader::new(kernel.files, Search::new(kernel.arch), kernel.threads);
        let tasks = tasks(kernel, &mut loader);
        let corpus = loader.finish(wanted);
        let walked = walk_all(kernel, &corpus, &tasks);
        let mut index = Self {
            corpus,
            entries: FxHashMap::default(),
            inclusions: Vec::with_capacity(walked.len()),
        };
        for (unit, walked) in walked.into_iter().enumerate() {
            index.add(unit, walked);
        }
        index
    }

    fn add(&mut self, unit: usize, walked: Walked) {
        let unit = UnitId(u32::try_from(unit).unwrap_or(u32::MAX));
        for found in walked.found {
            let Found {
                definition,
                file,
                inclusion,
            } = found;
            let entry = Entry {
                unit,
                file,
                line: definition.line,
                kind: definition.kind,
                linkage: definition.linkage,
                section: definition.section,
                inclusion,
            };
            self.entries.entry(definition.name).or_default().push(entry);
        }
        self.inclusions.push(walked.inclusions);
    }

    /// The definitions of a name, by unit.
    pub(crate) fn entries(&self, name: &str) -> &[Entry] {
        let name = self.corpus.names.find(name);
        name.and_then(|name| self.entries.get(&name))
            .map_or(&[], Vec::as_slice)
    }

    pub(crate) fn path(&self, file: FileId) -> &str {
        self.corpus
            .files
            .get(file.index())
            .map_or("", |file| &file.path)
    }

    /// Whether a file is in the tree, and not empty.
    pub(crate) fn has_text(&self, path: &str) -> bool {
        let file = self
            .corpus
            .paths
            .get(path)
            .and_then(|id| self.corpus.files.get(id.index()));
        file.is_some_and(|file| !file.scan.events.is_empty())
    }

    /// What has to hold for a line to be compiled, by the conditionals of its file.
    pub(crate) fn condition(&self, file: FileId, line: u32) -> Condition {
        let corpus = &self.corpus;
        let Some(file) = corpus.files.get(file.index()) else {
            return Condition::Constant(true);
        };
        let condition = Condition::of_line(&file.scan, &corpus.names, line);
        condition.unless_made(&|symbol| corpus.made.contains(symbol))
    }
}

/// What each unit defines, in order.
fn walk_all(kernel: &Kernel<'_>, corpus: &Corpus, tasks: &[Task]) -> Vec<Walked> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut walker = Walker::new(corpus);
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(task), Some(unit)) = (tasks.get(at), kernel.units.get(at)) else {
                return done;
            };
            let walked = if is_assembly(&unit.source) {
                assembly::read(kernel.files, corpus, task)
            } else {
                walker.walk(&task.files, task.search)
            };
            done.push((at, walked));
        }
    };
    let mut all: Vec<(usize, Walked)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..kernel.threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others = others.into_iter().filter_map(|thread| thread.join().ok());
        others.flatten().chain(own).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, walked)| walked).collect()
}

fn is_assembly(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, suffix)| suffix == "S")
}
