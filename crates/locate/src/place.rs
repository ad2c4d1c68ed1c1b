// SPDX-License-Identifier: Apache-2.0
//! Which unit each symbol of a kernel image or a module comes from.
//!
//! The linker puts the sections of one object next to each other, and objects in one order,
//! the same in every kind of section (`.text`, `.text.unlikely`, `.init.text`, ...). So the
//! symbols, sorted by address, are few ascending runs of units, and a name that several units
//! define belongs to the one that its neighbours come from.

mod chain;
mod order;

use rustc_hash::FxHashMap;

use crate::definition::Linkage;
use crate::index::{Entry, Index, UnitId};
use crate::section::Section;
use crate::suffix::function_of;
use crate::symbols::Symbol;
use chain::Stretch;
use order::Order;

/// What the units and the neighbours say of a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// Only this unit defines it.
    Only(UnitId),
    /// Several units define it; this one is where its neighbours are from.
    Neighbours(UnitId),
    /// No unit is known to define it, but all around it is from this one.
    Within(UnitId),
    /// Any of these would fit.
    Ambiguous(Vec<UnitId>),
    /// Nothing known defines it.
    Unknown,
}

/// A unit that may define a symbol, and the section that it would put it into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Candidate {
    pub(crate) unit: UnitId,
    pub(crate) section: Section,
}

/// The symbols at one place, and who may define them.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) offset: u64,
    /// Equal names have equal numbers.
    pub(crate) names: Vec<u32>,
    /// Sorted, a unit at most once; none when no unit is known to define any of the names.
    pub(crate) candidates: Vec<Candidate>,
}

impl Spot {
    /// The one that defines it, if it is the only one.
    pub(crate) fn only(&self) -> Option<Candidate> {
        match self.candidates.as_slice() {
            [candidate] => Some(*candidate),
            _ => None,
        }
    }
}

/// The placements of all symbols of an image or module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    by_offset: FxHashMap<u64, Placement>,
}

/// What one decision tells of others is followed so many times.
const MAXIMUM_ROUNDS: usize = 8;

impl Places {
    /// Places symbols sorted by offset. `is_part` tells which units can be part of the image,
    /// `link_order` what is known of their order.
    pub(crate) fn new(
        index: &Index<'_>,
        symbols: &[Symbol],
        is_part: &dyn Fn(UnitId) -> bool,
        link_order: &[UnitId],
    ) -> Self {
        let mut spots = spots(index, symbols, is_part);
        let several: Vec<bool> = spots.iter().map(|spot| spot.candidates.len() > 1).collect();
        for _ in 0..MAXIMUM_ROUNDS {
            let is_fresh = eliminate(&mut spots) | narrow(&mut spots, link_order);
            if !is_fresh {
                break;
            }
        }
        let placed = surrounded(&spots);
        let placements = spots
            .iter()
            .zip(several)
            .zip(placed)
            .map(|((spot, several), around)| {
                let placement = match (spot.candidates.as_slice(), around) {
                    ([one], _) if several => Placement::Neighbours(one.unit),
                    ([one], _) => Placement::Only(one.unit),
                    ([], Some(unit)) => Placement::Within(unit),
                    ([], None) => Placement::Unknown,
                    (several, _) => {
                        Placement::Ambiguous(several.iter().map(|one| one.unit).collect())
                    }
                };
                (spot.offset, placement)
            });
        Self {
            by_offset: placements.collect(),
        }
    }

    pub(crate) fn at(&self, offset: u64) -> &Placement {
        self.by_offset.get(&offset).unwrap_or(&Placement::Unknown)
    }
}

/// A unit has one symbol of a name: where one is known to be from a unit, the others are from
/// others. Whether that told anything.
fn eliminate(spots: &mut [Spot]) -> bool {
    for round in 0..MAXIMUM_ROUNDS {
        let mut taken: FxHashMap<(u32, UnitId), u64> = FxHashMap::default();
        for spot in spots.iter() {
            if let Some(one) = spot.only() {
                taken.extend(
                    spot.names
                        .iter()
                        .map(|name| ((*name, one.unit), spot.offset)),
                );
            }
        }
        let mut is_done = true;
        for spot in spots.iter_mut().filter(|spot| spot.candidates.len() > 1) {
            let (names, offset) = (&spot.names, spot.offset);
            let is_free = |one: &Candidate| {
                let mut owners = names
                    .iter()
                    .filter_map(|name| taken.get(&(*name, one.unit)));
                owners.all(|owner| *owner == offset)
            };
            let free = spot.candidates.iter().filter(|one| is_free(one)).count();
            if 0 < free && free < spot.candidates.len() {
                spot.candidates.retain(is_free);
                is_done = false;
            }
        }
        if is_done {
            return round > 0;
        }
    }
    true
}

/// Solves what lies between symbols of which the units are known. Whether that told anything.
fn narrow(spots: &mut [Spot], link_order: &[UnitId]) -> bool {
    let order = if link_order.is_empty() {
        Order::learned(spots)
    } else {
        Order::given(link_order)
    };
    // Those of which nothing is known say nothing of others either.
    let known: Vec<usize> = (0..spots.len())
        .filter(|at| !spots[*at].candidates.is_empty())
        .collect();
    let stretched: Vec<Spot> = known.iter().map(|at| spots[*at].clone()).collect();
    let mut is_fresh = false;
    let mut left = None;
    let mut at = 0;
    for group in stretched
        .chunk_by(|left, right| (left.candidates.len() > 1) == (right.candidates.len() > 1))
    {
        let start = at;
        at += group.len();
        if let Some(one) = group.last().and_then(Spot::only) {
            left = Some(one);
            continue;
        }
        let right = stretched.get(at).and_then(Spot::only);
        let stretch = Stretch {
            spots: group,
            left,
            right,
            order: &order,
        };
        for (candidates, at) in stretch.solve().into_iter().zip(&known[start..]) {
            is_fresh |= candidates.len() < spots[*at].candidates.len();
            spots[*at].candidates = candidates;
        }
    }
    is_fresh
}

/// For each symbol, the unit that the known ones before and behind it are from.
fn surrounded(spots: &[Spot]) -> Vec<Option<UnitId>> {
    let unit = |spot: &Spot| match spot.candidates.as_slice() {
        [one] => Some(Some(one.unit)),
        [] => None,
        _ => Some(None),
    };
    let fill = |last: &mut Option<UnitId>, spot: &Spot| {
        *last = unit(spot).unwrap_or(*last);
        Some(*last)
    };
    let before: Vec<Option<UnitId>> = spots.iter().scan(None, fill).collect();
    let mut behind: Vec<Option<UnitId>> = spots.iter().rev().scan(None, fill).collect();
    behind.reverse();
    let both = before.into_iter().zip(behind);
    both.map(|(before, behind)| before.filter(|unit| behind == Some(*unit)))
        .collect()
}

fn spots(index: &Index<'_>, symbols: &[Symbol], is_part: &dyn Fn(UnitId) -> bool) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    for group in symbols.chunk_by(|left, right| left.offset == right.offset) {
        let Some(first) = group.first() else {
            continue;
        };
        let sets = group.iter().map(|symbol| {
            let mut set = defining(index, &symbol.name, symbol.is_global, is_part);
            for one in &mut set {
                one.section = one.section.of_symbol(&symbol.name);
            }
            set
        });
        let sets: Vec<Vec<Candidate>> = sets.filter(|set| !set.is_empty()).collect();
        let names = group.iter().map(|symbol| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(&symbol.name).or_insert(next)
        });
        spots.push(Spot {
            offset: first.offset,
            names: names.collect(),
            candidates: common(&sets),
        });
    }
    spots
}

/// The units that define a symbol, sorted.
pub(crate) fn defining(
    index: &Index<'_>,
    symbol: &str,
    is_global: Option<bool>,
    is_part: &dyn Fn(UnitId) -> bool,
) -> Vec<Candidate> {
    // What the compiler copied out of a global function is local, and stays when a weak
    // function itself goes.
    let is_copy = symbol.contains('.');
    let mut entries = index.entries(function_of(symbol));
    entries.retain(|entry| is_part(entry.unit));
    if let Some(is_global) = is_global {
        prefer(&mut entries, |entry| match entry.linkage {
            Linkage::Local => !is_global,
            Linkage::Global | Linkage::Weak => is_global || is_copy,
            Linkage::Unknown => true,
        });
    }
    if !is_copy && entries.iter().any(|entry| entry.linkage == Linkage::Global) {
        prefer(&mut entries, |entry| entry.linkage != Linkage::Weak);
    }
    let candidates = entries.iter().map(|entry| Candidate {
        unit: entry.unit,
        section: entry.section,
    });
    sorted(candidates.collect())
}

fn sorted(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_unstable();
    candidates.dedup_by_key(|one| one.unit);
    candidates
}

/// Keeps what fits, unless nothing does.
fn prefer(entries: &mut Vec<Entry>, fits: impl Fn(&Entry) -> bool) {
    if entries.iter().any(&fits) {
        entries.retain(&fits);
    }
}

/// The units that define all names of an address; all units where none does.
fn common(sets: &[Vec<Candidate>]) -> Vec<Candidate> {
    let Some((first, others)) = sets.split_first() else {
        return Vec::new();
    };
    // Another name may know the section better.
    let in_all = |one: &Candidate| {
        let same = others
            .iter()
            .map(|set| set.iter().find(|other| other.unit == one.unit));
        let sections = same.map(|other| other.map(|other| other.section));
        let sections = sections.collect::<Option<Vec<Section>>>()?;
        let known = [one.section].into_iter().chain(sections);
        let section = known.min().unwrap_or(Section::Unknown);
        Some(Candidate { section, ..*one })
    };
    let common: Vec<Candidate> = first.iter().filter_map(in_all).collect();
    if common.is_empty() {
        sorted(sets.iter().flatten().copied().collect())
    } else {
        common
    }
}
