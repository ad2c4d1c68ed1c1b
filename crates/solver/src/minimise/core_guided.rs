// SPDX-License-Identifier: Apache-2.0
//! Core-guided search: first everything that costs is forbidden; each proof that some of it
//! can't be avoided raises the lower bound and allows a little more (OLL: Andres et al.
//! 2012, Morgado et al. 2014), heavy weights before light ones (stratification: Ansotegui
//! et al. 2012).

use std::collections::BTreeMap;

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

/// A count of what could not be avoided: its output for `bound` must not be true for free.
struct Sum {
    totalizer: usize,
    bound: usize,
}

pub(super) struct Search {
    /// What the level charges for, with the weight.
    objective: Vec<(SatLit, u64)>,
    /// What must be true or costs the weight; kept in order for the sake of determinism.
    soft: BTreeMap<SatLit, u64>,
    /// Counters that cores brought, to be taken up once the cores are all disjoint.
    pending: Vec<(SatLit, u64)>,
    /// The soft literals that are outputs of counters.
    sums: FxHashMap<SatLit, Sum>,
    totalizers: Vec<Totalizer>,
    bounds: Bounds,
    /// Only weights from here on are looked at.
    threshold: u64,
}

impl Search {
    /// `upper` is what the best solution so far costs.
    pub(super) fn new(instance: &mut Instance, charges: &[Charge], upper: u64) -> Self {
        let objective: Vec<(SatLit, u64)> = charges
            .iter()
            .map(|charge| (instance.formula(charge.condition), charge.weight))
            .collect();
        let mut search = Self {
            objective,
            soft: BTreeMap::new(),
            pending: Vec::new(),
            sums: FxHashMap::default(),
            totalizers: Vec::new(),
            bounds: Bounds { lower: 0, upper },
            threshold: u64::MAX,
        };
        for (lit, weight) in search.objective.clone() {
            search.add_soft(!lit, weight);
        }
        search.lower_threshold();
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
        if opposite > common {
            self.soft.insert(!lit, opposite - common);
        } else {
            self.soft.remove(&!lit);
        }
        if weight > common {
            *self.soft.entry(lit).or_insert(0) += weight - common;
        }
    }

    /// One question to the solver, and what follows from the answer.
    pub(super) fn step(&mut self, instance: &mut Instance, best: &mut Snapshot) -> Status {
        self.drop_fixed(&mut instance.sat);
        let assumptions = self.assumptions();
        match instance.sat.solve(&assumptions) {
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
        loop {
            let fixed: Vec<(SatLit, u64, bool)> = self
                .soft
                .iter()
                .filter_map(|(lit, weight)| Some((*lit, *weight, sat.fixed(*lit)?)))
                .collect();
            if fixed.is_empty() {
                return;
            }
            for (lit, weight, value) in fixed {
                if value {
                    self.soft.remove(&lit);
                } else {
                    self.bounds.lower += weight;
                    self.pay(sat, lit, weight);
                    self.soft.append(&mut self.pending.drain(..).collect());
                }
            }
        }
    }

    /// The heaviest first.
    fn assumptions(&self) -> Vec<SatLit> {
        let chosen = self.soft.iter().filter(|soft| *soft.1 >= self.threshold);
        let mut chosen: Vec<(SatLit, u64)> = chosen.map(|(lit, weight)| (*lit, *weight)).collect();
        chosen.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        chosen.into_iter().map(|(lit, _)| lit).collect()
    }

    /// Not all of `core` can be true: the least of their weights is lost.
    fn relax(&mut self, sat: &mut Sat, core: &[SatLit]) {
        let weights = core.iter().filter_map(|lit| self.soft.get(lit)).copied();
        let Some(least) = weights.min() else { return };
        self.bounds.lower += least;
        for lit in core {
            self.pay(sat, *lit, least);
        }
        sat.clause(&mut core.iter().map(|lit| !*lit).collect());
        if core.len() > 1 {
            let costs: Vec<SatLit> = core.iter().map(|lit| !*lit).collect();
            self.totalizers.push(Totalizer::new(&costs));
            self.count(sat, self.totalizers.len() - 1, 1, least);
        }
    }

    /// Takes `weight` off `lit`. If it is a counter's output, the next one is soft instead.
    fn pay(&mut self, sat: &mut Sat, lit: SatLit, weight: u64) {
        if let Some(left) = self.soft.get_mut(&lit) {
            *left -= weight.min(*left);
            if *left == 0 {
                self.soft.remove(&lit);
            }
        }
        if let Some(Sum { totalizer, bound }) = self.sums.get(&lit) {
            self.count(sat, *totalizer, bound + 1, weight);
        }
    }

    /// More than `bound` true inputs of a counter cost `weight`.
    fn count(&mut self, sat: &mut Sat, totalizer: usize, bound: usize, weight: u64) {
        if let Some(output) = self.totalizers[totalizer].more_than(sat, bound) {
            self.sums.insert(!output, Sum { totalizer, bound });
            self.pending.push((!output, weight));
        }
    }

    /// The solver has found a solution.
    fn improve(&mut self, instance: &Instance, best: &mut Snapshot) {
        let paid = self
            .objective
            .iter()
            .filter(|(lit, _)| instance.sat.is_true(*lit));
        let cost = paid.map(|(_, weight)| weight).sum();
        if cost < self.bounds.upper {
            self.bounds.upper = cost;
            *best = instance.solution();
        }
    }

    /// No further core is disjoint from the last ones: their counters join in; when there
    /// are none, lighter weights do.
    fn take_up(&mut self, sat: &mut Sat) -> Status {
        self.harden(sat);
        if self.bounds.is_optimal() {
            return Status::Optimal;
        }
        if self.pending.is_empty() && !self.lower_threshold() {
            return Status::Optimal;
        }
        for (lit, weight) in std::mem::take(&mut self.pending) {
            self.add_soft(lit, weight);
        }
        Status::Going
    }

    /// A weight beyond the gap between the bounds can't be lost any more.
    fn harden(&mut self, sat: &mut Sat) {
        let gap = self.bounds.upper.saturating_sub(self.bounds.lower);
        let heavy = self.soft.iter().filter(|(_, weight)| **weight > gap);
        let heavy: Vec<SatLit> = heavy.map(|(lit, _)| *lit).collect();
        for lit in heavy {
            self.soft.remove(&lit);
            sat.clause(&mut vec![lit]);
        }
    }

    /// Looks at lighter weights, too; false when all were looked at.
    fn lower_threshold(&mut self) -> bool {
        let lighter = self
            .soft
            .values()
            .filter(|weight| **weight < self.threshold);
        let mut lighter: Vec<u64> = lighter.copied().collect();
        if lighter.is_empty() {
            return false;
        }
        lighter.sort_unstable_by(|a, b| b.cmp(a));
        // A new stratum is worth the while when its weights are few for their number.
        let all = self.soft.len();
        let mut distinct = 0;
        let mut last = u64::MAX;
        for (index, weight) in lighter.iter().enumerate() {
            if *weight != last {
                let taken = all - lighter.len() + index;
                if distinct > 0 && taken * 4 > distinct * 5 {
                    self.threshold = last;
                    return true;
                }
                distinct += 1;
                last = *weight;
            }
        }
        self.threshold = last;
        true
    }

    /// The least cost is held from now on: in every optimal solution all that is left of
    /// the soft literals is true.
    pub(super) fn harden_all(&mut self, sat: &mut Sat) {
        let left = self
            .soft
            .keys()
            .chain(self.pending.iter().map(|(lit, _)| lit));
        for lit in left {
            sat.clause(&mut vec![*lit]);
        }
        self.bounds.lower = self.bounds.upper;
    }
}
