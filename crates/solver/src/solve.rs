// SPDX-License-Identifier: Apache-2.0
//! Any solution of a problem, whatever it costs.

use std::rc::Rc;

use crate::assignment::Assignment;
use crate::encode::Rules;
use crate::instance::Instance;
use crate::problem::Problem;
use crate::sat::Answer;

/// Some solution; `None` when there is none.
pub fn solve(problem: &Problem<'_>) -> Option<Assignment> {
    let mut instance = Instance::new(problem, Rules::Fixed, Rc::new(|| false));
    for requirement in &problem.requirements {
        instance.assert(*requirement);
    }
    instance.load_model();
    let answer = instance.sat.solve(&[]);
    (answer == Answer::Satisfiable).then(|| instance.assignment())
}
