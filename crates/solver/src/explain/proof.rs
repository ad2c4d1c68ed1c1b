// SPDX-License-Identifier: Apache-2.0
//! The order of an explanation: each step says what follows from the steps before it, as
//! far as one thing after the other does.

use super::rulebook::Rulebook;
use super::{Explanation, Reason, Step};
use crate::circuit::Lit;
use crate::encode::Encoding;

mod propagate;

use propagate::{Cone, Contradiction, Known};

/// A reason; those that are no rules come with what they state.
pub(super) type Given = (Reason, Option<Lit>);

/// Orders `reasons`, from which follows `goal`, or a contradiction without one.
pub(super) fn explanation(
    (encoding, book): (&Encoding, &Rulebook),
    reasons: &[Given],
    goal: Option<Lit>,
) -> Explanation {
    let ordered = |goal, supposed| {
        Ordering::new((encoding, book), reasons, goal, supposed).explanation(reasons)
    };
    let direct = ordered(goal, None);
    if direct.is_complete || goal.is_none() {
        return direct;
    }
    // From the contrary a contradiction follows more easily.
    ordered(None, goal.map(|goal| !goal))
}

struct Ordering<'a> {
    encoding: &'a Encoding,
    book: &'a Rulebook,
    cone: Cone,
    goal: Option<Lit>,
    supposed: Option<Lit>,
}

/// The reasons used and those left, while what is known grows.
struct State<'c> {
    known: Known<'c>,
    open: Vec<Given>,
    steps: Vec<Step>,
}

impl<'a> Ordering<'a> {
    fn new(
        (encoding, book): (&'a Encoding, &'a Rulebook),
        reasons: &[Given],
        goal: Option<Lit>,
        supposed: Option<Lit>,
    ) -> Self {
        let mut roots: Vec<Lit> = goal.into_iter().chain(supposed).collect();
        for (reason, stated) in reasons {
            roots.extend(*stated);
            if let Reason::Rule(rule) = reason {
                roots.extend(book.clauses(encoding, *rule).flatten());
            }
        }
        Self {
            encoding,
            book,
            cone: Cone::new(&encoding.circuit, roots.into_iter()),
            goal,
            supposed,
        }
    }

    fn explanation(&self, reasons: &[Given]) -> Explanation {
        let mut state = State {
            known: Known::new(&self.encoding.circuit, &self.cone),
            open: reasons.to_vec(),
            steps: Vec::new(),
        };
        let is_complete = self.run(&mut state);
        let mut steps = state.steps;
        steps.extend(state.open.into_iter().map(|(reason, _)| Step {
            reason,
            facts: Vec::new(),
        }));
        Explanation {
            steps,
            supposes_contrary: self.supposed.is_some(),
            is_complete,
        }
    }

    /// Uses one reason after the other; whether that leads to the goal or a contradiction.
    fn run(&self, state: &mut State<'_>) -> bool {
        if let Some(supposed) = self.supposed
            && self.settle(&mut state.known, &[supposed]).is_err()
        {
            return true;
        }
        state.known.take_new();
        while let Some((place, used)) = self.next(state) {
            let (reason, _) = state.open.remove(place);
            let new = state.known.take_new();
            let facts = new.into_iter();
            let facts = facts.filter_map(|(gate, value)| self.book.fact(gate, value));
            state.steps.push(Step {
                reason,
                facts: facts.collect(),
            });
            let is_reached = self
                .goal
                .is_some_and(|goal| state.known.value(goal) == Some(true));
            if used.is_err() || is_reached {
                return true;
            }
        }
        false
    }

    /// Finds a reason from which something new follows, rules before new statements.
    fn next(&self, state: &mut State<'_>) -> Option<(usize, Result<(), Contradiction>)> {
        let known = &mut state.known;
        for (place, (reason, _)) in state.open.iter().enumerate() {
            let Reason::Rule(rule) = reason else { continue };
            let before = known.count();
            let mut clauses = self.book.clauses(self.encoding, *rule);
            let used = clauses.try_for_each(|clause| self.settle(known, clause));
            if used.is_err() || known.count() > before {
                return Some((place, used));
            }
        }
        let place = state.open.iter().position(|(_, stated)| stated.is_some())?;
        let used = self.settle(known, &[state.open[place].1?]);
        Some((place, used))
    }

    /// Uses a clause, and whatever clauses of no rule then say.
    fn settle(&self, known: &mut Known<'_>, clause: &[Lit]) -> Result<(), Contradiction> {
        let mut looked_at = known.count();
        known.clause(clause)?;
        while let Some(gate) = known.nth(looked_at) {
            looked_at += 1;
            let mut clauses = self.book.plain(self.encoding, gate);
            clauses.try_for_each(|clause| known.clause(clause))?;
        }
        Ok(())
    }
}
