// SPDX-License-Identifier: Apache-2.0
//! The symbols between two of which the units are known: which units can they be from, if
//! runs of units ascend in link order, and no unit has two symbols of one name?

use rustc_hash::FxHashMap;

use super::{Candidate, Order, Spot};
use crate::section::Section;

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
const MAXIMUM_LENGTH: usize = 200;

/// Nor are those that more units than this may define.
const MAXIMUM_CANDIDATES: usize = 64;

/// Consecutive symbols that several units may define, and the units on both sides.
pub(super) struct Stretch<'s> {
    pub(super) spots: &'s [Spot],
    pub(super) left: Option<Candidate>,
    pub(super) right: Option<Candidate>,
    pub(super) order: &'s Order,
}

/// One way to cost a unit at each of some spots: by spot, then by number of the unit.
type Costs = Vec<Vec<u32>>;

impl Stretch<'_> {
    /// For each symbol, the units that it is from in some cheapest sequence.
    pub(super) fn solve(&self) -> Vec<Vec<Candidate>> {
        let spots = self.spots.iter();
        let sets: Vec<Vec<Candidate>> =
            spots.map(|spot| self.plausible(&spot.candidates)).collect();
        let most = sets.iter().map(Vec::len).max().unwrap_or(0);
        if sets.len() > MAXIMUM_LENGTH || most > MAXIMUM_CANDIDATES {
            return sets;
        }
        let mut numbers: FxHashMap<Candidate, usize> = FxHashMap::default();
        let mut states: Vec<Candidate> = Vec::new();
        let mut allowed: Vec<Vec<usize>> = Vec::with_capacity(self.spots.len());
        for set in sets {
            let number = |candidate: Candidate| {
                *numbers.entry(candidate).or_insert_with(|| {
                    states.push(candidate);
                    states.len() - 1
                })
            };
            allowed.push(set.into_iter().map(number).collect());
        }
        let is_allowed = allowed.iter().map(|allowed| {
            let mut all = vec![false; states.len()];
            for state in allowed {
                all[*state] = true;
            }
            all
        });
        let problem = Problem {
            is_allowed: is_allowed.collect(),
            stretch: self,
            first_start: first_starts(self.spots),
            states,
            allowed,
        };
        problem.solve()
    }

    /// Whether another kind of section begins somewhere between the two sides.
    fn has_border(&self) -> bool {
        match (self.left, self.right) {
            (Some(left), Some(right)) => left.section != right.section,
            _ => true,
        }
    }

    /// The candidates that may be between the two sides. All, where none may.
    fn plausible(&self, candidates: &[Candidate]) -> Vec<Candidate> {
        let (Some(left), Some(right)) = (self.left, self.right) else {
            return candidates.to_vec();
        };
        let follows = |first: Candidate, second: Candidate| {
            self.order
                .may_follow(first.unit, second.unit)
                .unwrap_or(true)
        };
        let is_ordered = !self.has_border() && follows(left, right);
        let fits = |one: &&Candidate| {
            let touches =
                one.section.may_touch(left.section) || one.section.may_touch(right.section);
            let is_between = follows(left, **one) && follows(**one, right);
            touches && (is_between || !is_ordered)
        };
        let plausible: Vec<Candidate> = candidates.iter().filter(fits).copied().collect();
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
    /// Units in a section.
    states: Vec<Candidate>,
    /// By spot: the numbers of the states that it may be from.
    allowed: Vec<Vec<usize>>,
    /// By spot, then by number: whether it may be from the state.
    is_allowed: Vec<Vec<bool>>,
}

impl Problem<'_> {
    fn solve(&self) -> Vec<Vec<Candidate>> {
        let enter = self.enter();
        let leave = self.leave();
        let mut costs: Costs = vec![vec![cost::IMPOSSIBLE; self.states.len()]; self.allowed.len()];
        for (start, allowed) in self.allowed.iter().enumerate() {
            for &state in allowed {
                let mut least = cost::IMPOSSIBLE;
                for at in self.run(start, state).rev() {
                    least = least.min(enter[start][state] + leave[at][state]);
                    costs[at][state] = costs[at][state].min(least);
                }
            }
        }
        let best = costs.iter().zip(&self.allowed).map(|(costs, allowed)| {
            let least = allowed.iter().map(|state| costs[*state]).min();
            let best = allowed.iter().filter(|state| Some(costs[**state]) == least);
            best.filter_map(|state| self.states.get(*state).copied())
                .collect()
        });
        best.collect()
    }

    /// The spots that a run of a unit may hold that begins at `start`.
    fn run(&self, start: usize, state: usize) -> std::ops::Range<usize> {
        let rest = self.is_allowed.iter().zip(&self.first_start).skip(start);
        let held = rest.take_while(|(allowed, first)| **first <= start && allowed[state]);
        start..start + held.count()
    }

    /// The least cost of all up to a run that begins at a spot.
    fn enter(&self) -> Costs {
        let length = self.allowed.len();
        let mut enter: Costs = vec![vec![cost::IMPOSSIBLE; self.states.len()]; length];
        // The least cost up to the end of a run that ends at a spot.
        let mut ended: Costs = enter.clone();
        for (at, allowed) in self.allowed.iter().enumerate() {
            for &state in allowed {
                enter[at][state] = match at.checked_sub(1) {
                    None => self.side(self.stretch.left, state, true),
                    Some(before) => self.least(before, state, &ended[before], true),
                };
            }
            for &state in allowed {
                for end in self.run(at, state) {
                    ended[end][state] = ended[end][state].min(enter[at][state]);
                }
            }
        }
        enter
    }

    /// The least cost of all from the end of a run that ends at a spot.
    fn leave(&self) -> Costs {
        let length = self.allowed.len();
        let mut leave: Costs = vec![vec![cost::IMPOSSIBLE; self.states.len()]; length];
        for at in (0..length).rev() {
            let mut begun = vec![cost::IMPOSSIBLE; self.states.len()];
            for &state in self.allowed.get(at + 1).into_iter().flatten() {
                let ends = self.run(at + 1, state).map(|end| leave[end][state]);
                begun[state] = ends.min().unwrap_or(cost::IMPOSSIBLE);
            }
            for &state in &self.allowed[at] {
                leave[at][state] = if at + 1 == length {
                    self.side(self.stretch.right, state, false)
                } else {
                    self.least(at + 1, state, &begun, false)
                };
            }
        }
        leave
    }

    fn side(&self, side: Option<Candidate>, state: usize, ascending: bool) -> u32 {
        let state = self.states[state];
        side.map_or(0, |side| self.step(side, state, ascending))
    }

    /// The least cost of a run of another unit at the neighbour, and the step from it.
    fn least(&self, neighbour: usize, state: usize, costs: &[u32], ascending: bool) -> u32 {
        let others = self.allowed[neighbour]
            .iter()
            .filter(|other| **other != state);
        let steps = others.map(|other| {
            let (from, to) = (self.states[*other], self.states[state]);
            costs[*other].saturating_add(self.step(from, to, ascending))
        });
        steps
            .min()
            .unwrap_or(cost::IMPOSSIBLE)
            .min(cost::IMPOSSIBLE)
    }

    /// What it costs that a run of `to` follows one of `from`, or precedes it.
    fn step(&self, from: Candidate, to: Candidate, ascending: bool) -> u32 {
        let (first, second) = if ascending { (from, to) } else { (to, from) };
        if self.may_be_border(first.section, second.section) {
            return 0;
        }
        match self.stretch.order.may_follow(first.unit, second.unit) {
            Some(true) => 0,
            Some(false) => cost::RESTART,
            None => cost::UNORDERED,
        }
    }

    /// Whether a kind of section may end behind a function of the first section, so that
    /// anything may follow.
    fn may_be_border(&self, first: Section, second: Section) -> bool {
        let of_text = first == Section::Text && second == Section::Text;
        first.may_end_before(second) || of_text && self.stretch.has_border()
    }
}
