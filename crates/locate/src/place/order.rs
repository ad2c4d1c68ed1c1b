// SPDX-License-Identifier: Apache-2.0
//! The order in which units are linked: given, or learned from the symbols that only one
//! unit defines.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Spot;
use crate::index::UnitId;

/// Where units are in link order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    ranks: FxHashMap<UnitId, Rank>,
}

/// Where a unit is in link order: at an even place, or somewhere between two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rank {
    low: u32,
    high: u32,
    /// Tells units between the same two places apart.
    within: u32,
}

impl Rank {
    fn exact(at: u32) -> Self {
        let place = at.saturating_mul(2);
        Self {
            low: place,
            high: place,
            within: 0,
        }
    }

    /// Between two places, of which the ends of a region know only one or none.
    fn between(left: Option<Self>, right: Option<Self>, within: u32) -> Self {
        let low = left.map_or(0, |rank| rank.low);
        let high = right.map_or(u32::MAX, |rank| rank.high);
        let (low, high) = if low < high {
            (low, high)
        } else {
            (0, u32::MAX)
        };
        Self {
            low: low.saturating_add(1),
            high: high.saturating_sub(1),
            within,
        }
    }
}

/// Consecutive spots that only one unit defines.
struct Run {
    unit: UnitId,
    length: usize,
}

impl Order {
    pub(crate) fn given(units: &[UnitId]) -> Self {
        Self {
            ranks: units.iter().copied().zip((0..).map(Rank::exact)).collect(),
        }
    }

    /// A unit's rank is where most of it is, among the units that come first in memory;
    /// one that is only found later (initialisation, unlikely code) is between those around
    /// it there.
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
        let exact = best
            .into_iter()
            .map(|(unit, (_, at))| (unit, Rank::exact(at)));
        let mut ranks: FxHashMap<UnitId, Rank> = exact.collect();
        let later = runs.get(end..).unwrap_or_default();
        let known: Vec<Option<Rank>> = later
            .iter()
            .map(|run| ranks.get(&run.unit).copied())
            .collect();
        let mut left = None;
        for (at, run) in later.iter().enumerate() {
            if known[at].is_some() {
                left = known[at];
                continue;
            }
            let right = known[at..].iter().flatten().next().copied();
            let within = u32::try_from(at).unwrap_or(u32::MAX);
            ranks
                .entry(run.unit)
                .or_insert_with(|| Rank::between(left, right, within));
        }
        Self { ranks }
    }

    /// Whether one unit may be linked before another one, as far as anything is known of both.
    pub(crate) fn may_follow(&self, first: UnitId, second: UnitId) -> Option<bool> {
        let (left, right) = (self.ranks.get(&first)?, self.ranks.get(&second)?);
        if first == second {
            return Some(true);
        }
        if (left.low, left.high) == (right.low, right.high) {
            return Some(left.within <= right.within);
        }
        Some(left.low <= right.high)
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
            let back = window
                .clone()
                .filter(|run| seen.contains(&run.unit))
                .count();
            if 2 * back >= window.count() {
                return at;
            }
        }
        seen.insert(run.unit);
    }
    runs.len()
}
