// SPDX-License-Identifier: Apache-2.0
//! The order of an explanation: each step says what follows from the steps before it, as
//! far as one thing after the other does.

use kconfig::{SymbolId, Tristate};
use rustc_hash::FxHashMap;

use super::Reason;
use crate::circuit::Lit;
use crate::encode::{Encoding, Rule};

mod propagate;

use propagate::{Cone, Contradiction, Known};

/// What is known of a symbol after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    AtLeast(SymbolId, Tristate),
    AtMost(SymbolId, Tristate),
}

/// A reason, and what follows from it and the steps before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub reason: Reason,
    /// What was not known before; empty for the step that leads to a contradiction.
    pub facts: Vec<Fact>,
}

/// A minimal set of reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub steps: Vec<Step>,
    /// Whether the steps one after the other lead to the end. Otherwise the last ones have
    /// to be looked at together, as when each of two alternatives is closed.
    pub is_complete: bool,
}

impl Explanation {
    /// The reasons in the order of the steps.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.steps.iter().map(|step| step.reason)
    }
}

/// What orders explanations of one encoding.
pub(super) struct Proofs {
    /// The clauses of each rule, by their numbers.
    clauses: FxHashMap<Rule, Vec<usize>>,
    /// Clauses that belong to no rule, by the gate of one of their literals.
    plain: FxHashMap<usize, Vec<usize>>,
    /// All clauses without the literals that switch rules on.
    bare: Vec<Vec<Lit>>,
    /// What the input gates say of symbols.
    symbols: FxHashMap<usize, (SymbolId, Tristate)>,
}

impl Proofs {
    pub(super) fn new(encoding: &Encoding) -> Self {
        let rules = encoding.rules.iter();
        let guards: FxHashMap<usize, Rule> =
            rules.map(|(guard, rule)| (guard.gate(), *rule)).collect();
        let mut proofs = Self {
            clauses: FxHashMap::default(),
            plain: FxHashMap::default(),
            bare: Vec::new(),
            symbols: FxHashMap::default(),
        };
        for (number, clause) in encoding.clauses.iter().enumerate() {
            let rule = clause.iter().find_map(|lit| guards.get(&lit.gate()));
            let lits = clause
                .iter()
                .filter(|lit| !guards.contains_key(&lit.gate()));
            proofs.bare.push(lits.copied().collect());
            match rule {
                Some(rule) => proofs.clauses.entry(*rule).or_default().push(number),
                None => {
                    for lit in clause {
                        proofs.plain.entry(lit.gate()).or_default().push(number);
                    }
                }
            }
        }
        for (symbol, value) in encoding.values.iter() {
            proofs
                .symbols
                .insert(value.yes.gate(), (symbol, Tristate::Yes));
            proofs
                .symbols
                .insert(value.on.gate(), (symbol, Tristate::Module));
        }
        proofs
    }

    /// Orders `reasons`, of which requirements and charges come with what they state.
    /// From them follows `goal`, or a contradiction.
    pub(super) fn explanation(
        &self,
        encoding: &Encoding,
        reasons: &[(Reason, Option<Lit>)],
        goal: Option<Lit>,
    ) -> Explanation {
        let direct = self.ordered(encoding, reasons, goal, None);
        if direct.is_complete || goal.is_none() {
            return direct;
        }
        // From the contrary a contradiction follows more easily.
        self.ordered(encoding, reasons, None, goal.map(|goal| !goal))
    }

    fn ordered(
        &self,
        encoding: &Encoding,
        reasons: &[(Reason, Option<Lit>)],
        goal: Option<Lit>,
        supposed: Option<Lit>,
    ) -> Explanation {
        let stated = reasons.iter().filter_map(|(_, stated)| *stated);
        let ruled = reasons
            .iter()
            .flat_map(|(reason, _)| self.clauses_of(*reason));
        let ruled = ruled.flat_map(|number| self.bare[*number].iter().copied());
        let roots = stated.chain(ruled).chain(goal).chain(supposed);
        let cone = Cone::new(&encoding.circuit, roots);
        let mut known = Known::new(&encoding.circuit, &cone);
        let mut ordering = Ordering {
            proofs: self,
            open: reasons.to_vec(),
            steps: Vec::new(),
        };
        let is_complete = ordering.run(&mut known, goal, supposed);
        let rest = ordering.open.into_iter().map(|(reason, _)| Step {
            reason,
            facts: Vec::new(),
        });
        let mut steps = ordering.steps;
        steps.extend(rest);
        Explanation { steps, is_complete }
    }

    fn clauses_of(&self, reason: Reason) -> &[usize] {
        match reason {
            Reason::Rule(rule) => self.clauses.get(&rule).map_or(&[], Vec::as_slice),
            Reason::Requirement(_) | Reason::Charge(..) => &[],
        }
    }
}

struct Ordering<'a> {
    proofs: &'a Proofs,
    /// The reasons that were not used yet.
    open: Vec<(Reason, Option<Lit>)>,
    steps: Vec<Step>,
}

impl Ordering<'_> {
    /// Uses one reason after the other; whether that leads to the goal or a contradiction.
    fn run(&mut self, known: &mut Known<'_>, goal: Option<Lit>, supposed: Option<Lit>) -> bool {
        if supposed.is_some_and(|lit| self.settle(known, &[lit]).is_err()) {
            return true;
        }
        known.take_new();
        while let Some((place, used)) = self.next(known) {
            let (reason, _) = self.open.remove(place);
            let facts = self.facts(&known.take_new());
            self.steps.push(Step { reason, facts });
            if used.is_err() || goal.is_some_and(|goal| known.value(goal) == Some(true)) {
                return true;
            }
        }
        false
    }

    /// Finds a reason from which something new follows, rules before new statements.
    fn next(&self, known: &mut Known<'_>) -> Option<(usize, Result<(), Contradiction>)> {
        for (place, (reason, stated)) in self.open.iter().enumerate() {
            if stated.is_some() {
                continue;
            }
            let before = known.count();
            let mut used = Ok(());
            for number in self.proofs.clauses_of(*reason) {
                used = used.and_then(|()| self.settle(known, &self.proofs.bare[*number]));
            }
            if used.is_err() || known.count() > before {
                return Some((place, used));
            }
        }
        let place = self.open.iter().position(|(_, stated)| stated.is_some())?;
        let used = self.settle(known, &[self.open[place].1?]);
        Some((place, used))
    }

    /// Uses a clause, and whatever clauses of no rule then say.
    fn settle(&self, known: &mut Known<'_>, clause: &[Lit]) -> Result<(), Contradiction> {
        let mut looked_at = known.count();
        known.clause(clause)?;
        while let Some(gate) = known.nth(looked_at) {
            looked_at += 1;
            for number in self.proofs.plain.get(&gate).into_iter().flatten() {
                known.clause(&self.proofs.bare[*number])?;
            }
        }
        Ok(())
    }

    fn facts(&self, new: &[(usize, bool)]) -> Vec<Fact> {
        let mut facts: Vec<Fact> = Vec::new();
        for (gate, value) in new {
            let Some((symbol, least)) = self.proofs.symbols.get(gate).copied() else {
                continue;
            };
            facts.push(match (least, value) {
                (least, true) => Fact::AtLeast(symbol, least),
                (Tristate::Yes, false) => Fact::AtMost(symbol, Tristate::Module),
                (_, false) => Fact::AtMost(symbol, Tristate::No),
            });
        }
        facts
    }
}
