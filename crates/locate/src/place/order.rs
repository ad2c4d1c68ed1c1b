// SPDX-License-Identifier: Apache-2.0
//! The order in which units are linked: given, or learned from the symbols that only one
//! unit defines.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Candidate, Spot};
use crate::index::UnitId;
use crate::section::Section;

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

/// Consecutive spots that only one unit defines, in one section.
#[derive(Clone, Copy)]
struct Run {
    unit: UnitId,
    section: Section,
    length: usize,
}

impl Order {
    pub(crate) fn given(units: &[UnitId]) -> Self {
        Self {
            ranks: units.iter().copied().zip((0..).map(Rank::exact)).collect(),
        }
    }

    /// A unit's rank is where most of it is in `.text`; one that is found only in other
    /// sections is between those around it there.
    pub(crate) fn learned(spots: &[Spot]) -> Self {
        let runs = runs(spots);
        let (text, later) = regions(&runs);
        let mut best: FxHashMap<UnitId, (usize, u32)> = FxHashMap::default();
        for (run, at) in text.iter().zip(0_u32..) {
            let known = best.entry(run.unit).or_insert((0, at));
            if run.length > known.0 {
                *known = (run.length, at);
            }
        }
        let exact = best
            .into_iter()
            .map(|(unit, (_, at))| (unit, Rank::exact(at)));
        let mut ranks: FxHashMap<UnitId, Rank> = exact.collect();
        let mut within = 0;
        for region in later {
            let known: Vec<Option<Rank>> = region
                .iter()
                .map(|run| ranks.get(&run.unit).copied())
                .collect();
            let rights = known.iter().rev().scan(None, |right, rank| {
                *right = rank.or(*right);
                Some(*right)
            });
            let rights: Vec<Option<Rank>> = rights.collect();
            let mut left = None;
            for ((run, known), right) in region.iter().zip(known).zip(rights.into_iter().rev()) {
                within += 1;
                left = known.or(left);
                ranks
                    .entry(run.unit)
                    .or_insert_with(|| Rank::between(left, right, within));
            }
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
    for Candidate { unit, section } in spots.iter().filter_map(Spot::only) {
        match runs.last_mut() {
            Some(last) if last.unit == unit && last.section == section => last.length += 1,
            _ => runs.push(Run {
                unit,
                section,
                length: 1,
            }),
        }
    }
    runs
}

/// The runs of `.text`, and those of each other kind of section.
fn regions(runs: &[Run]) -> (Vec<Run>, Vec<Vec<Run>>) {
    let of_text: Vec<usize> = (0..runs.len())
        .filter(|at| runs[*at].section == Section::Text)
        .collect();
    let text: Vec<Run> = of_text.iter().map(|at| runs[*at]).collect();
    let length = first_descent(&text);
    let end = of_text.get(length).copied().unwrap_or(runs.len());
    let mut later: BTreeMap<Section, Vec<Run>> = BTreeMap::new();
    for (at, run) in runs.iter().enumerate() {
        match run.section {
            Section::Text if at < end => {}
            // What the compiler thinks unlikely lies where it puts what it split off.
            Section::Text | Section::Cold => later.entry(Section::Cold).or_default().push(*run),
            Section::Named(_) => later.entry(run.section).or_default().push(*run),
            Section::Unknown => {}
        }
    }
    let text = text.get(..length).unwrap_or_default().to_vec();
    (text, later.into_values().collect())
}

/// A region is recognised by so many runs.
const WINDOW: usize = 16;

/// Where units begin to come back: the index of the first run of `.text.unlikely`.
fn first_descent(runs: &[Run]) -> usize {
    let mut seen: FxHashSet<UnitId> = FxHashSet::default();
    for (at, run) in runs.iter().enumerate() {
        if seen.contains(&run.unit) {
            let window = runs.iter().skip(at).take(WINDOW);
            let back = window.clone().filter(|run| seen.contains(&run.unit));
            if 2 * back.count() >= window.count() {
                return at;
            }
        }
        seen.insert(run.unit);
    }
    runs.len()
}
