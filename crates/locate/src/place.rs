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

use crate::index::{Index, UnitId};
use crate::suffix::function_of;
use crate::symbols::Symbol;
use chain::Chain;
use order::Order;

/// What the units and the neighbours say of a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
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

/// The symbols at one place, and who may define them.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) offset: u64,
    /// Sorted; none when no unit is known to define any of the names.
    pub(crate) candidates: Vec<UnitId>,
}

/// The placements of all symbols of an image or module.
#[derive(Clone, Debug, Default)]
pub struct Places {
    by_offset: FxHashMap<u64, Placement>,
}

impl Places {
    /// Places symbols sorted by address. `units` tells which units can be part of the image,
    /// `link_order` what is known of their order.
    pub fn new(
        index: &Index,
        symbols: &[Symbol],
        is_part: &dyn Fn(UnitId) -> bool,
        link_order: &[UnitId],
    ) -> Self {
        let spots = spots(index, symbols, is_part);
        let order = if link_order.is_empty() {
            Order::learned(&spots)
        } else {
            Order::given(link_order)
        };
        let placements = Chain::new(&spots, &order).placements();
        let offsets = spots.iter().map(|spot| spot.offset);
        Self {
            by_offset: offsets.zip(placements).collect(),
        }
    }

    pub fn at(&self, offset: u64) -> &Placement {
        self.by_offset.get(&offset).unwrap_or(&Placement::Unknown)
    }
}

fn spots(index: &Index, symbols: &[Symbol], is_part: &dyn Fn(UnitId) -> bool) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    for group in symbols.chunk_by(|left, right| left.offset == right.offset) {
        let Some(first) = group.first() else {
            continue;
        };
        let sets = group.iter().map(|symbol| defining(index, &symbol.name, is_part));
        let sets: Vec<Vec<UnitId>> = sets.filter(|set| !set.is_empty()).collect();
        spots.push(Spot {
            offset: first.offset,
            candidates: common(&sets),
        });
    }
    spots
}

/// The units that define a symbol, sorted.
fn defining(index: &Index, symbol: &str, is_part: &dyn Fn(UnitId) -> bool) -> Vec<UnitId> {
    let entries = index.entries(function_of(symbol)).iter();
    let mut units: Vec<UnitId> = entries.map(|entry| entry.unit).filter(|unit| is_part(*unit)).collect();
    units.sort_unstable();
    units.dedup();
    units
}

/// The units that define all names of an address; all units where none does.
fn common(sets: &[Vec<UnitId>]) -> Vec<UnitId> {
    let Some((first, others)) = sets.split_first() else {
        return Vec::new();
    };
    let in_all = |unit: &&UnitId| others.iter().all(|set| set.binary_search(unit).is_ok());
    let common: Vec<UnitId> = first.iter().filter(in_all).copied().collect();
    if !common.is_empty() {
        return common;
    }
    let mut all: Vec<UnitId> = sets.iter().flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
