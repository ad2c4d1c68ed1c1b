// SPDX-License-Identifier: Apache-2.0
//! Small models of every feature, in both dialects, against brute force: the encoding has
//! exactly the solutions that the evaluator reaches, and the minimiser finds the cheapest.
//! `SOLVER_MODELS=N` tries N models of each dialect, `SOLVER_SEED=N` another set.

#[cfg(test)]
mod small {
    pub(crate) mod brute;
    pub(crate) mod dice;
    pub(crate) mod grow;
    pub(crate) mod problem;
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;
    use std::rc::Rc;

    use kconfig::{SymbolId, Tristate};
    use solver::{
        Atom, Control, Explainer, Formula, Outcome, Problem, Progress, Reason, Session, complete,
        minimise, minimise_with,
    };

    use crate::small::brute::{self, Small};
    use crate::small::dice::Dice;
    use crate::small::grow::grow;
    use crate::small::problem::{Values, condition, exactly, random};

    fn number(name: &str, otherwise: u64) -> u64 {
        let value = std::env::var_os(name).and_then(|value| value.into_string().ok());
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or(otherwise)
    }

    /// Calls `check` with as many models of a dialect as are wanted.
    fn each_model(classic: bool, check: impl Fn(&Small, &mut Dice)) {
        let (count, seed) = (number("SOLVER_MODELS", 150), number("SOLVER_SEED", 0));
        let mut refused = 0;
        for number in 0..count {
            let mut dice = Dice::new(seed * 1_000_000 + number);
            let grown = grow(&mut dice, classic);
            match brute::load(grown.text, classic) {
                Some(small) => check(&small, &mut dice),
                None => refused += 1,
            }
        }
        assert!(
            refused * 4 <= count,
            "{refused} of {count} models are no models"
        );
    }

    fn check(small: &Small, dice: &mut Dice, percent_free: usize) {
        let model = &small.model;
        let baseline = brute::baseline(small, dice);
        let mut problem = Problem::new(model, baseline.clone());
        for (symbol, _) in model.symbols() {
            if dice.below(100) < percent_free {
                problem.allow(symbol);
            }
        }
        let lines = complete::text_lines(model, &baseline);
        let reachable = brute::reachable(&problem, &lines);
        let symbols = brute::compared(model);
        let all: Vec<Formula> = reachable
            .iter()
            .map(|values| exactly(&mut problem, &symbols, values))
            .collect();
        let formulas = &mut problem.formulas;
        let any = formulas.any(all.iter().copied());
        let mut session = Session::new(&problem);
        for (formula, values) in all.iter().zip(&reachable) {
            let Some(assignment) = session.solve(&[*formula]) else {
                panic!("missing {}\n{}", shown(small, &symbols, values), small.text);
            };
            let configuration = complete::complete(model, &baseline, &assignment);
            let differences = complete::differences(&configuration, &assignment);
            assert!(differences.is_empty(), "{differences:?}\n{}", small.text);
        }
        if let Some(assignment) = session.solve(&[!any]) {
            let values: Vec<_> = symbols.iter().map(|it| assignment.tristate(*it)).collect();
            panic!(
                "unreachable {}\n{}",
                shown(small, &symbols, &values),
                small.text
            );
        }
    }

    fn shown(small: &Small, symbols: &[SymbolId], values: &[Tristate]) -> String {
        let mut all = BTreeSet::new();
        for (symbol, value) in symbols.iter().zip(values) {
            all.insert(format!(
                "{}={value}",
                small.model.symbol(*symbol).display_name()
            ));
        }
        format!("{all:?}")
    }

    fn check_cost(small: &Small, dice: &mut Dice) {
        let problem = random(small, dice, 3);
        let values = Values::of(&problem);
        let expected = values.cheapest(&problem);
        let found = minimise(&problem).solution();
        if let Some(solution) = &found {
            let has = |atom: &Atom| solution.assignment.has(atom);
            let actual = Values::cost(&problem, &has);
            assert_eq!(actual, expected, "not the cheapest\n{}", small.text);
        }
        let lower = found
            .as_ref()
            .map(|it| it.costs.iter().map(|cost| cost.lower).collect());
        assert_eq!(lower, expected, "lower bounds\n{}", small.text);
        let upper = found.map(|it| it.costs.iter().map(|cost| cost.upper).collect());
        assert_eq!(upper, expected, "upper bounds\n{}", small.text);
    }

    /// A search that is interrupted gives a solution and bounds that hold.
    fn check_interrupted(small: &Small, dice: &mut Dice) {
        let problem = random(small, dice, 3);
        let values = Values::of(&problem);
        let expected = values.cheapest(&problem);
        for patience in 0..12 {
            check_bounds(&problem, expected.as_deref(), patience, &small.text);
        }
    }

    /// Interrupts at the question after so many.
    fn check_bounds(problem: &Problem<'_>, expected: Option<&[u64]>, patience: u64, text: &str) {
        let patience = Cell::new(patience);
        let interrupt = Rc::new(move || {
            let left = patience.get();
            patience.set(left.saturating_sub(1));
            left == 0
        });
        let mut last = Vec::new();
        let progress = &mut |progress: Progress| last.push((progress.level, progress.bounds));
        let mut control = Control {
            interrupt,
            progress,
        };
        let solution = match minimise_with(problem, &mut control) {
            Outcome::Solved(solution) => solution,
            Outcome::Infeasible => return assert_eq!(expected, None, "{text}"),
            Outcome::Interrupted => return,
        };
        let has = |atom: &Atom| solution.assignment.has(atom);
        let actual = Values::cost(problem, &has).expect("meets the requirements");
        let expected = expected.expect("there is a solution");
        let mut is_optimal = true;
        for (level, bounds) in solution.costs.iter().enumerate() {
            assert!(actual[level] <= bounds.upper, "{text}");
            if is_optimal {
                assert!(bounds.lower <= expected[level], "{text}");
                assert!(expected[level] <= bounds.upper, "{text}");
            }
            is_optimal &= bounds.is_optimal();
            let said = last.iter().rev().find(|(it, _)| *it == level);
            assert_eq!(
                said,
                Some(&(level, *bounds)),
                "the last progress of each level"
            );
        }
    }

    /// The requirements in a conflict contradict each other, and no part of them does.
    fn check_conflict(small: &Small, dice: &mut Dice) {
        let problem = random(small, dice, 8);
        let values = Values::of(&problem);
        let conflict = Explainer::new(&problem).conflict();
        let is_feasible = values.cheapest(&problem).is_some();
        assert_eq!(conflict.is_none(), is_feasible, "{}", small.text);
        let Some(conflict) = conflict else { return };
        let mut required: Vec<Formula> = conflict
            .reasons()
            .filter_map(|reason| formula(&problem, reason))
            .collect();
        assert!(!values.can_be(&problem, &required), "{}", small.text);
        for _ in 0..required.len() {
            let one = required.remove(0);
            assert!(
                values.can_be(&problem, &required),
                "not minimal\n{}",
                small.text
            );
            required.push(one);
        }
    }

    /// A session knows what can be, asked one by one and all at once.
    fn check_possible(small: &Small, dice: &mut Dice) {
        let mut problem = random(small, dice, 3);
        let symbols = brute::compared(&small.model);
        let questions: Vec<Formula> = (0..8)
            .map(|_| condition(&mut problem, dice, &symbols))
            .collect();
        let required: Vec<Formula> = problem
            .requirements()
            .map(|id| problem.requirement(id))
            .collect();
        let values = Values::of(&problem);
        let expected: Vec<bool> = questions
            .iter()
            .map(|it| values.can_be(&problem, &[&required[..], &[*it]].concat()))
            .collect();
        let mut session = Session::new(&problem);
        assert_eq!(session.possible(&questions), expected, "{}", small.text);
        let one_by_one: Vec<bool> = questions.iter().map(|it| session.can_be(*it)).collect();
        assert_eq!(one_by_one, expected, "{}", small.text);
    }

    /// What is said to follow does follow, and from no part of what it is said to follow from.
    fn check_why(small: &Small, dice: &mut Dice) {
        let mut problem = random(small, dice, 3);
        let symbols = brute::compared(&small.model);
        let questions: Vec<Formula> = (0..4)
            .map(|_| condition(&mut problem, dice, &symbols))
            .collect();
        let values = Values::of(&problem);
        let Some(solution) = minimise(&problem).solution() else {
            return;
        };
        let mut explainer = Explainer::new(&problem);
        for question in questions {
            let has = |atom: &Atom| solution.assignment.has(atom);
            let holds = problem.formulas.holds(question, has);
            let question = if holds { question } else { !question };
            let answer = explainer.why(question, &solution.assignment);
            let Some(answer) = answer else {
                let is_needed = values.in_all_cheapest(&problem, question);
                assert!(!is_needed, "not explained\n{}", small.text);
                continue;
            };
            let mut from: Vec<Formula> = answer
                .reasons()
                .filter_map(|reason| formula(&problem, reason))
                .collect();
            from.push(!question);
            assert!(!values.can_be(&problem, &from), "{}", small.text);
            for _ in 1..from.len() {
                let one = from.remove(0);
                assert!(
                    values.can_be(&problem, &from),
                    "not minimal\n{}",
                    small.text
                );
                from.insert(from.len() - 1, one);
            }
        }
    }

    /// What a reason that is no rule states.
    fn formula(problem: &Problem<'_>, reason: Reason) -> Option<Formula> {
        match reason {
            Reason::Requirement(id) => Some(problem.requirement(id)),
            Reason::Charge(level, index) => Some(!problem.levels()[level][index].condition),
            Reason::Rule(_) => None,
        }
    }

    #[test]
    fn interrupted_before_6_11() {
        each_model(true, check_interrupted);
    }

    #[test]
    fn interrupted_since_6_11() {
        each_model(false, check_interrupted);
    }

    #[test]
    fn minimal_conflicts_before_6_11() {
        each_model(true, check_conflict);
    }

    #[test]
    fn minimal_conflicts_since_6_11() {
        each_model(false, check_conflict);
    }

    #[test]
    fn what_can_be_before_6_11() {
        each_model(true, check_possible);
    }

    #[test]
    fn what_can_be_since_6_11() {
        each_model(false, check_possible);
    }

    #[test]
    fn why_it_is_so_before_6_11() {
        each_model(true, check_why);
    }

    #[test]
    fn why_it_is_so_since_6_11() {
        each_model(false, check_why);
    }

    #[test]
    fn the_least_cost_before_6_11() {
        each_model(true, check_cost);
    }

    #[test]
    fn the_least_cost_since_6_11() {
        each_model(false, check_cost);
    }

    #[test]
    fn every_solution_and_no_other_before_6_11() {
        each_model(true, |small, dice| check(small, dice, 100));
    }

    #[test]
    fn every_solution_and_no_other_since_6_11() {
        each_model(false, |small, dice| check(small, dice, 100));
    }

    #[test]
    fn what_is_not_allowed_stays_off_before_6_11() {
        each_model(true, |small, dice| check(small, dice, 30));
    }

    #[test]
    fn what_is_not_allowed_stays_off_since_6_11() {
        each_model(false, |small, dice| check(small, dice, 30));
    }
}
