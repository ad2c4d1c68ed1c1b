// SPDX-License-Identifier: Apache-2.0
//! Random problems over small models, and what brute force knows of them.

use std::collections::BTreeSet;

use kconfig::{SymbolId, Tristate};
use solver::{Atom, Charge, Formula, Problem, complete};

use super::brute::{self, Small};
use super::dice::Dice;

/// All values that users can reach.
pub(crate) struct Values {
    pub(crate) symbols: Vec<SymbolId>,
    pub(crate) reachable: BTreeSet<Vec<Tristate>>,
}

impl Values {
    pub(crate) fn of(problem: &Problem<'_>) -> Self {
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
    pub(crate) fn can_be(&self, problem: &Problem<'_>, formulas: &[Formula]) -> bool {
        self.reachable.iter().any(|values| {
            let hold = problem
                .formulas
                .hold(formulas, |atom| self.has(values, atom));
            hold.into_iter().all(|holds| holds)
        })
    }

    /// What these values cost, level by level; nothing when a requirement isn't met.
    pub(crate) fn cost(problem: &Problem<'_>, has: &dyn Fn(&Atom) -> bool) -> Option<Vec<u64>> {
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
    pub(crate) fn cheapest(&self, problem: &Problem<'_>) -> Option<Vec<u64>> {
        let costs = self.reachable.iter();
        costs
            .filter_map(|values| self.cost_of(problem, values))
            .min()
    }

    pub(crate) fn in_all_cheapest(&self, problem: &Problem<'_>, formula: Formula) -> bool {
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
pub(crate) fn random<'m>(
    small: &'m Small,
    dice: &mut Dice,
    most_requirements: usize,
) -> Problem<'m> {
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

/// Some condition over the values of a few symbols.
pub(crate) fn condition(
    problem: &mut Problem<'_>,
    dice: &mut Dice,
    symbols: &[SymbolId],
) -> Formula {
    if symbols.is_empty() {
        return Formula::TRUE;
    }
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

/// Each symbol has exactly its value.
pub(crate) fn exactly(
    problem: &mut Problem<'_>,
    symbols: &[SymbolId],
    values: &[Tristate],
) -> Formula {
    let formulas = &mut problem.formulas;
    let each: Vec<Formula> = symbols
        .iter()
        .zip(values)
        .map(|(symbol, value)| formulas.equals(*symbol, *value))
        .collect();
    formulas.all(each)
}
