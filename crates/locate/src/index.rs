// SPDX-License-Identifier: Apache-2.0
//! Which units of one kernel define a function: a catalogue, by name.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::catalogue::{Catalogue, Contents};
use crate::condition::Condition;
use crate::corpus::FileId;
use crate::definition::{Definition, Kind, Linkage};
use crate::files::Files;
use crate::name::Names;
use crate::scan::Scan;
use crate::section::Section;
use crate::unit::Unit;
use crate::walk::Inclusion;

/// A unit of a [`crate::Kernel`], by its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UnitId(pub(crate) u32);

/// A function that a unit defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) unit: UnitId,
    pub(crate) file: FileId,
    pub(crate) line: u32,
    pub(crate) kind: Kind,
    pub(crate) linkage: Linkage,
    pub(crate) section: Section,
    pub(crate) inclusion: Option<u32>,
}

/// Where a name is defined: in which block, and where there.
type Place = (u32, u32);

/// A block as a unit meets it.
#[derive(Clone, Copy, Debug, Default)]
struct Use {
    unit: u32,
    run: u32,
    inclusion: Option<u32>,
}

/// The definitions in all units of a kernel.
pub(crate) struct Index<'c> {
    catalogue: &'c Catalogue,
    by_name: FxHashMap<&'c str, u32>,
    /// By name.
    places: Grouped<Place>,
    /// By block.
    uses: Grouped<Use>,
    /// By unit.
    contents: Vec<Option<&'c Contents>>,
    /// Files that somebody asked for the conditions in.
    scanned: Mutex<FxHashMap<FileId, (Scan, Names)>>,
}

impl<'c> Index<'c> {
    pub(crate) fn new(catalogue: &'c Catalogue, units: &[Unit]) -> Self {
        let contents = catalogue.contents(units);
        let names = catalogue.names.iter().map(|name| &**name);
        Self {
            by_name: names.zip(0..).collect(),
            places: Grouped::new(catalogue.names.len(), || places(catalogue)),
            uses: Grouped::new(catalogue.blocks.len(), || uses(&contents)),
            catalogue,
            contents,
            scanned: Mutex::default(),
        }
    }

    /// The definitions of a name, by unit, in the order in which the unit has them.
    pub(crate) fn entries(&self, name: &str) -> Vec<Entry> {
        let Some(name) = self.by_name.get(name) else {
            return Vec::new();
        };
        let places = self.places.of(*name);
        let mut found = Vec::new();
        for (block, at) in places {
            let Some((file, definition)) = self.definition(*block, *at) else {
                continue;
            };
            for one in self.uses.of(*block) {
                let entry = Entry {
                    unit: UnitId(one.unit),
                    file,
                    line: definition.line,
                    kind: definition.kind,
                    linkage: definition.linkage,
                    section: definition.section,
                    inclusion: one.inclusion,
                };
                found.push(((one.unit, one.run, *at), entry));
            }
        }
        if places.len() > 1 {
            found.sort_unstable_by_key(|(order, _)| *order);
        }
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    fn definition(&self, block: u32, at: u32) -> Option<(FileId, Definition)> {
        let block = self.catalogue.blocks.get(block as usize)?;
        let definition = *block.definitions.get(at as usize)?;
        Some((block.file, definition))
    }

    pub(crate) fn path(&self, file: FileId) -> &'c str {
        self.catalogue.path(file)
    }

    /// An include that led a unit to a definition.
    pub(crate) fn inclusion(&self, unit: UnitId, number: u32) -> Option<Inclusion> {
        let contents = self.contents.get(unit.0 as usize).copied()??;
        contents.inclusions.get(number as usize).copied()
    }

    /// Whether the source of a unit is in the tree, and not empty.
    pub(crate) fn has_text(&self, unit: UnitId) -> bool {
        let contents = self.contents.get(unit.0 as usize).copied().flatten();
        contents.is_some_and(|contents| contents.has_text)
    }

    /// What has to hold for a line to be compiled, by the conditionals of its file.
    pub(crate) fn condition(&self, files: &dyn Files, file: FileId, line: u32) -> Condition {
        let mut scanned = self.scanned.lock().unwrap_or_else(PoisonError::into_inner);
        let (scan, names) = scanned.entry(file).or_insert_with(|| {
            let bytes = files.read(self.path(file)).unwrap_or_default();
            let names = Mutex::default();
            let scan = Scan::new(&String::from_utf8_lossy(&bytes), &names);
            (scan, names.into_inner().unwrap_or_default())
        });
        let made = &self.catalogue.made;
        Condition::of_line(scan, names, line).unless_made(&|symbol| made.contains(symbol))
    }
}

/// By name: where it is defined.
fn places(catalogue: &Catalogue) -> impl Iterator<Item = (u32, Place)> {
    (0..).zip(&catalogue.blocks).flat_map(|(block, content)| {
        let definitions = (0..).zip(&content.definitions);
        definitions.map(move |(at, definition)| (definition.name.0, (block, at)))
    })
}

/// By block: who meets it.
fn uses(contents: &[Option<&Contents>]) -> impl Iterator<Item = (u32, Use)> {
    (0..).zip(contents).flat_map(|(unit, contents)| {
        let runs = contents.map_or(&[][..], |contents| &contents.runs);
        (0..).zip(runs).map(move |(run, one)| {
            let inclusion = one.inclusion;
            let one_use = Use {
                unit,
                run,
                inclusion,
            };
            (one.block, one_use)
        })
    })
}

/// Items by a number, in one list.
struct Grouped<T> {
    /// Where the items of each number begin, and behind the last.
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Sorts what `items` gives, twice the same, by numbers below `count`; others are left out.
    fn new<I: Iterator<Item = (u32, T)>>(count: usize, items: impl Fn() -> I) -> Self {
        let mut starts = vec![0_u32; count + 1];
        for (number, _) in items() {
            if let Some(next) = starts.get_mut(number as usize + 1) {
                *next += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let total = starts.last().map_or(0, |last| *last as usize);
        let mut grouped = vec![T::default(); total];
        for (number, item) in items().filter(|(number, _)| (*number as usize) < count) {
            let place = &mut next[number as usize];
            grouped[*place as usize] = item;
            *place += 1;
        }
        Self {
            starts,
            items: grouped,
        }
    }

    fn of(&self, number: u32) -> &[T] {
        let start = self.starts.get(number as usize).copied();
        let end = self.starts.get(number as usize + 1).copied();
        let range = start.zip(end).map(|(from, to)| from as usize..to as usize);
        range
            .and_then(|range| self.items.get(range))
            .unwrap_or_default()
    }
}
