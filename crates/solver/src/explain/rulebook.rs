// SPDX-License-Identifier: Apache-2.0
//! Which clauses each rule is made of, and what their literals mean.

use std::rc::Rc;

use kconfig::{SymbolId, Tristate};
use rustc_hash::FxHashMap;

use super::minimal;
use crate::circuit::Lit;
use crate::encode::{Encoding, Rule};
use crate::sat::load::Loaded;
use crate::sat::{Sat, SatLit};

/// What is known of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    AtLeast(SymbolId, Tristate),
    AtMost(SymbolId, Tristate),
}

pub(super) struct Rulebook {
    /// The literal that switches each rule on, and the numbers of its clauses, in each of
    /// which the negation of that literal comes last.
    rules: FxHashMap<Rule, (Lit, Vec<usize>)>,
    /// The clauses that belong to no rule, by the gates in them.
    plain: FxHashMap<usize, Vec<usize>>,
    /// What input gates say of symbols.
    symbols: FxHashMap<usize, (SymbolId, Tristate)>,
}

impl Rulebook {
    pub(super) fn new(encoding: &Encoding) -> Self {
        let rules = encoding.rules.iter();
        let guards: FxHashMap<Lit, Rule> = rules.copied().collect();
        let mut book = Self {
            rules: FxHashMap::default(),
            plain: FxHashMap::default(),
            symbols: FxHashMap::default(),
        };
        for (number, clause) in encoding.clauses.iter().enumerate() {
            let guard = clause.last().map_or(Lit::FALSE, |last| !*last);
            if let Some(rule) = guards.get(&guard) {
                let entry = book.rules.entry(*rule).or_insert((guard, Vec::new()));
                entry.1.push(number);
                continue;
            }
            for lit in clause {
                book.plain.entry(lit.gate()).or_default().push(number);
            }
        }
        for (symbol, value) in encoding.values.iter() {
            let (yes, on) = (value.yes.gate(), value.on.gate());
            book.symbols.insert(yes, (symbol, Tristate::Yes));
            book.symbols.insert(on, (symbol, Tristate::Module));
        }
        book
    }

    /// The clauses of a rule that is on.
    pub(super) fn clauses<'e>(
        &self,
        encoding: &'e Encoding,
        rule: Rule,
    ) -> impl Iterator<Item = &'e [Lit]> {
        let numbers = self
            .rules
            .get(&rule)
            .map_or(&[][..], |(_, numbers)| numbers);
        numbers.iter().map(|number| {
            let clause = encoding.clauses.get(*number);
            &clause[..clause.len().saturating_sub(1)]
        })
    }

    /// The clauses of no rule in which a gate occurs.
    pub(super) fn plain<'e>(
        &self,
        encoding: &'e Encoding,
        gate: usize,
    ) -> impl Iterator<Item = &'e [Lit]> {
        let numbers = self.plain.get(&gate).map_or(&[][..], Vec::as_slice);
        numbers.iter().map(|number| encoding.clauses.get(*number))
    }

    /// What it means that a gate has this value.
    pub(super) fn fact(&self, gate: usize, value: bool) -> Option<Fact> {
        let (symbol, least) = self.symbols.get(&gate).copied()?;
        Some(match (least, value) {
            (least, true) => Fact::AtLeast(symbol, least),
            (Tristate::Yes, false) => Fact::AtMost(symbol, Tristate::Module),
            (_, false) => Fact::AtMost(symbol, Tristate::No),
        })
    }

    /// Those of `rules` that contradict `stated`, each of them needed. They are looked at
    /// apart from all other rules, which makes many questions cheap.
    pub(super) fn minimal(
        &self,
        encoding: &Encoding,
        stated: &[Lit],
        rules: &[Rule],
    ) -> Option<Vec<Rule>> {
        let entries = rules.iter().filter_map(|rule| self.rules.get(rule));
        let clauses: Vec<&[Lit]> = entries
            .flat_map(|(_, numbers)| numbers)
            .map(|number| encoding.clauses.get(*number))
            .collect();
        let roots = stated.iter().chain(clauses.iter().copied().flatten());
        let mut loaded = Loaded::new(&encoding.circuit, roots.copied());
        let mut sat = Sat::new(Rc::new(|| false));
        for clause in clauses {
            loaded.clause(&encoding.circuit, &mut sat, clause);
        }
        for lit in stated {
            loaded.assert(&encoding.circuit, &mut sat, *lit);
        }
        let gates = 0..encoding.circuit.len();
        let gates: Vec<usize> = gates
            .filter(|gate| loaded.known_gate(*gate).is_some())
            .collect();
        for gate in gates {
            for clause in self.plain(encoding, gate) {
                loaded.clause(&encoding.circuit, &mut sat, clause);
            }
        }
        let mut by_guard: FxHashMap<SatLit, Rule> = FxHashMap::default();
        let mut guards = Vec::new();
        for rule in rules {
            if let Some((guard, _)) = self.rules.get(rule) {
                let lit = loaded.lit(&encoding.circuit, &mut sat, *guard);
                by_guard.insert(lit, *rule);
                guards.push(lit);
            }
        }
        let core = minimal::core(&mut sat, &[], &guards)?;
        Some(
            core.iter()
                .filter_map(|lit| by_guard.get(lit))
                .copied()
                .collect(),
        )
    }
}
