// SPDX-License-Identifier: Apache-2.0
//! Why something is so: the smallest set of requirements and rules from which it follows,
//! in an order in which a person can follow it.

use std::rc::Rc;

use kconfig::Model;
use rustc_hash::FxHashMap;

use crate::assignment::Assignment;
use crate::encode::{Rule, Rules};
use crate::formula::Formula;
use crate::instance::Instance;
use crate::problem::{Problem, RequirementId};
use crate::sat::SatLit;

mod minimal;
mod proof;
mod words;

use proof::Proofs;
pub use proof::{Explanation, Fact, Step};

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
    proofs: Proofs,
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
        let mut avoided = Vec::new();
        for level in 0..=self.problem.levels.len() {
            if let Some(explanation) = self.explain(Some(formula), &avoided) {
                return Some(explanation);
            }
            if level < self.problem.levels.len() {
                avoided.extend(self.avoided(level, solution));
            }
        }
        None
    }

    /// What `solution` doesn't pay for on that level.
    fn avoided(&self, level: usize, solution: &Assignment) -> Vec<Reason> {
        let charges = &self.problem.levels[level];
        let conditions: Vec<Formula> = charges.iter().map(|charge| charge.condition).collect();
        let formulas = &self.problem.formulas;
        let paid = formulas.hold(&conditions, |atom| solution.has(atom));
        let avoided = paid.iter().enumerate().filter(|(_, paid)| !**paid);
        avoided
            .map(|(index, _)| Reason::Charge(level, index))
            .collect()
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
        let proofs = Proofs::new(&instance.encoding);
        Self {
            instance,
            rules,
            proofs,
        }
    }

    /// The rules that are needed besides what is stated.
    fn needed(&mut self, goal: Option<Formula>, stated: &[Stated]) -> Option<Vec<Rule>> {
        let stated = stated.iter().map(|(_, formula)| *formula);
        let fixed = stated.chain(goal.map(|goal| !goal));
        let fixed: Vec<SatLit> = fixed
            .map(|formula| self.instance.formula(formula))
            .collect();
        let guards: Vec<SatLit> = self.rules.iter().map(|(guard, _)| *guard).collect();
        let core = minimal::core(&mut self.instance.sat, &fixed, &guards)?;
        let is_needed = |(guard, _): &&(SatLit, Rule)| core.contains(guard);
        let needed = self.rules.iter().filter(is_needed);
        Some(needed.map(|(_, rule)| *rule).collect())
    }

    fn explanation(&self, goal: Option<Formula>, stated: &[Stated], rules: &[Rule]) -> Explanation {
        let lit = |formula| self.instance.circuit_lit(formula);
        let stated = stated
            .iter()
            .map(|(reason, formula)| (*reason, Some(lit(*formula))));
        let rules = rules.iter().map(|rule| (Reason::Rule(*rule), None));
        let reasons: Vec<_> = stated.chain(rules).collect();
        self.proofs
            .explanation(&self.instance.encoding, &reasons, goal.map(lit))
    }
}
