// SPDX-License-Identifier: Apache-2.0
//! Many questions about one problem: can this be, given all requirements?

use std::rc::Rc;

use crate::assignment::Assignment;
use crate::encode::Rules;
use crate::formula::Formula;
use crate::instance::Instance;
use crate::problem::Problem;
use crate::sat::{Answer, SatLit};

/// A problem with all its requirements, loaded once; what each question taught the
/// solver helps with the next.
pub struct Session {
    instance: Instance,
}

impl Session {
    /// The formulas of later questions have to be in the store of `problem` already.
    pub fn new(problem: &Problem<'_>) -> Self {
        let mut instance = Instance::new(problem, Rules::Fixed, Rc::new(|| false));
        for requirement in &problem.requirements {
            instance.assert(*requirement);
        }
        instance.load_model();
        Self { instance }
    }

    /// Some solution, whatever it costs, in which all of `assumptions` are true;
    /// `None` when there is none.
    pub fn solve(&mut self, assumptions: &[Formula]) -> Option<Assignment> {
        let lits: Vec<SatLit> = assumptions
            .iter()
            .map(|formula| self.instance.formula(*formula))
            .collect();
        let answer = self.instance.sat.solve(&lits);
        let is_found = answer == Answer::Satisfiable;
        is_found.then(|| self.instance.assignment(&self.instance.solution()))
    }
}

/// Some solution, whatever it costs; `None` when there is none.
pub fn solve(problem: &Problem<'_>) -> Option<Assignment> {
    Session::new(problem).solve(&[])
}
