// SPDX-License-Identifier: Apache-2.0
//! The order in which units are linked: given, or learned from the symbols that only one
//! unit defines.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Spot;
use crate::index::UnitId;

/// The rank of units in link order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    ranks: FxHashMap<UnitId, u32>,
}

/// Consecutive spots that only one unit defines.
struct Run {
    unit: UnitId,
    length: usize,
}

impl Order {
    pub(crate) fn given(units: &[UnitId]) -> Self {
        Self {
            ranks: units.iter().copied().zip(0..).collect(),
        }
    }

    /// A unit's rank is where most of it is, among the units that come first in memory;
    /// a unit that is only found later (initialisation, unlikely code) follows the one
    /// before it there.
    pub(crate) fn learned(spots: &[Spot]) -> Self {
        let runs = runs(spots);
        let end = first_descent(&runs);
        let mut best: FxHashMap<UnitId, (usize, u32)> = FxHashMap::default();
        for (run, at) in runs.iter().take(end).zip(0_u32..) {
            let known = best.entry(run.unit).or_insert((0, at));
            if run.length > known.0 {
                *known = (run.length, at);
            }
        }
        let mut keys: FxHashMap<UnitId, (u32, u32)> =
            best.into_iter().map(|(unit, (_, at))| (unit, (at, 0))).collect();
        let mut before = (0, 0);
        for (run, at) in runs.iter().skip(end).zip(1_u32..) {
            before = *keys.entry(run.unit).or_insert((before.0, before.1 + at));
        }
        let mut units: Vec<((u32, u32), UnitId)> = keys.into_iter().map(|(unit, key)| (key, unit)).collect();
        units.sort_unstable();
        Self {
            ranks: units.into_iter().map(|(_, unit)| unit).zip(0..).collect(),
        }
    }

    pub(crate) fn rank(&self, unit: UnitId) -> Option<u32> {
        self.ranks.get(&unit).copied()
    }
}

fn runs(spots: &[Spot]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for spot in spots {
        let &[unit] = spot.candidates.as_slice() else {
            continue;
        };
        match runs.last_mut() {
            Some(last) if last.unit == unit => last.length += 1,
            _ => runs.push(Run { unit, length: 1 }),
        }
    }
    runs
}

/// A region is recognised by so many runs.
const WINDOW: usize = 16;

/// Where units begin to come back: the index of the first run of the second kind of section.
fn first_descent(runs: &[Run]) -> usize {
    let mut seen: FxHashSet<UnitId> = FxHashSet::default();
    for (at, run) in runs.iter().enumerate() {
        if seen.contains(&run.unit) {
            let window = runs.iter().skip(at).take(WINDOW);
            let back = window.clone().filter(|run| seen.contains(&run.unit)).count();
            if 2 * back >= window.count() {
                return at;
            }
        }
        seen.insert(run.unit);
    }
    runs.len()
}
