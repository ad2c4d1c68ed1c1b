// SPDX-License-Identifier: Apache-2.0
//! The rules of a model one by one, for explanations: which line of which file says so.

use kconfig::{Arena, Model, PropertyId, PropertyKind, SymbolId};
use rustc_hash::FxHashMap;

use super::Rules;
use crate::circuit::{Circuit, Lit};

/// What a rule states about its symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKind {
    /// It is no higher than its prompts' dependencies, what selects it and its default.
    Dependency,
    /// It is at least what this `select` says.
    Select(PropertyId),
    /// Without a visible prompt it has its default, or what implies it.
    Default,
    /// Exactly one visible member of the choice is on.
    Choice,
    /// It can't be m without modules.
    Modules,
    /// It is n in the baseline, and nobody allowed a user to switch it on.
    Kept,
}

/// One rule of a model, about one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    pub symbol: SymbolId,
    pub kind: RuleKind,
}

/// The literals that switch rules on.
pub(super) struct Guards {
    rules: Rules,
    known: FxHashMap<Rule, Lit>,
    list: Vec<(Lit, Rule)>,
    /// The `select`s of each symbol, when rules are told apart.
    selects: Option<Arena<SymbolId, Vec<PropertyId>>>,
}

impl Guards {
    pub(super) fn new(model: &Model, rules: Rules) -> Self {
        Self {
            rules,
            known: FxHashMap::default(),
            list: Vec::new(),
            selects: (rules == Rules::Apart).then(|| selects(model)),
        }
    }

    pub(super) fn are_apart(&self) -> bool {
        self.rules == Rules::Apart
    }

    /// The literal of `rule`, `None` when rules always hold.
    pub(super) fn guard(&mut self, rule: Rule, circuit: &mut Circuit) -> Option<Lit> {
        if self.rules == Rules::Fixed {
            return None;
        }
        let list = &mut self.list;
        let guard = *self.known.entry(rule).or_insert_with(|| {
            let guard = circuit.input();
            list.push((guard, rule));
            guard
        });
        Some(guard)
    }

    /// The `select`s that name `symbol`, when rules are told apart.
    pub(super) fn selects(&self, symbol: SymbolId) -> Option<&[PropertyId]> {
        Some(&self.selects.as_ref()?[symbol])
    }

    pub(super) fn into_list(self) -> Vec<(Lit, Rule)> {
        self.list
    }
}

fn selects(model: &Model) -> Arena<SymbolId, Vec<PropertyId>> {
    let mut all: Arena<SymbolId, Vec<PropertyId>> = Arena::default();
    for _ in model.symbols() {
        all.push(Vec::new());
    }
    for (_, declared) in model.symbols() {
        for id in &declared.properties {
            let property = model.property(*id);
            if property.kind == PropertyKind::Select
                && let Some(target) = model.property_symbol(property)
            {
                all[target].push(*id);
            }
        }
    }
    all
}
