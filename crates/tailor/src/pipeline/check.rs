// SPDX-License-Identifier: Apache-2.0
//! Whether a configuration is what was asked for: the kernel's own rules leave it as it is,
//! the hardening floor holds, every requirement is met.

use kconfig::{Configuration, Origin, SymbolId, Tristate, dotconfig};
use serde::Serialize;

use super::admission::{Change, changes};
use super::explain::Explanations;
use super::{compiled, values};
use crate::floor::{Rules, Values, Verdict};
use crate::kernel::Kernel;
use crate::minimise::Units;
use crate::requirement::{Demand, Requirement};

/// What is wrong with a configuration; nothing when it is right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// What evaluating it changes.
    pub changed: Vec<Change>,
    /// Rules and protections of the floor that don't hold.
    pub floor: Vec<Requirement>,
    /// Other requirements that are not met.
    pub unmet: Vec<Requirement>,
    /// What could be switched off; empty when that was not asked.
    pub superfluous: Vec<String>,
}

impl Faults {
    pub fn is_empty(&self) -> bool {
        let lists = [self.floor.len(), self.unmet.len(), self.superfluous.len()];
        self.changed.is_empty() && lists.iter().all(|length| *length == 0)
    }
}

/// What configurations are checked against. Requirements that the run found to be without
/// meaning or without a solution in this tree are not asked for again.
pub struct Checks<'c> {
    pub kernel: &'c Kernel,
    pub units: &'c Units,
    pub rules: &'c Rules,
    pub explanations: &'c Explanations,
}

impl Checks<'_> {
    /// Checks the text of a `.config`.
    pub fn faults(&self, config: &[u8]) -> Faults {
        let mut configuration = self.evaluated(config);
        let evaluated = dotconfig::write(&mut configuration);
        let given = String::from_utf8_lossy(config);
        let mut faults = Faults {
            changed: changes(&super::lines(&given), &super::lines(&evaluated)),
            ..Faults::default()
        };
        for requirement in self.unmet(&mut configuration) {
            let list = match requirement.demand {
                Demand::Rule(_) | Demand::Protection(_) => &mut faults.floor,
                Demand::File(_) | Demand::On(_) | Demand::Off(_) => &mut faults.unmet,
            };
            list.push(requirement.clone());
        }
        faults
    }

    /// The symbols that can be switched off each for itself, which takes files away and
    /// leaves every requirement met: none in a smallest configuration.
    pub fn superfluous(&self, config: &[u8]) -> Vec<String> {
        let mut result = self.evaluated(config);
        let files = self.files(&mut result);
        let model = &self.kernel.model;
        let mut found = Vec::new();
        for name in self.units.deciding_symbols() {
            let id = model
                .find(name)
                .filter(|id| result.tristate(*id) != Tristate::No);
            if id.is_some_and(|id| self.is_superfluous(config, (id, name), files)) {
                found.push(name.to_owned());
            }
        }
        found
    }

    fn is_superfluous(&self, config: &[u8], (id, name): (SymbolId, &str), files: usize) -> bool {
        let mut without = config.to_vec();
        without.extend(format!("\n# CONFIG_{name} is not set\n").bytes());
        let mut configuration = self.evaluated(&without);
        configuration.tristate(id) == Tristate::No
            && self.unmet(&mut configuration).next().is_none()
            && self.files(&mut configuration) < files
    }

    fn files(&self, configuration: &mut Configuration<'_>) -> usize {
        compiled(self.kernel, self.units, &values(configuration)).len()
    }

    fn evaluated(&self, config: &[u8]) -> Configuration<'_> {
        let mut configuration = Configuration::new(&self.kernel.model);
        dotconfig::read(&mut configuration, Origin::User, ("", config), false);
        configuration.invalidate();
        configuration.calculate_all();
        configuration
    }

    fn unmet(&self, configuration: &mut Configuration<'_>) -> impl Iterator<Item = &Requirement> {
        let checker = Checker {
            kernel: self.kernel,
            units: self.units,
            rules: self.rules,
            values: values(configuration),
        };
        let explanations = self.explanations;
        let asked = explanations.requirements.iter();
        let asked = asked.filter(|it| !explanations.is_excused(&it.demand));
        asked.filter(move |it| !checker.is_met(&it.demand))
    }
}

impl Explanations {
    fn is_excused(&self, demand: &Demand) -> bool {
        [&self.needs_modules, &self.unknown, &self.refused]
            .into_iter()
            .any(|list| list.contains(demand))
    }
}

struct Checker<'c> {
    kernel: &'c Kernel,
    units: &'c Units,
    rules: &'c Rules,
    values: std::collections::HashMap<String, String>,
}

impl Checker<'_> {
    fn is_met(&self, demand: &Demand) -> bool {
        match demand {
            Demand::File(source) => self.units.find(source).is_some_and(|unit| {
                let presence = &self.kernel.presence;
                unit.conditions()
                    .any(|condition| presence.holds(condition, &self.values))
            }),
            Demand::On(symbol) => self.is_on(symbol),
            Demand::Off(symbol) => !self.is_on(symbol),
            Demand::Rule(id) => self.passes(id),
            Demand::Protection(symbol) => self.is_on(symbol) || self.is_void(symbol),
        }
    }

    fn is_on(&self, symbol: &str) -> bool {
        self.values
            .get(symbol)
            .is_some_and(|value| value == "y" || value == "m")
    }

    fn passes(&self, id: &str) -> bool {
        let values = Values {
            value: &|name| self.values.get(name).cloned(),
            exists: &|name| self.kernel.model.find(name).is_some(),
        };
        let rule = self.rules.rules.iter().find(|rule| rule.id == id);
        rule.is_some_and(|rule| matches!(rule.verdict(values), Verdict::Passed { .. }))
    }

    fn is_void(&self, symbol: &str) -> bool {
        let keep = self.rules.keep_of(symbol, &self.kernel.arch);
        keep.is_some_and(|keep| keep.is_void(&|name| self.values.get(name).cloned()))
    }
}
