// SPDX-License-Identifier: Apache-2.0
//! The encoding has exactly the solutions that the evaluator reaches: small models of
//! every feature, in both dialects, against brute force. `SOLVER_MODELS=N` tries N models
//! of each dialect, `SOLVER_SEED=N` another set.

#[cfg(test)]
mod small {
    pub(crate) mod brute;
    pub(crate) mod dice;
    pub(crate) mod grow;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kconfig::{SymbolId, Tristate};
    use solver::{Formula, Problem, Session, complete};

    use crate::small::brute::{self, Small};
    use crate::small::dice::Dice;
    use crate::small::grow::grow;

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

    fn exactly(problem: &mut Problem<'_>, symbols: &[SymbolId], values: &[Tristate]) -> Formula {
        let formulas = &mut problem.formulas;
        let each: Vec<Formula> = symbols
            .iter()
            .zip(values)
            .map(|(symbol, value)| formulas.equals(*symbol, *value))
            .collect();
        formulas.all(each)
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
