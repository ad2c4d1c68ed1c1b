// SPDX-License-Identifier: Apache-2.0
//! Why something is so: the smallest set of requirements and rules from which it follows,
//! in an order in which a person can follow it.

use std::rc::Rc;

use kconfig::{Model, SymbolId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::assignment::Assignment;
use crate::circuit::Lit;
use crate::encode::{Rule, Rules};
use crate::formula::Formula;
use crate::instance::Instance;
use crate::problem::{Problem, RequirementId};
use crate::sat::SatLit;

mod minimal;
mod proof;
mod rulebook;
mod words;

pub use rulebook::Fact;
use rulebook::Rulebook;

/// One of the things from which something follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// What the caller requires.
    Requirement(RequirementId),
    /// What the Kconfig files say.
    Rule(Rule),
    /// What the solution avoids, because it costs: the level, and the place in that level.
    Charge(usize, usize),
}

impl Reason {
    /// What a rule says, with the place in the Kconfig files; `None` for what only the
    /// caller has words for.
    pub fn words(&self, model: &Model) -> Option<String> {
        match self {
            Self::Rule(rule) => Some(words::rule(model, *rule)),
            Self::Requirement(_) | Self::Charge(..) => None,
        }
    }
}

/// A reason, and what follows from it and the steps before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub reason: Reason,
    /// What was not known before; empty where nothing follows at once, and for the step
    /// that leads to a contradiction.
    pub facts: Vec<Fact>,
}

/// A minimal set of reasons in the order of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub steps: Vec<Step>,
    /// The steps start from the contrary of what is explained, and lead to a contradiction.
    pub supposes_contrary: bool,
    /// The steps one after the other lead to the end. Otherwise the last ones have to be
    /// looked at together, as when each of two alternatives is closed.
    pub is_complete: bool,
}

impl Explanation {
    /// The reasons in the order of the steps.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.steps.iter().map(|step| step.reason)
    }
}

/// Answers questions about one problem. The first explanation costs as much as some
/// solutions do.
pub struct Explainer<'p, 'm> {
    problem: &'p Problem<'m>,
    /// Knows all rules, and tells which requirements matter.
    plain: Instance,
    /// Tells which rules matter; made when first needed.
    detailed: Option<Detailed>,
}

/// A problem in which each rule can be switched off.
struct Detailed {
    instance: Instance,
    rules: Vec<(SatLit, Rule)>,
    book: Rulebook,
}

impl<'p, 'm> Explainer<'p, 'm> {
    /// The formulas of later questions have to be in the store of `problem` already.
    pub fn new(problem: &'p Problem<'m>) -> Self {
        let mut plain = Instance::new(problem, Rules::Fixed, Rc::new(|| false));
        plain.load_model();
        Self {
            problem,
            plain,
            detailed: None,
        }
    }

    /// Why the requirements can't all be met; `None` when they can.
    pub fn conflict(&mut self) -> Option<Explanation> {
        self.explain(None, &[])
    }

    /// Why `formula` is true in every solution, or else in every one that is as cheap as
    /// `solution`, one of least cost in which it is true. Costs are called upon level by
    /// level, as few as are needed. `None` when an equally cheap solution does without.
    pub fn why(&mut self, formula: Formula, solution: &Assignment) -> Option<Explanation> {
        if let Some(explanation) = self.explain(Some(formula), &[]) {
            return Some(explanation);
        }
        let symbols = self.problem.formulas.symbols(formula);
        let mut avoided = Vec::new();
        for level in 0..self.problem.levels.len() {
            // What has to do with the question makes the better explanation.
            let (related, others) = self.avoided((level, solution), &symbols);
            let few = [avoided.clone(), related.clone()].concat();
            let mut explained = None;
            if !related.is_empty() {
                explained = self.explain(Some(formula), &few);
            }
            avoided.extend(others.into_iter().chain(related));
            let explained = explained.or_else(|| self.explain(Some(formula), &avoided));
            if explained.is_some() {
                return explained;
            }
        }
        None
    }

    /// What `solution` doesn't pay for on that level: first what names any of `symbols`.
    fn avoided(
        &self,
        (level, solution): (usize, &Assignment),
        symbols: &[SymbolId],
    ) -> (Vec<Reason>, Vec<Reason>) {
        let charges = &self.problem.levels[level];
        let conditions: Vec<Formula> = charges.iter().map(|charge| charge.condition).collect();
        let formulas = &self.problem.formulas;
        let paid = formulas.hold(&conditions, |atom| solution.has(atom));
        let related = formulas.naming(symbols, &conditions);
        let avoided = (0..charges.len()).filter(|index| !paid[*index]);
        let (related, others): (Vec<usize>, Vec<usize>) = avoided.partition(|it| related[*it]);
        let reasons = |all: Vec<usize>| {
            let charge = |index| Reason::Charge(level, index);
            all.into_iter().map(charge).collect()
        };
        (reasons(related), reasons(others))
    }

    /// A minimal set of reasons from which `goal` follows, or a contradiction without one.
    fn explain(&mut self, goal: Option<Formula>, avoided: &[Reason]) -> Option<Explanation> {
        let requirements = 0..self.problem.requirements.len();
        let requirements = requirements.map(|index| Reason::Requirement(RequirementId(index)));
        let all: Vec<Reason> = requirements.chain(avoided.iter().copied()).collect();
        let stated = self.needed(goal, &all)?;
        let problem = self.problem;
        let detailed = self.detailed.get_or_insert_with(|| Detailed::new(problem));
        let rules = detailed.needed(goal, &stated)?;
        Some(detailed.explanation(goal, &stated, &rules))
    }

    /// Those of the requirements and charges that are needed when all rules hold. The first
    /// are the first to be done without.
    fn needed(&mut self, goal: Option<Formula>, all: &[Reason]) -> Option<Vec<Stated>> {
        let mut known: FxHashMap<SatLit, Stated> = FxHashMap::default();
        let mut assumptions = Vec::new();
        for reason in all {
            let formula = stated(self.problem, *reason);
            let lit = self.plain.formula(formula);
            known.entry(lit).or_insert_with(|| {
                assumptions.push(lit);
                (*reason, formula)
            });
        }
        let fixed: Vec<SatLit> = goal
            .map(|goal| self.plain.formula(!goal))
            .into_iter()
            .collect();
        let core = minimal::core(&mut self.plain.sat, &fixed, &assumptions)?;
        let core = core.iter().filter_map(|lit| known.get(lit));
        Some(core.copied().collect())
    }
}

/// A reason that isn't a rule, with what it says.
type Stated = (Reason, Formula);

fn stated(problem: &Problem<'_>, reason: Reason) -> Formula {
    match reason {
        Reason::Requirement(id) => problem.requirements[id.0],
        Reason::Charge(level, index) => !problem.levels[level][index].condition,
        Reason::Rule(_) => Formula::TRUE,
    }
}

impl Detailed {
    fn new(problem: &Problem<'_>) -> Self {
        let mut instance = Instance::new(problem, Rules::Apart, Rc::new(|| false));
        instance.load_model();
        let guards = instance.encoding.rules.clone();
        let rules = guards
            .into_iter()
            .map(|(guard, rule)| (instance.lit(guard), rule))
            .collect();
        let book = Rulebook::new(&instance.encoding);
        Self {
            instance,
            rules,
            book,
        }
    }

    /// The rules that are needed besides what is stated.
    fn needed(&mut self, goal: Option<Formula>, stated: &[Stated]) -> Option<Vec<Rule>> {
        let stated = stated.iter().map(|(_, formula)| *formula);
        let stated: Vec<Formula> = stated.chain(goal.map(|goal| !goal)).collect();
        let fixed: Vec<SatLit> = stated
            .iter()
            .map(|formula| self.instance.formula(*formula))
            .collect();
        let guards: Vec<SatLit> = self.rules.iter().map(|(guard, _)| *guard).collect();
        let core = minimal::trimmed(&mut self.instance.sat, &fixed, &guards)?;
        let core: FxHashSet<SatLit> = core.into_iter().collect();
        let rules = self.rules.iter().filter(|(guard, _)| core.contains(guard));
        let rules: Vec<Rule> = rules.map(|(_, rule)| *rule).collect();
        let stated: Vec<Lit> = stated
            .into_iter()
            .map(|formula| self.instance.circuit_lit(formula))
            .collect();
        self.book.minimal(&self.instance.encoding, &stated, &rules)
    }

    fn explanation(&self, goal: Option<Formula>, stated: &[Stated], rules: &[Rule]) -> Explanation {
        let lit = |formula| self.instance.circuit_lit(formula);
        let stated = stated.iter();
        let stated = stated.map(|(reason, formula)| (*reason, Some(lit(*formula))));
        let rules = rules.iter().map(|rule| (Reason::Rule(*rule), None));
        let reasons: Vec<_> = stated.chain(rules).collect();
        let known = (&self.instance.encoding, &self.book);
        proof::explanation(known, &reasons, goal.map(lit))
    }
}
