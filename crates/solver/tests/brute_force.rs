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
    use solver::{Atom, Charge, Explainer, Formula, Problem, Reason, Session, complete, minimise};

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

    /// All values that users can reach.
    struct Values {
        symbols: Vec<SymbolId>,
        reachable: BTreeSet<Vec<Tristate>>,
    }

    impl Values {
        fn of(problem: &Problem<'_>) -> Self {
            let lines = complete::text_lines(problem.model(), problem.baseline());
            Self {
                symbols: brute::compared(problem.model()),
                reachable: brute::reachable(problem, &lines),
            }
        }

        fn has(&self, values: &[Tristate], atom: &Atom) -> bool {
            match atom {
                Atom::AtLeast(symbol, least) => {
                    let place = self.symbols.iter().position(|it| it == symbol);
                    place.is_some_and(|place| values[place] >= *least)
                }
                Atom::Text(..) => false,
            }
        }

        /// Whether some values make all of `formulas` true.
        fn can_be(&self, problem: &Problem<'_>, formulas: &[Formula]) -> bool {
            self.reachable.iter().any(|values| {
                let hold = problem
                    .formulas
                    .hold(formulas, |atom| self.has(values, atom));
                hold.into_iter().all(|holds| holds)
            })
        }

        /// What these values cost, level by level; nothing when a requirement isn't met.
        fn cost(problem: &Problem<'_>, has: &dyn Fn(&Atom) -> bool) -> Option<Vec<u64>> {
            let holds = |formula: Formula| problem.formulas.holds(formula, has);
            let cost = |level: &Vec<Charge>| {
                let paid = level.iter().filter(|charge| holds(charge.condition));
                paid.map(|charge| charge.weight).sum()
            };
            let is_met = problem
                .requirements()
                .all(|id| holds(problem.requirement(id)));
            is_met.then(|| problem.levels().iter().map(cost).collect())
        }

        fn cost_of(&self, problem: &Problem<'_>, values: &[Tristate]) -> Option<Vec<u64>> {
            Self::cost(problem, &|atom| self.has(values, atom))
        }

        /// What each level costs at least, given what earlier levels cost.
        fn cheapest(&self, problem: &Problem<'_>) -> Option<Vec<u64>> {
            let costs = self.reachable.iter();
            costs
                .filter_map(|values| self.cost_of(problem, values))
                .min()
        }

        fn in_all_cheapest(&self, problem: &Problem<'_>, formula: Formula) -> bool {
            let least = self.cheapest(problem);
            self.reachable.iter().all(|values| {
                let is_cheapest = self.cost_of(problem, values) == least;
                !is_cheapest
                    || problem
                        .formulas
                        .holds(formula, |atom| self.has(values, atom))
            })
        }
    }

    /// Random requirements and costs.
    fn random<'m>(small: &'m Small, dice: &mut Dice, most_requirements: usize) -> Problem<'m> {
        let model = &small.model;
        let mut problem = Problem::new(model, brute::baseline(small, dice));
        for (symbol, _) in model.symbols() {
            if dice.below(100) < 60 {
                problem.allow(symbol);
            }
        }
        let symbols = brute::compared(model);
        for _ in 0..dice.below(most_requirements + 1) {
            let formula = condition(&mut problem, dice, &symbols);
            problem.require(formula);
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
        problem
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
