// SPDX-License-Identifier: Apache-2.0
//! The solution of least cost, level by level, with a proof that there is no cheaper one.

use std::fmt;
use std::rc::Rc;

use crate::assignment::Assignment;
use crate::encode::Rules;
use crate::instance::{Instance, Snapshot};
use crate::problem::{Charge, Problem};
use crate::sat::Answer;

mod core_guided;
mod shrink;
mod totalizer;

use core_guided::{Search, Status};

/// What a level costs: proven bounds, equal when the solution is optimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// No solution costs less, given what earlier levels cost; where one of those was
    /// interrupted, given what the solution avoids there.
    pub lower: u64,
    /// The cost of the solution.
    pub upper: u64,
}

impl Bounds {
    pub fn is_optimal(self) -> bool {
        self.lower == self.upper
    }
}

/// The best solution found.
#[derive(Clone, Debug)]
pub struct Solution {
    pub assignment: Assignment,
    /// Level by level.
    pub costs: Vec<Bounds>,
    /// How many conflicts the search took.
    pub conflicts: u64,
}

/// What came of a search for the least cost.
#[derive(Clone, Debug)]
pub enum Outcome {
    Solved(Solution),
    /// The requirements contradict each other or the model.
    Infeasible,
    /// Interrupted before any solution was found.
    Interrupted,
}

impl Outcome {
    pub fn solution(self) -> Option<Solution> {
        match self {
            Self::Solved(solution) => Some(solution),
            Self::Infeasible | Self::Interrupted => None,
        }
    }
}

/// How far the search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub level: usize,
    pub bounds: Bounds,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bounds { lower, upper } = self.bounds;
        write!(f, "level {}: {lower} to {upper}", self.level)
    }
}

/// How a caller follows and ends a search.
pub struct Control<'c> {
    /// Asked every now and then whether to stop with the best solution so far.
    pub interrupt: Rc<dyn Fn() -> bool>,
    /// Called whenever a bound has moved.
    pub progress: &'c mut dyn FnMut(Progress),
}

/// Searches until the optimum is proven.
pub fn minimise(problem: &Problem<'_>) -> Outcome {
    let interrupt = Rc::new(|| false);
    let progress = &mut |_| {};
    minimise_with(
        problem,
        &mut Control {
            interrupt,
            progress,
        },
    )
}

/// Searches until the optimum is proven or the caller interrupts.
pub fn minimise_with(problem: &Problem<'_>, control: &mut Control<'_>) -> Outcome {
    let mut instance = Instance::new(problem, Rules::Fixed, Rc::clone(&control.interrupt));
    for requirement in &problem.requirements {
        instance.assert(*requirement);
    }
    instance.load_model();
    match instance.sat.solve(&[]) {
        Answer::Satisfiable => {}
        Answer::Unsatisfiable => return Outcome::Infeasible,
        Answer::Unknown => return Outcome::Interrupted,
    }
    let mut best = instance.solution();
    let mut costs = Vec::new();
    for level in 0..problem.levels.len() {
        costs.push(minimise_level(
            &mut instance,
            &mut best,
            (problem, level),
            control,
        ));
    }
    Outcome::Solved(Solution {
        assignment: instance.assignment(&best),
        costs,
        conflicts: instance.sat.conflicts(),
    })
}

/// Finds the least cost of a level and holds it for those to come.
fn minimise_level(
    instance: &mut Instance,
    best: &mut Snapshot,
    (problem, level): (&Problem<'_>, usize),
    control: &mut Control<'_>,
) -> Bounds {
    let charges = &problem.levels[level];
    let paid = charges
        .iter()
        .filter(|charge| instance.holds(charge.condition, best));
    let upper = paid.map(|charge| charge.weight).sum();
    let mut search = Search::new(instance, charges, (best, upper));
    loop {
        let bounds = search.bounds();
        (control.progress)(Progress { level, bounds });
        match search.step(instance, best) {
            Status::Going => {}
            Status::Optimal => {
                search.harden_all(&mut instance.sat);
                break;
            }
            Status::Interrupted => {
                hold(instance, charges, best);
                break;
            }
        }
    }
    let bounds = search.bounds();
    (control.progress)(Progress { level, bounds });
    bounds
}

/// What `best` avoids is avoided from now on.
fn hold(instance: &mut Instance, charges: &[Charge], best: &Snapshot) {
    for charge in charges {
        if !instance.holds(charge.condition, best) {
            instance.assert(!charge.condition);
        }
    }
}
