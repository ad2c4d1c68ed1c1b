// SPDX-License-Identifier: Apache-2.0
//! From a traced function to its unit, and the line that defines it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rustc_hash::FxHashMap;

use crate::catalogue::Catalogue;
use crate::condition::Condition;
use crate::definition::Kind;
use crate::index::{Entry, Index, UnitId};
use crate::place::{Placement, Places, defining};
use crate::suffix::function_of;
use crate::symbols::{Symbol, Symbols};
use crate::table::{UnitTable, in_tree};
use crate::unit::{Kernel, Unit};

/// A function that a tracer saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traced<'t> {
    /// With what the compiler added to it: `finish_task_switch.isra.0`.
    pub name: &'t str,
    /// None for the kernel image.
    pub module: Option<&'t str>,
    /// Bytes from `_text`, or from the base of its module.
    pub offset: Option<u64>,
}

/// What says that a function is of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The debug information of the image.
    Debug,
    /// No other unit defines it.
    OnlyDefinition,
    /// Of those that define it, the neighbours in memory are from this unit.
    Neighbours,
    /// No unit is known to define it; the neighbours in memory on both sides are from this one.
    Surroundings,
}

/// A conditional around a definition, or around an `#include` on the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site<'l> {
    /// Relative to the tree.
    pub file: &'l str,
    pub line: u32,
    /// What has to hold for the line to be compiled.
    pub condition: Condition,
}

/// Where a function comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location<'l> {
    /// What was compiled.
    pub unit: &'l Unit,
    pub evidence: Evidence,
    /// What [`Locator::sites`] looks at.
    entry: Option<Entry>,
}

/// Why a function is not located.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlocated<'l> {
    /// It is a weak function that another one replaced (`__ftrace_invalid_address___`, kernel/
    /// trace/ftrace.c); nothing of it runs.
    Replaced,
    /// No unit is part of a module of this name.
    UnknownModule,
    /// No unit that is compiled defines it, and its neighbours in memory are not known or are
    /// from different units.
    NoDefinition,
    /// Several units define it, and nothing tells which it is from. Or none does, but its
    /// module has units whose sources the build generates: these.
    Ambiguous(Vec<&'l Unit>),
}

impl fmt::Display for Unlocated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, text: &str, units: &[&Unit]| {
            f.write_str(text)?;
            for (at, unit) in units.iter().enumerate() {
                write!(f, "{} {}", if at == 0 { "" } else { "," }, unit.source)?;
            }
            Ok(())
        };
        match self {
            Self::Replaced => f.write_str("a weak function that another one replaced"),
            Self::UnknownModule => f.write_str("nothing that is compiled is part of this module"),
            Self::NoDefinition => f.write_str("nothing that is compiled defines it"),
            Self::Ambiguous(units) => list(f, "any of these may define it:", units),
        }
    }
}

/// What the tracer shows in the place of a replaced weak function.
const REPLACED: &str = "__ftrace_invalid_address__";

/// The kernel image, or a module.
#[derive(Default)]
struct Image<'k> {
    places: Places,
    /// Where the symbols of a name are.
    offsets: FxHashMap<&'k str, Vec<u64>>,
}

/// Locates functions of one kernel.
pub struct Locator<'k> {
    kernel: Kernel<'k>,
    index: Index<'k>,
    symbols: &'k Symbols,
    table: Option<&'k UnitTable>,
    /// By module; the image under no name.
    images: BTreeMap<Option<&'k str>, Image<'k>>,
    by_source: FxHashMap<&'k str, Vec<UnitId>>,
}

impl<'k> Locator<'k> {
    /// `catalogue` is that of the kernel, or of one with more units. `symbols` is the kernel's
    /// own list; without it, the traced functions with offsets stand for it
    /// ([`Symbols::of_traced`]). `table` comes from debug information.
    pub fn new(
        kernel: Kernel<'k>,
        catalogue: &'k Catalogue,
        symbols: &'k Symbols,
        table: Option<&'k UnitTable>,
    ) -> Self {
        let index = Index::new(catalogue, kernel.units);
        let mut by_source: FxHashMap<&str, Vec<UnitId>> = FxHashMap::default();
        for (id, unit) in (0..).map(UnitId).zip(kernel.units) {
            if !unit.is_separate() {
                by_source.entry(&unit.source).or_default().push(id);
            }
        }
        let mut locator = Self {
            kernel,
            index,
            symbols,
            table,
            images: BTreeMap::new(),
            by_source,
        };
        let modules = kernel.units.iter().flat_map(|unit| &unit.modules);
        let modules: BTreeSet<&str> = modules.map(String::as_str).collect();
        for image in modules.into_iter().map(Some).chain([None]) {
            locator.place(image);
        }
        locator
    }

    fn place(&mut self, module: Option<&'k str>) {
        let units = self.kernel.units;
        let is_part = |id: UnitId| {
            units
                .get(id.0 as usize)
                .is_some_and(|unit| unit.is_in(module))
        };
        let symbols = self.symbols.of(module);
        let mut offsets: FxHashMap<&str, Vec<u64>> = FxHashMap::default();
        for symbol in symbols {
            offsets.entry(&symbol.name).or_default().push(symbol.offset);
        }
        let places = Places::new(&self.index, symbols, &is_part, &[]);
        self.images.insert(module, Image { places, offsets });
    }

    pub fn locate(&self, traced: &Traced<'_>) -> Result<Location<'_>, Unlocated<'_>> {
        if traced.name.starts_with(REPLACED) {
            return Err(Unlocated::Replaced);
        }
        let module = traced.module;
        let Some(image) = self.images.get(&module) else {
            return Err(Unlocated::UnknownModule);
        };
        let offsets = image.offsets(traced);
        let debugged = offsets.iter().map(|offset| self.debugged(module, *offset));
        if let Some(unit) = unanimous(debugged) {
            return Ok(self.location(traced, &offsets, unit, Evidence::Debug));
        }
        let placed = offsets.iter().map(|offset| placed(&image.places, *offset));
        match weakest(placed) {
            Some((unit, evidence)) => Ok(self.location(traced, &offsets, unit, evidence)),
            None => self.by_name(traced, &image.ambiguous(&offsets)),
        }
    }

    /// The unit at an offset, by debug information.
    fn debugged(&self, module: Option<&str>, offset: u64) -> Option<UnitId> {
        if module.is_some() {
            return None;
        }
        let path = self.table?.at(offset)?;
        let path = in_tree(path, |path| self.by_source.contains_key(path))?;
        let units = self.by_source.get(path.as_str())?;
        units
            .iter()
            .copied()
            .find(|id| self.unit(*id).is_some_and(|unit| unit.is_in(None)))
    }

    /// Without a place in memory: the only unit that defines the name, if there is one.
    fn by_name(
        &self,
        traced: &Traced<'_>,
        ambiguous: &[UnitId],
    ) -> Result<Location<'_>, Unlocated<'_>> {
        let is_part = |id: UnitId| self.unit(id).is_some_and(|unit| unit.is_in(traced.module));
        let defining = || defining(&self.index, traced.name, None, &is_part).into_iter();
        let units = match ambiguous {
            [] => defining().map(|one| one.unit).collect(),
            units => units.to_vec(),
        };
        match units.as_slice() {
            [] => match self.generated(traced.module) {
                units if units.is_empty() => Err(Unlocated::NoDefinition),
                units => Err(Unlocated::Ambiguous(units)),
            },
            [unit] => Ok(self.location(traced, &[], *unit, Evidence::OnlyDefinition)),
            _ => Err(Unlocated::Ambiguous(
                units.iter().filter_map(|id| self.unit(*id)).collect(),
            )),
        }
    }

    /// The units of a module that have no source in the tree. Those of the image are tables.
    fn generated(&self, module: Option<&str>) -> Vec<&Unit> {
        if module.is_none() {
            return Vec::new();
        }
        let units = (0..).map(UnitId).zip(self.kernel.units);
        let generated = units.filter(|(id, unit)| unit.is_in(module) && !self.index.has_text(*id));
        generated.map(|(_, unit)| unit).collect()
    }

    fn unit(&self, id: UnitId) -> Option<&'k Unit> {
        self.kernel.units.get(id.0 as usize)
    }

    fn location(
        &self,
        traced: &Traced<'_>,
        offsets: &[u64],
        id: UnitId,
        evidence: Evidence,
    ) -> Location<'_> {
        const NO_UNIT: &Unit = &Unit {
            source: String::new(),
            object: String::new(),
            modules: Vec::new(),
        };
        let entry = self.entry(traced.name, id).or_else(|| {
            // Another name of the same place: the linker script and `alias` make them.
            let symbols = self.symbols.of(traced.module).iter();
            let mut others = symbols.filter(|symbol| offsets.contains(&symbol.offset));
            others.find_map(|symbol: &Symbol| self.entry(&symbol.name, id))
        });
        Location {
            unit: self.unit(id).unwrap_or(NO_UNIT),
            evidence,
            entry,
        }
    }

    /// The definition of a name in a unit; rather a function than another name of one.
    fn entry(&self, name: &str, unit: UnitId) -> Option<Entry> {
        let entries = self.index.entries(function_of(name)).into_iter();
        let own = entries.filter(|entry| entry.unit == unit);
        own.min_by_key(|entry| entry.kind != Kind::Function)
    }

    /// Where a function is defined: in the unit's source, or a file that it includes. Not
    /// known where only neighbours or debug information tell the unit. The first is the
    /// definition itself, then come the includes that lead to it, up to the unit's source.
    pub fn sites(&self, location: &Location<'_>) -> Vec<Site<'_>> {
        let Some(entry) = location.entry else {
            return Vec::new();
        };
        let mut sites = vec![self.site(entry.file, entry.line)];
        let mut next = entry.inclusion;
        while let Some(number) = next {
            let Some(inclusion) = self.index.inclusion(entry.unit, number) else {
                break;
            };
            sites.push(self.site(inclusion.file, inclusion.line));
            // One that leads to another comes after it.
            next = inclusion.parent.filter(|parent| *parent < number);
        }
        sites
    }

    fn site(&self, file: crate::corpus::FileId, line: u32) -> Site<'_> {
        Site {
            file: self.index.path(file),
            line,
            condition: self.index.condition(self.kernel.files, file, line),
        }
    }
}

impl Image<'_> {
    /// Where in memory the function may be: where it was traced, or wherever its name is.
    fn offsets(&self, traced: &Traced<'_>) -> Vec<u64> {
        let known = self.offsets.get(traced.name).map_or(&[][..], Vec::as_slice);
        match traced.offset {
            Some(offset) if known.is_empty() || known.contains(&offset) => vec![offset],
            _ => known.to_vec(),
        }
    }

    /// The units that the function at one of some offsets may be from, where they are known.
    fn ambiguous(&self, offsets: &[u64]) -> Vec<UnitId> {
        let ambiguous = offsets
            .iter()
            .filter_map(|offset| match self.places.at(*offset) {
                Placement::Ambiguous(units) => Some(units.as_slice()),
                Placement::Only(unit) | Placement::Neighbours(unit) | Placement::Within(unit) => {
                    Some(std::slice::from_ref(unit))
                }
                Placement::Unknown => None,
            });
        let mut units: Vec<UnitId> = ambiguous.flatten().copied().collect();
        units.sort_unstable();
        units.dedup();
        units
    }
}

fn placed(places: &Places, offset: u64) -> Option<(UnitId, Evidence)> {
    match places.at(offset) {
        Placement::Only(unit) => Some((*unit, Evidence::OnlyDefinition)),
        Placement::Neighbours(unit) => Some((*unit, Evidence::Neighbours)),
        Placement::Within(unit) => Some((*unit, Evidence::Surroundings)),
        Placement::Ambiguous(_) | Placement::Unknown => None,
    }
}

/// The unit that all say, if they do, and the weakest evidence for it.
fn weakest(
    mut all: impl Iterator<Item = Option<(UnitId, Evidence)>>,
) -> Option<(UnitId, Evidence)> {
    let first = all.next()??;
    all.try_fold(first, |(unit, weakest), next| {
        let (next, evidence) = next?;
        (next == unit).then_some((unit, weakest.max(evidence)))
    })
}

/// What all say, if they do.
fn unanimous<T: PartialEq + Copy>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|one| one == Some(first)).then_some(first)
}
