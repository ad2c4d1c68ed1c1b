// SPDX-License-Identifier: Apache-2.0
//! The incremental SAT solver behind everything, with a budget and an interrupt.

use std::cell::Cell;
use std::rc::Rc;

use batsat::{Callbacks, ClauseKind, Lit, Solver, SolverInterface, SolverOpts, lbool};

pub(crate) mod load;

/// A literal of a [`Sat`].
pub(crate) type SatLit = Lit;

/// What came of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Satisfiable,
    Unsatisfiable,
    /// Interrupted, or out of budget.
    Unknown,
}

/// Tells whether to stop; asked now and then during a search.
pub(crate) type Interrupt = Rc<dyn Fn() -> bool>;

/// How many decisions go between two looks at the interrupt.
const PATIENCE: u32 = 1 << 10;

pub(crate) struct Sat {
    solver: Solver<Watch>,
}

/// What may end a search early.
struct Watch {
    interrupt: Interrupt,
    is_interrupted: Cell<bool>,
    until_next_look: Cell<u32>,
    conflicts_left: u64,
}

impl Callbacks for Watch {
    fn on_new_clause(&mut self, _: &[Lit], source: ClauseKind) {
        if source == ClauseKind::Learnt {
            self.conflicts_left = self.conflicts_left.saturating_sub(1);
        }
    }

    fn stop(&self) -> bool {
        let left = self.until_next_look.get();
        if left == 0 {
            self.until_next_look.set(PATIENCE);
            self.is_interrupted.set((self.interrupt)());
        } else {
            self.until_next_look.set(left - 1);
        }
        self.conflicts_left == 0 || self.is_interrupted.get()
    }
}

impl Sat {
    pub(crate) fn new(interrupt: Interrupt) -> Self {
        let watch = Watch {
            interrupt,
            is_interrupted: Cell::new(false),
            until_next_look: Cell::new(0),
            conflicts_left: u64::MAX,
        };
        Self {
            solver: Solver::new(SolverOpts::default(), watch),
        }
    }

    /// A new variable. It is first tried false, and later with its last value.
    pub(crate) fn fresh(&mut self) -> SatLit {
        Lit::new(self.solver.new_var_default(), true)
    }

    pub(crate) fn clause(&mut self, clause: &mut Vec<SatLit>) {
        self.solver.add_clause_reuse(clause);
    }

    /// Searches for a solution in which all of `assumptions` are true.
    pub(crate) fn solve(&mut self, assumptions: &[SatLit]) -> Answer {
        self.solve_within(assumptions, u64::MAX)
    }

    /// The same, but gives up after so many conflicts.
    pub(crate) fn solve_within(&mut self, assumptions: &[SatLit], conflicts: u64) -> Answer {
        let watch = self.solver.cb_mut();
        watch.conflicts_left = conflicts;
        watch.until_next_look.set(0);
        if watch.stop() {
            return Answer::Unknown;
        }
        let answer = self.solver.solve_limited(assumptions);
        if answer == lbool::TRUE {
            Answer::Satisfiable
        } else if answer == lbool::FALSE {
            Answer::Unsatisfiable
        } else {
            Answer::Unknown
        }
    }

    /// Whether `lit` is true in the solution found last.
    pub(crate) fn is_true(&self, lit: SatLit) -> bool {
        self.solver.value_lit(lit) == lbool::TRUE
    }

    /// The assumptions that can't all be true, after [`Answer::Unsatisfiable`].
    pub(crate) fn core(&self) -> Vec<SatLit> {
        self.solver.unsat_core().iter().map(|lit| !*lit).collect()
    }

    /// The literals that are known to be true in every solution, in the order of finding.
    pub(crate) fn fixed(&self) -> &[SatLit] {
        self.solver.proved_at_lvl_0()
    }

    pub(crate) fn conflicts(&self) -> u64 {
        self.solver.num_conflicts()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_is_a_part_of_the_assumptions() {
        let mut sat = Sat::new(Rc::new(|| false));
        let lits: Vec<SatLit> = (0..4).map(|_| sat.fresh()).collect();
        sat.clause(&mut vec![!lits[0], !lits[2]]);
        assert_eq!(sat.solve(&lits), Answer::Unsatisfiable);
        let mut core = sat.core();
        core.sort_unstable();
        assert_eq!(core, [lits[0], lits[2]]);
        assert_eq!(sat.solve(&[lits[0], lits[1]]), Answer::Satisfiable);
        assert!(sat.is_true(lits[1]) && !sat.is_true(lits[2]));
    }

    #[test]
    fn an_interrupt_ends_a_search() {
        let mut sat = Sat::new(Rc::new(|| true));
        let lits: Vec<SatLit> = (0..4).map(|_| sat.fresh()).collect();
        sat.clause(&mut lits.clone());
        assert_eq!(sat.solve(&[]), Answer::Unknown);
        assert!(sat.solver.cb().is_interrupted.get());
    }
}
