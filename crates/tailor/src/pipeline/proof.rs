// SPDX-License-Identifier: Apache-2.0
//! The solver's proofs in the words of requirements, policies and Kconfig files.

use kconfig::{Model, SymbolId, Tristate};
use solver::{Assignment, Explainer, Explanation, Reason};

use crate::minimise::Task;

/// So many symbols of a charge are named.
const NAMED: usize = 4;

/// Why the requirements can't all be met, a sentence a step; `None` when they can.
pub fn conflict(task: &Task<'_>) -> Option<Vec<String>> {
    let explanation = Explainer::new(&task.problem).conflict()?;
    Some(words(task, &explanation))
}

/// Why a symbol is on in every solution as small as this one, or why it is off; `None` when
/// an equally small one has it otherwise.
pub fn why(task: &mut Task<'_>, solution: &Assignment, symbol: SymbolId) -> Option<Vec<String>> {
    let on = task.problem.formulas.on(symbol);
    let is_on = solution.tristate(symbol) != Tristate::No;
    let goal = if is_on { on } else { !on };
    let explanation = Explainer::new(&task.problem).why(goal, solution)?;
    Some(words(task, &explanation))
}

fn words(task: &Task<'_>, explanation: &Explanation) -> Vec<String> {
    let model = task.problem.model();
    let step = |step: &solver::Step| {
        let facts: Vec<String> = step.facts.iter().map(|fact| fact.words(model)).collect();
        let reason = reason(task, model, step.reason);
        if facts.is_empty() {
            return reason;
        }
        format!("{reason}; so {}", facts.join(", "))
    };
    explanation.steps.iter().map(step).collect()
}

fn reason(task: &Task<'_>, model: &Model, reason: Reason) -> String {
    match reason {
        Reason::Requirement(id) => {
            let stated = task.requirements.iter().find(|(one, _)| *one == id);
            let modules = || "a kernel without modules is asked for".to_owned();
            stated.map_or_else(modules, |(_, requirement)| requirement.words())
        }
        Reason::Charge(level, index) => charge(task, model, (level, index)),
        Reason::Rule(_) => reason.words(model).unwrap_or_default(),
    }
}

/// What is avoided: code on the first level, other values than before on the next.
fn charge(task: &Task<'_>, model: &Model, (level, index): (usize, usize)) -> String {
    let charge = task
        .problem
        .levels()
        .get(level)
        .and_then(|all| all.get(index));
    let symbols = charge
        .map(|it| task.problem.formulas.symbols(it.condition))
        .unwrap_or_default();
    let more = if symbols.len() > NAMED { ", ..." } else { "" };
    let named = symbols.iter().take(NAMED);
    let names: Vec<&str> = named.map(|it| model.symbol(*it).display_name()).collect();
    let names = names.join(", ");
    match level {
        0 => {
            format!("files that depend on {names}{more} are not compiled where nothing needs them")
        }
        _ => format!("{names} keeps the replaced kernel's value, since no file depends on it"),
    }
}
