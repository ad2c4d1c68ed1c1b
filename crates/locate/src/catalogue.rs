// SPDX-License-Identifier: Apache-2.0
//! Which functions the units of a kernel define, under one configuration: all that reading
//! the sources comes to. It grows by the units that are asked for, and can be kept: units
//! that include the same headers share what these define.

mod gather;
mod merge;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::corpus::{FileId, Loader, Search};
use crate::definition::Definition;
use crate::unit::{Kernel, Unit, tasks};
use crate::walk::Inclusion;

/// More units than this are read one part after the other: it bounds the memory.
const MOST_AT_ONCE: usize = 4096;

/// What some units of a kernel define. Every number is an index of one of its lists; one
/// that is damaged leads to nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    pub(crate) names: Vec<Box<str>>,
    pub(crate) files: Vec<Box<str>>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) units: Vec<Contents>,
    /// Symbols whose macros are not those of the configuration alone.
    pub(crate) made: BTreeSet<Box<str>>,
}

/// Consecutive definitions of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Block {
    pub(crate) file: FileId,
    pub(crate) definitions: Vec<Definition>,
}

/// What one unit defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    source: Box<str>,
    object: Box<str>,
    in_module: bool,
    /// Whether the source is in the tree, and not empty.
    pub(crate) has_text: bool,
    pub(crate) runs: Vec<Run>,
    /// The includes that led to definitions.
    pub(crate) inclusions: Vec<Inclusion>,
}

/// A block as one unit meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) block: u32,
    /// By way of which `#include`; none for the unit's own source.
    pub(crate) inclusion: Option<u32>,
}

/// What the compilation of a unit depends on beside the configuration.
type Key<'u> = (&'u str, &'u str, bool);

fn key(unit: &Unit) -> Key<'_> {
    (&unit.source, &unit.object, !unit.modules.is_empty())
}

impl Catalogue {
    /// Reads all units of a kernel.
    pub fn of(kernel: &Kernel<'_>) -> Self {
        let mut catalogue = Self::default();
        catalogue.add(kernel);
        catalogue
    }

    /// Reads the units of a kernel that are not there yet; how many there were. Tree, compiler
    /// and configuration have to be those of the units that are there.
    pub fn add(&mut self, kernel: &Kernel<'_>) -> usize {
        let known = self.by_key();
        let units = kernel.units.iter();
        let missing: Vec<Unit> = units
            .filter(|unit| !known.contains_key(&key(unit)))
            .cloned()
            .collect();
        for units in missing.chunks(MOST_AT_ONCE) {
            let kernel = Kernel { units, ..*kernel };
            let search = Search::new(kernel.arch);
            let mut loader = Loader::new(kernel.files, search, kernel.threads);
            let tasks = tasks(&kernel, &mut loader);
            let corpus = loader.finish();
            let gathered = gather::all(&kernel, &corpus, &tasks);
            merge::merge(self, (&kernel, &corpus), gathered);
        }
        missing.len()
    }

    /// How many units, files that define something, and names of functions there are.
    pub fn size(&self) -> [usize; 3] {
        [self.units.len(), self.files.len(), self.names.len()]
    }

    /// The number of each unit.
    pub(crate) fn by_key(&self) -> FxHashMap<Key<'_>, usize> {
        let keys = self
            .units
            .iter()
            .map(|unit| (&*unit.source, &*unit.object, unit.in_module));
        keys.zip(0..).collect()
    }

    /// The contents of some units, where they are known.
    pub(crate) fn contents(&self, units: &[Unit]) -> Vec<Option<&Contents>> {
        let known = self.by_key();
        let numbers = units.iter().map(|unit| known.get(&key(unit)));
        numbers
            .map(|number| number.and_then(|number| self.units.get(*number)))
            .collect()
    }

    pub(crate) fn path(&self, file: FileId) -> &str {
        self.files.get(file.index()).map_or("", |path| path)
    }
}
