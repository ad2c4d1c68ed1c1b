// SPDX-License-Identifier: Apache-2.0
//! Core-guided search: first everything that costs is forbidden; each proof that some of it
//! can't be avoided raises the lower bound and allows a little more (OLL: Andres et al.
//! 2012, Morgado et al. 2014).

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::Bounds;
use super::shrink::shrink;
use super::totalizer::Totalizer;
use crate::instance::{Instance, Snapshot};
use crate::problem::Charge;
use crate::sat::{Answer, Sat, SatLit};

/// What a step of the search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Going,
    Optimal,
    Interrupted,
}

/// The output of a counter: true when more than `bound` of its inputs are.
#[derive(Clone, Copy)]
struct Output {
    totalizer: usize,
    bound: usize,
}

/// One level's search. The cost of a solution is the lower bound and the weights of all
/// soft literals, pending ones too, that are false in it.
pub(super) struct Search {
    /// What the level charges for, with the weight.
    objective: Vec<(SatLit, u64)>,
    /// What must be true or costs the weight.
    soft: FxHashMap<SatLit, u64>,
    /// The soft literals in the order of assumption, and some that are soft no more.
    order: Vec<SatLit>,
    /// Soft literals that the last cores brought. They wait until no further core is
    /// disjoint from those.
    pending: Vec<(SatLit, u64)>,
    /// The soft literals that negate outputs of counters.
    outputs: FxHashMap<SatLit, Output>,
    totalizers: Vec<Totalizer>,
    bounds: Bounds,
    /// How many of the solver's fixed literals were looked at.
    looked_at: usize,
}

impl Search {
    /// `best` is the best solution so far, and `upper` what it costs.
    pub(super) fn new(
        instance: &mut Instance,
        charges: &[Charge],
        (best, upper): (&Snapshot, u64),
    ) -> Self {
        let mut search = Self {
            objective: Vec::new(),
            soft: FxHashMap::default(),
            order: Vec::new(),
            pending: Vec::new(),
            outputs: FxHashMap::default(),
            totalizers: Vec::new(),
            bounds: Bounds { lower: 0, upper },
            looked_at: 0,
        };
        // What seems hard to avoid comes first, so that conflicts are soon met.
        let mut charges: Vec<Charge> = charges.to_vec();
        charges.sort_by_cached_key(|charge| {
            let is_avoided = !instance.holds(charge.condition, best);
            (is_avoided, Reverse(charge.weight))
        });
        for Charge { condition, weight } in charges {
            let lit = instance.formula(condition);
            search.objective.push((lit, weight));
            search.add_soft(!lit, weight);
        }
        search
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// `lit` must be true or costs `weight`. Of a literal and its negation one costs anyway.
    fn add_soft(&mut self, lit: SatLit, weight: u64) {
        let opposite = self.soft.get(&!lit).copied().unwrap_or(0);
        let common = opposite.min(weight);
        self.bounds.lower += common;
        self.take(!lit, common);
        if weight > common {
            let all = self.soft.entry(lit).or_insert(0);
            if *all == 0 {
                self.order.push(lit);
            }
            *all += weight - common;
        }
    }

    /// Takes `weight` off a soft literal.
    fn take(&mut self, lit: SatLit, weight: u64) {
        if let Some(left) = self.soft.get_mut(&lit) {
            *left = left.saturating_sub(weight);
            if *left == 0 {
                self.soft.remove(&lit);
            }
        }
    }

    /// One question to the solver, and what follows from the answer.
    pub(super) fn step(&mut self, instance: &mut Instance, best: &mut Snapshot) -> Status {
        self.drop_fixed(&mut instance.sat);
        if self.bounds.is_optimal() {
            return Status::Optimal;
        }
        self.order.retain(|lit| self.soft.contains_key(lit));
        match instance.sat.solve(&self.order) {
            Answer::Unknown => Status::Interrupted,
            Answer::Unsatisfiable => {
                let core = instance.sat.core();
                let core = shrink(&mut instance.sat, core);
                self.relax(&mut instance.sat, &core);
                Status::Going
            }
            Answer::Satisfiable => {
                self.improve(instance, best);
                self.take_up(&mut instance.sat)
            }
        }
    }

    /// What is decided already needs no assumption.
    fn drop_fixed(&mut self, sat: &mut Sat) {
        while let Some(lit) = sat.fixed().get(self.looked_at).copied() {
            self.looked_at += 1;
            self.soft.remove(&lit);
            if let Some(weight) = self.soft.get(&!lit).copied() {
                self.bounds.lower += weight;
                self.pay(sat, !lit, weight);
            }
        }
    }

    /// Not all of `core` can be true: the least of their weights is lost.
    fn relax(&mut self, sat: &mut Sat, core: &[SatLit]) {
        let weights = core.iter().filter_map(|lit| self.soft.get(lit)).copied();
        let Some(least) = weights.min() else { return };
        self.bounds.lower += least;
        for lit in core {
            self.pay(sat, *lit, least);
        }
        let costs: Vec<SatLit> = core.iter().map(|lit| !*lit).collect();
        sat.clause(&mut costs.clone());
        if costs.len() > 1 {
            self.totalizers.push(Totalizer::new(&costs));
            let totalizer = self.totalizers.len() - 1;
            self.count(
                sat,
                Output {
                    totalizer,
                    bound: 1,
                },
                least,
            );
        }
    }

    /// `lit` is false and paid for. If it is a counter's, the next output costs instead.
    fn pay(&mut self, sat: &mut Sat, lit: SatLit, weight: u64) {
        self.take(lit, weight);
        if let Some(Output { totalizer, bound }) = self.outputs.get(&lit).copied() {
            let bound = bound + 1;
            self.count(sat, Output { totalizer, bound }, weight);
        }
    }

    /// That output of a counter, if there is one, costs `weight`.
    fn count(&mut self, sat: &mut Sat, output: Output, weight: u64) {
        let totalizer = &mut self.totalizers[output.totalizer];
        if let Some(lit) = totalizer.more_than(sat, output.bound) {
            self.outputs.insert(!lit, output);
            self.pending.push((!lit, weight));
        }
    }

    /// The solver has found a solution.
    fn improve(&mut self, instance: &Instance, best: &mut Snapshot) {
        let is_paid = |(lit, _): &&(SatLit, u64)| instance.sat.is_true(*lit);
        let paid = self.objective.iter().filter(is_paid);
        let cost = paid.map(|(_, weight)| weight).sum();
        if cost < self.bounds.upper {
            self.bounds.upper = cost;
            *best = instance.solution();
        }
    }

    /// No further core is disjoint from the last ones, so that what they brought joins in.
    fn take_up(&mut self, sat: &mut Sat) -> Status {
        self.harden(sat);
        if self.bounds.is_optimal() || self.pending.is_empty() {
            return Status::Optimal;
        }
        let others = std::mem::take(&mut self.order);
        for (lit, weight) in std::mem::take(&mut self.pending) {
            self.add_soft(lit, weight);
        }
        self.order.extend(others);
        Status::Going
    }

    /// A weight beyond the gap between the bounds can't be lost any more.
    fn harden(&mut self, sat: &mut Sat) {
        let gap = self.bounds.upper.saturating_sub(self.bounds.lower);
        for lit in &self.order {
            if self.soft.get(lit).is_some_and(|weight| *weight > gap) {
                self.soft.remove(lit);
                sat.clause(&mut vec![*lit]);
            }
        }
    }

    /// The least cost is held from now on: in every optimal solution all that is left of
    /// the soft literals is true.
    pub(super) fn harden_all(&mut self, sat: &mut Sat) {
        let soft = self.order.iter().filter(|lit| self.soft.contains_key(lit));
        for lit in soft.chain(self.pending.iter().map(|(lit, _)| lit)) {
            sat.clause(&mut vec![*lit]);
        }
    }
}
