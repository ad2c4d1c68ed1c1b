// SPDX-License-Identifier: Apache-2.0
//! Small models of every feature, in both dialects, against brute force: the encoding has
//! exactly the solutions that the evaluator reaches, and the minimiser finds the cheapest.
//! `SOLVER_MODELS=N` tries N models of each dialect, `SOLVER_SEED=N` another set.

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
    use solver::{Atom, Charge, Formula, Problem, Session, complete, minimise};

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

    /// Some condition over the values of a few symbols.
    fn condition(problem: &mut Problem<'_>, dice: &mut Dice, symbols: &[SymbolId]) -> Formula {
        let mut atom = |dice: &mut Dice| {
            let symbol = symbols[dice.below(symbols.len())];
            let value = Tristate::ALL[dice.below(3)];
            problem.formulas.equals(symbol, value)
        };
        let [a, b, c] = [atom(dice), !atom(dice), atom(dice)];
        let formulas = &mut problem.formulas;
        match dice.below(5) {
            0 => formulas.and(a, b),
            1 => formulas.or(a, b),
            2 => formulas.choose(a, b, c),
            3 => !a,
            _ => a,
        }
    }

    /// What each level costs at least, given what earlier levels cost; nothing when no
    /// values meet the requirements.
    fn cheapest(
        problem: &Problem<'_>,
        requirements: &[Formula],
        symbols: &[SymbolId],
        reachable: &BTreeSet<Vec<Tristate>>,
    ) -> Option<Vec<u64>> {
        let costs = reachable.iter().filter_map(|values| {
            let has = |atom: &Atom| match atom {
                Atom::AtLeast(symbol, least) => {
                    let place = symbols.iter().position(|it| it == symbol);
                    place.is_some_and(|place| values[place] >= *least)
                }
                Atom::Text(..) => false,
            };
            let holds = |formula: &Formula| problem.formulas.holds(*formula, has);
            let cost = |level: &Vec<Charge>| {
                let paid = level.iter().filter(|charge| holds(&charge.condition));
                paid.map(|charge| charge.weight).sum()
            };
            let is_met = requirements.iter().all(holds);
            is_met.then(|| problem.levels().iter().map(cost).collect())
        });
        costs.min()
    }

    fn check_cost(small: &Small, dice: &mut Dice) {
        let model = &small.model;
        let baseline = brute::baseline(small, dice);
        let mut problem = Problem::new(model, baseline.clone());
        for (symbol, _) in model.symbols() {
            if dice.below(100) < 60 {
                problem.allow(symbol);
            }
        }
        let symbols = brute::compared(model);
        let mut requirements = Vec::new();
        for _ in 0..dice.below(4) {
            let formula = condition(&mut problem, dice, &symbols);
            problem.require(formula);
            requirements.push(formula);
        }
        for level in 0..=dice.below(3) {
            for _ in 0..dice.below(14) {
                let formula = condition(&mut problem, dice, &symbols);
                problem.charge(level, formula, 1 + dice.below(9) as u64);
            }
        }
        if dice.below(2) == 0 {
            let level = problem.levels().len();
            for symbol in &symbols {
                problem.keep(level, *symbol, 1);
            }
        }
        let lines = complete::text_lines(model, &baseline);
        let reachable = brute::reachable(&problem, &lines);
        let expected = cheapest(&problem, &requirements, &symbols, &reachable);
        let found = minimise(&problem).solution();
        if let Some(solution) = &found {
            let values: Vec<_> = symbols
                .iter()
                .map(|symbol| solution.assignment.tristate(*symbol))
                .collect();
            let this: BTreeSet<_> = [values].into();
            let actual = cheapest(&problem, &requirements, &symbols, &this);
            assert_eq!(actual, expected, "not the cheapest\n{}", small.text);
        }
        let lower = found
            .as_ref()
            .map(|it| it.costs.iter().map(|cost| cost.lower).collect());
        assert_eq!(lower, expected, "lower bounds\n{}", small.text);
        let upper = found.map(|it| it.costs.iter().map(|cost| cost.upper).collect());
        assert_eq!(upper, expected, "upper bounds\n{}", small.text);
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
