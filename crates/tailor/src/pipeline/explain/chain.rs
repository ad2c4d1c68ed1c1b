// SPDX-License-Identifier: Apache-2.0
//! The answers to "why" and "why not", from a symbol down to the evidence.

use std::collections::BTreeSet;

use super::{Cause, Explanations, On};
use crate::requirement::Requirement;

/// So many requirements are told of.
const SHOWN: usize = 4;

impl Explanations {
    /// Why a symbol is on, a sentence a step; `None` when it is not on.
    pub fn why(&self, symbol: &str) -> Option<Vec<String>> {
        let mut at = (symbol.to_owned(), self.on.get(symbol)?);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut steps = Vec::new();
        while let (name, Cause::Symbol { by, how }) = (&at.0, &at.1.cause) {
            steps.push(how.clone());
            let next = self.on.get(by).filter(|_| seen.insert(name.clone()));
            let Some(next) = next else {
                return Some(steps);
            };
            at = (by.clone(), next);
        }
        steps.extend(self.end(&at.0, at.1));
        Some(steps)
    }

    /// The last steps of a chain.
    fn end(&self, name: &str, on: &On) -> Vec<String> {
        match &on.cause {
            Cause::Required(requirements) => {
                let all: Vec<&Requirement> = self.requirements.iter().collect();
                let found = requirements.iter().filter_map(|index| all.get(*index));
                let first = found.take(SHOWN);
                let mut steps: Vec<String> = first
                    .map(|one| format!("{name} is needed: {}", one.words()))
                    .collect();
                let more = requirements.len().saturating_sub(SHOWN);
                if more > 0 {
                    steps.push(format!("and for {more} more requirements"));
                }
                steps
            }
            Cause::Default(why) => vec![format!("{name}: {why}")],
            Cause::NoFile => vec![format!(
                "{name} gates no file: switching it off removes no code, so it is as it was ({})",
                on.was
            )],
            Cause::Symbol { how, .. } => vec![how.clone()],
        }
    }

    /// Why a symbol is off, a sentence a step; `None` when it was off before or is on.
    pub fn why_not(&self, symbol: &str) -> Option<Vec<String>> {
        let mut steps = Vec::new();
        let mut seen = BTreeSet::new();
        let mut name = symbol.to_owned();
        let first = self.off.get(symbol)?;
        let mut at = Some(first);
        while let Some(off) = at.filter(|_| seen.insert(name.clone())) {
            steps.push(off.why.words(&name));
            at = None;
            if let Some(next) = off.why.next() {
                next.clone_into(&mut name);
                at = self.off.get(next);
            }
        }
        steps.extend(first.cost(symbol));
        Some(steps)
    }

    /// The strongest reason for a symbol in a sentence.
    pub fn reason(&self, name: &str, on: &On) -> String {
        match &on.cause {
            Cause::Symbol { how, .. } => how.clone(),
            Cause::NoFile => "no file depends on it".to_owned(),
            Cause::Default(why) => why.clone(),
            Cause::Required(_) => self.end(name, on).into_iter().next().unwrap_or_default(),
        }
    }
}
