// SPDX-License-Identifier: Apache-2.0
//! Many questions about one problem: can this be, given all requirements?

use std::collections::VecDeque;
use std::rc::Rc;

use crate::assignment::Assignment;
use crate::encode::Rules;
use crate::formula::Formula;
use crate::instance::{Instance, Snapshot};
use crate::problem::Problem;
use crate::sat::{Answer, SatLit};

/// A problem with all its requirements, loaded once; what each question taught the
/// solver helps with the next.
pub struct Session {
    instance: Instance,
    /// The solutions found last, the latest first.
    found: VecDeque<Snapshot>,
}

/// How many solutions are remembered.
const MOST_FOUND: usize = 16;

impl Session {
    /// The formulas of later questions have to be in the store of `problem` already.
    pub fn new(problem: &Problem<'_>) -> Self {
        let mut instance = Instance::new(problem, Rules::Fixed, Rc::new(|| false));
        for requirement in &problem.requirements {
            instance.assert(*requirement);
        }
        instance.load_model();
        Self {
            instance,
            found: VecDeque::new(),
        }
    }

    /// Some solution, whatever it costs, in which all of `assumptions` are true;
    /// `None` when there is none.
    pub fn solve(&mut self, assumptions: &[Formula]) -> Option<Assignment> {
        self.search(assumptions)?;
        let solution = self.found.front()?;
        Some(self.instance.assignment(solution))
    }

    /// Whether some solution has `formula` true. Many such questions cost little, since
    /// those that a solution found before answers need no search.
    pub fn can_be(&mut self, formula: Formula) -> bool {
        let mut found = self.found.iter();
        found.any(|solution| self.instance.holds(formula, solution))
            || self.search(&[formula]).is_some()
    }

    /// Whether each formula can be true by itself, in some solution of its own.
    pub fn possible(&mut self, formulas: &[Formula]) -> Vec<bool> {
        let mut possible: Vec<Option<bool>> = vec![None; formulas.len()];
        loop {
            let open = (0..formulas.len()).filter(|place| possible[*place].is_none());
            let open: Vec<usize> = open.collect();
            let together: Vec<Formula> = open.iter().map(|place| formulas[*place]).collect();
            if self.search(&together).is_some() {
                return possible
                    .into_iter()
                    .map(|known| known.unwrap_or(true))
                    .collect();
            }
            // Those that stand in each other's way are asked one by one.
            let core: Vec<SatLit> = self.instance.sat.core();
            let before = open.len();
            let mut left = before;
            for place in open {
                let lit = self.instance.formula(formulas[place]);
                if core.contains(&lit) {
                    possible[place] = Some(self.can_be(formulas[place]));
                    left -= 1;
                }
            }
            if left == before {
                // The requirements contradict each other.
                return vec![false; formulas.len()];
            }
        }
    }

    /// Finds a solution, which is the latest then.
    fn search(&mut self, assumptions: &[Formula]) -> Option<()> {
        let lits: Vec<SatLit> = assumptions
            .iter()
            .map(|formula| self.instance.formula(*formula))
            .collect();
        if self.instance.sat.solve(&lits) != Answer::Satisfiable {
            return None;
        }
        self.found.truncate(MOST_FOUND - 1);
        self.found.push_front(self.instance.solution());
        Some(())
    }
}

/// Some solution, whatever it costs; `None` when there is none.
pub fn solve(problem: &Problem<'_>) -> Option<Assignment> {
    Session::new(problem).solve(&[])
}
