// SPDX-License-Identifier: Apache-2.0
//! The symbols between two of which the units are known: which units can they be from, if
//! runs of units ascend in link order, and no unit has two symbols of one name?

use rustc_hash::FxHashMap;

use super::{Order, Spot};
use crate::index::UnitId;

/// What it costs that the next symbol is of another unit. One that is linked later is free.
mod cost {
    /// Nothing is known of the order of the two.
    pub(super) const UNORDERED: u32 = 1;
    /// A unit that is linked earlier: another kind of section begins.
    pub(super) const RESTART: u32 = 2;
    /// More than any real sequence costs.
    pub(super) const IMPOSSIBLE: u32 = u32::MAX / 4;
}

/// More consecutive symbols than this are not reasoned about.
const MAXIMUM_LENGTH: usize = 400;

/// Consecutive symbols that several units may define, and the units on both sides.
pub(super) struct Stretch<'s> {
    pub(super) spots: &'s [Spot],
    pub(super) left: Option<UnitId>,
    pub(super) right: Option<UnitId>,
    pub(super) order: &'s Order,
}

/// One way to cost a unit at each of some spots: by spot, then by number of the unit.
type Costs = Vec<Vec<u32>>;

impl Stretch<'_> {
    /// For each symbol, the units that it is from in some cheapest sequence.
    pub(super) fn solve(&self) -> Vec<Vec<UnitId>> {
        let candidates = || {
            self.spots
                .iter()
                .map(|spot| self.plausible(&spot.candidates))
        };
        if self.spots.len() > MAXIMUM_LENGTH {
            return candidates().collect();
        }
        let mut numbers: FxHashMap<UnitId, usize> = FxHashMap::default();
        let mut units: Vec<UnitId> = Vec::new();
        let mut allowed: Vec<Vec<usize>> = Vec::with_capacity(self.spots.len());
        for set in candidates() {
            let number = |unit: UnitId| {
                *numbers.entry(unit).or_insert_with(|| {
                    units.push(unit);
                    units.len() - 1
                })
            };
            allowed.push(set.into_iter().map(number).collect());
        }
        let problem = Problem {
            stretch: self,
            first_start: first_starts(self.spots),
            units,
            allowed,
        };
        problem.solve()
    }

    /// The candidates between the two sides, or all where none is, or the sides tell nothing.
    fn plausible(&self, candidates: &[UnitId]) -> Vec<UnitId> {
        let (Some(left), Some(right)) = (self.left, self.right) else {
            return candidates.to_vec();
        };
        let follows = |first, second| self.order.may_follow(first, second).unwrap_or(true);
        if !follows(left, right) {
            return candidates.to_vec();
        }
        let fits = |unit: &&UnitId| follows(left, **unit) && follows(**unit, right);
        let plausible: Vec<UnitId> = candidates.iter().filter(fits).copied().collect();
        if plausible.is_empty() {
            candidates.to_vec()
        } else {
            plausible
        }
    }
}

/// For each spot, the first one where a run that holds it may begin: behind the last spot
/// that has a name in common with any up to it.
fn first_starts(spots: &[Spot]) -> Vec<usize> {
    let mut last: FxHashMap<u32, usize> = FxHashMap::default();
    let mut first = 0;
    let starts = spots.iter().enumerate().map(|(at, spot)| {
        for name in &spot.names {
            if let Some(before) = last.insert(*name, at) {
                first = first.max(before + 1);
            }
        }
        first
    });
    starts.collect()
}

struct Problem<'s> {
    stretch: &'s Stretch<'s>,
    first_start: Vec<usize>,
    units: Vec<UnitId>,
    /// By spot: the numbers of the units that it may be from.
    allowed: Vec<Vec<usize>>,
}

impl Problem<'_> {
    fn solve(&self) -> Vec<Vec<UnitId>> {
        let enter = self.enter();
        let leave = self.leave();
        let mut costs: Costs = vec![vec![cost::IMPOSSIBLE; self.units.len()]; self.allowed.len()];
        for (start, allowed) in self.allowed.iter().enumerate() {
            for &unit in allowed {
                let mut least = cost::IMPOSSIBLE;
                for at in self.run(start, unit).rev() {
                    least = least.min(enter[start][unit] + leave[at][unit]);
                    costs[at][unit] = costs[at][unit].min(least);
                }
            }
        }
        let best = costs.iter().zip(&self.allowed).map(|(costs, allowed)| {
            let least = allowed.iter().map(|unit| costs[*unit]).min();
            let best = allowed.iter().filter(|unit| Some(costs[**unit]) == least);
            best.filter_map(|unit| self.units.get(*unit).copied())
                .collect()
        });
        best.collect()
    }

    /// The spots that a run of a unit may hold that begins at `start`.
    fn run(&self, start: usize, unit: usize) -> std::ops::Range<usize> {
        let rest = self.allowed.iter().zip(&self.first_start).skip(start);
        let length =
            rest.take_while(|(allowed, first)| **first <= start && allowed.contains(&unit));
        start..start + length.count()
    }

    /// The least cost of all up to a run that begins at a spot.
    fn enter(&self) -> Costs {
        let length = self.allowed.len();
        let mut enter: Costs = vec![vec![cost::IMPOSSIBLE; self.units.len()]; length];
        // The least cost up to the end of a run that ends at a spot.
        let mut ended: Costs = enter.clone();
        for (at, allowed) in self.allowed.iter().enumerate() {
            for &unit in allowed {
                enter[at][unit] = match at.checked_sub(1) {
                    None => self.side(self.stretch.left, unit, true),
                    Some(before) => self.least(before, unit, &ended[before], true),
                };
            }
            for &unit in allowed {
                for end in self.run(at, unit) {
                    ended[end][unit] = ended[end][unit].min(enter[at][unit]);
                }
            }
        }
        enter
    }

    /// The least cost of all from the end of a run that ends at a spot.
    fn leave(&self) -> Costs {
        let length = self.allowed.len();
        let mut leave: Costs = vec![vec![cost::IMPOSSIBLE; self.units.len()]; length];
        for at in (0..length).rev() {
            let mut begun = vec![cost::IMPOSSIBLE; self.units.len()];
            for &unit in self.allowed.get(at + 1).into_iter().flatten() {
                let ends = self.run(at + 1, unit).map(|end| leave[end][unit]);
                begun[unit] = ends.min().unwrap_or(cost::IMPOSSIBLE);
            }
            for &unit in &self.allowed[at] {
                leave[at][unit] = if at + 1 == length {
                    self.side(self.stretch.right, unit, false)
                } else {
                    self.least(at + 1, unit, &begun, false)
                };
            }
        }
        leave
    }

    fn side(&self, side: Option<UnitId>, unit: usize, ascending: bool) -> u32 {
        match side {
            Some(side) if side == self.units[unit] => 0,
            Some(side) => self.step(side, self.units[unit], ascending),
            None => 0,
        }
    }

    /// The least cost of a run of another unit at the neighbour, and the step from it.
    fn least(&self, neighbour: usize, unit: usize, costs: &[u32], ascending: bool) -> u32 {
        let others = self.allowed[neighbour]
            .iter()
            .filter(|other| **other != unit);
        let steps = others.map(|other| {
            let (from, to) = (self.units[*other], self.units[unit]);
            costs[*other].saturating_add(self.step(from, to, ascending))
        });
        steps
            .min()
            .unwrap_or(cost::IMPOSSIBLE)
            .min(cost::IMPOSSIBLE)
    }

    /// What it costs that a run of `to` follows one of `from`, or precedes it.
    fn step(&self, from: UnitId, to: UnitId, ascending: bool) -> u32 {
        let (first, second) = if ascending { (from, to) } else { (to, from) };
        match self.stretch.order.may_follow(first, second) {
            Some(true) => 0,
            Some(false) => cost::RESTART,
            None => cost::UNORDERED,
        }
    }
}
