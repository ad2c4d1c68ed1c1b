// SPDX-License-Identifier: Apache-2.0
//! The cheapest explanation of a sequence of symbols by runs of units, and where it is not
//! the only one.

use super::{Order, Placement, Spot};
use crate::index::UnitId;

/// What it costs that the next symbol is of another unit, by how likely that is.
mod cost {
    /// A unit that is linked later.
    pub(super) const NEXT: u32 = 1;
    /// Nothing is known of the order of the two.
    pub(super) const UNORDERED: u32 = 2;
    /// A unit that is linked earlier: another kind of section begins.
    pub(super) const RESTART: u32 = 6;
}

/// A unit that a symbol may be of.
#[derive(Clone, Copy, Debug)]
struct State {
    unit: UnitId,
    rank: Option<u32>,
}

/// One symbol: who may define it, and the costs of all that is before and behind.
#[derive(Clone, Debug)]
struct Link {
    /// Sorted by rank; those without rank last.
    states: Vec<State>,
    before: Vec<u32>,
    behind: Vec<u32>,
}

/// The symbols that have candidates, in order of address.
pub(super) struct Chain<'s> {
    spots: &'s [Spot],
    links: Vec<Link>,
}

impl<'s> Chain<'s> {
    pub(super) fn new(spots: &'s [Spot], order: &Order) -> Self {
        let known = spots.iter().filter(|spot| !spot.candidates.is_empty());
        let mut chain = Self {
            spots,
            links: known.map(|spot| link(spot, order)).collect(),
        };
        chain.forward();
        chain.backward();
        chain
    }

    fn forward(&mut self) {
        for at in 1..self.links.len() {
            let (done, rest) = self.links.split_at_mut(at);
            if let (Some(previous), Some(next)) = (done.last(), rest.first_mut()) {
                next.before = step(&previous.states, &previous.before, &next.states, true);
            }
        }
    }

    fn backward(&mut self) {
        for at in (1..self.links.len()).rev() {
            let (rest, done) = self.links.split_at_mut(at);
            if let (Some(next), Some(previous)) = (rest.last_mut(), done.first()) {
                next.behind = step(&previous.states, &previous.behind, &next.states, false);
            }
        }
    }

    /// The placement of every symbol, in order.
    pub(super) fn placements(&self) -> Vec<Placement> {
        let mut links = self.links.iter();
        let spots = self.spots.iter();
        let mut placements: Vec<Placement> = spots
            .map(|spot| match spot.candidates.is_empty() {
                true => Placement::Unknown,
                false => links.next().map_or(Placement::Unknown, Link::placement),
            })
            .collect();
        fill(&mut placements);
        placements
    }
}

fn link(spot: &Spot, order: &Order) -> Link {
    let state = |unit: &UnitId| State {
        unit: *unit,
        rank: order.rank(*unit),
    };
    let mut states: Vec<State> = spot.candidates.iter().map(state).collect();
    states.sort_by_key(|state| (state.rank.is_none(), state.rank, state.unit));
    let nothing = vec![0; states.len()];
    Link {
        states,
        before: nothing.clone(),
        behind: nothing,
    }
}

impl Link {
    fn placement(&self) -> Placement {
        let costs = || self.before.iter().zip(&self.behind).map(|(left, right)| left + right);
        let least = costs().min().unwrap_or(0);
        let best = self.states.iter().zip(costs()).filter(|(_, cost)| *cost == least);
        let best: Vec<UnitId> = best.map(|(state, _)| state.unit).collect();
        match (best.as_slice(), self.states.len()) {
            ([unit], 1) => Placement::Only(*unit),
            ([unit], _) => Placement::Neighbours(*unit),
            _ => Placement::Ambiguous(best),
        }
    }
}

/// The least costs of a symbol's states, from those of its neighbour; `ascending` says that
/// the neighbour has the lower address.
fn step(from: &[State], costs: &[u32], to: &[State], ascending: bool) -> Vec<u32> {
    let known = |cost: &u32| *cost;
    let any = costs.iter().map(known).min().unwrap_or(0);
    let unranked = from.iter().zip(costs).filter(|(state, _)| state.rank.is_none());
    let unranked = unranked.map(|(_, cost)| *cost).min();
    to.iter()
        .map(|state| {
            let mut least = any + cost::RESTART;
            if let Some(cost) = unranked {
                least = least.min(cost + cost::UNORDERED);
            }
            if state.rank.is_none() {
                least = least.min(any + cost::UNORDERED);
            }
            for (other, cost) in from.iter().zip(costs) {
                if other.unit == state.unit {
                    least = least.min(*cost);
                } else if follows(*other, *state, ascending) {
                    least = least.min(cost + cost::NEXT);
                }
            }
            least
        })
        .collect()
}

fn follows(from: State, to: State, ascending: bool) -> bool {
    match (from.rank, to.rank) {
        (Some(from), Some(to)) if ascending => from < to,
        (Some(from), Some(to)) => to < from,
        _ => false,
    }
}

/// A symbol that nothing is known of is of the unit that is on both sides of it.
fn fill(placements: &mut [Placement]) {
    let mut open = 0;
    let mut left: Option<UnitId> = None;
    for at in 0..placements.len() {
        let unit = match placements.get(at) {
            Some(Placement::Only(unit) | Placement::Neighbours(unit)) => Some(*unit),
            Some(Placement::Ambiguous(_)) => None,
            _ => continue,
        };
        if let (Some(left), Some(unit)) = (left, unit)
            && left == unit
        {
            for placement in placements.get_mut(open..at).into_iter().flatten() {
                if *placement == Placement::Unknown {
                    *placement = Placement::Within(unit);
                }
            }
        }
        (left, open) = (unit, at + 1);
    }
}
