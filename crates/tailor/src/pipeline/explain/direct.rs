// SPDX-License-Identifier: Apache-2.0
//! Which symbols each requirement stands on: those without which it would not be met.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kbuild::condition::Variable;
use kconfig::SymbolId;

use super::Sources;
use crate::floor::{Atom, Comparison};
use crate::minimise::Unit;
use crate::pipeline::without::Without;
use crate::requirement::{Demand, Requirement};

/// For every symbol that a requirement stands on, the requirements, the strongest first.
pub(super) fn by_symbol(
    sources: &Sources<'_>,
    values: &HashMap<String, String>,
) -> BTreeMap<SymbolId, Vec<usize>> {
    let pillars = Pillars {
        sources,
        values,
        units: sources
            .units
            .iter()
            .map(|unit| (unit.source.as_str(), unit))
            .collect(),
    };
    let mut found: BTreeMap<SymbolId, Vec<usize>> = BTreeMap::new();
    for (index, requirement) in sources.requirements.iter().enumerate() {
        for name in pillars.of(&requirement.demand) {
            if let Some(symbol) = sources.kernel.model.find(&name) {
                found.entry(symbol).or_default().push(index);
            }
        }
    }
    let kinds: Vec<_> = sources.requirements.iter().map(Requirement::kind).collect();
    for requirements in found.values_mut() {
        requirements.sort_by_key(|index| kinds[*index]);
    }
    found
}

struct Pillars<'p> {
    sources: &'p Sources<'p>,
    values: &'p HashMap<String, String>,
    units: HashMap<&'p str, &'p Unit>,
}

impl Pillars<'_> {
    fn of(&self, demand: &Demand) -> Vec<String> {
        match demand {
            Demand::File(source) => {
                let unit = self.units.get(source.as_str());
                unit.map(|unit| pillars_of(self.sources, unit, self.values))
                    .unwrap_or_default()
            }
            Demand::On(symbol) | Demand::Protection(symbol) => self.if_on(symbol),
            Demand::Off(_) => Vec::new(),
            Demand::Rule(id) => self.of_rule(id),
        }
    }

    fn if_on(&self, symbol: &str) -> Vec<String> {
        let on = self.values.contains_key(symbol);
        on.then(|| symbol.to_owned()).into_iter().collect()
    }

    /// The symbols of the first alternative that holds.
    fn of_rule(&self, id: &str) -> Vec<String> {
        let Some(rule) = self.sources.rules.rules.iter().find(|rule| rule.id == id) else {
            return Vec::new();
        };
        let value = |name: &str| self.values.get(name).cloned();
        let holds = |all: &&Vec<Atom>| all.iter().all(|atom| atom.holds(&value));
        let alternative = rule.alternatives.iter().find(holds);
        let atoms = alternative.into_iter().flatten();
        let stated = atoms.filter(|atom| !matches!(atom.comparison, Comparison::Off));
        stated.flat_map(|atom| self.if_on(&atom.symbol)).collect()
    }
}

/// The symbols without which a file would not be compiled; where any of several would do,
/// all of these.
pub(super) fn pillars_of(
    sources: &Sources<'_>,
    unit: &Unit,
    values: &HashMap<String, String>,
) -> Vec<String> {
    let presence = &sources.kernel.presence;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for condition in unit.conditions() {
        for variable in presence.conditions.support(condition) {
            if let Variable::Symbol { name, .. } = variable {
                names.insert(name);
            }
        }
    }
    names.retain(|name| {
        values
            .get(*name)
            .is_some_and(|value| value == "y" || value == "m")
    });
    let needed = |name: &&&str| {
        let symbols = std::slice::from_ref(*name);
        let without = Without { values, symbols };
        !unit
            .conditions()
            .any(|condition| presence.holds(condition, &without))
    };
    let pillars: Vec<&str> = names.iter().filter(needed).copied().collect();
    let found = if pillars.is_empty() {
        names.into_iter().collect()
    } else {
        pillars
    };
    found.into_iter().map(str::to_owned).collect()
}
