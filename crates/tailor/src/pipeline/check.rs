// SPDX-License-Identifier: Apache-2.0
//! Whether a configuration is what was asked for: the kernel's own rules leave it as it is,
//! the hardening floor holds, every requirement is met.

use kconfig::{Configuration, Origin, dotconfig};
use serde::Serialize;

use super::admission::{Change, changes};
use super::explain::Explanations;
use super::values;
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
}

impl Faults {
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.floor.is_empty() && self.unmet.is_empty()
    }
}

/// Checks a `.config` against what a run found to be required. Requirements that the run
/// found to be without meaning or without a solution in this tree are not asked for again.
pub fn check(
    kernel: &Kernel,
    (units, rules): (&Units, &Rules),
    explanations: &Explanations,
    config: &[u8],
) -> Faults {
    let mut configuration = Configuration::new(&kernel.model);
    dotconfig::read(&mut configuration, Origin::User, ("", config), false);
    let evaluated = dotconfig::write(&mut configuration);
    let given = String::from_utf8_lossy(config);
    let mut faults = Faults {
        changed: changes(&super::lines(&given), &super::lines(&evaluated)),
        ..Faults::default()
    };
    let values = values(&mut configuration);
    let checker = Checker {
        kernel,
        units,
        rules,
        values,
    };
    let excused = |demand: &Demand| {
        let Explanations {
            needs_modules,
            unknown,
            refused,
            ..
        } = explanations;
        [needs_modules, unknown, refused]
            .into_iter()
            .any(|list| list.contains(demand))
    };
    for requirement in &explanations.requirements {
        let demand = &requirement.demand;
        if excused(demand) || checker.is_met(demand) {
            continue;
        }
        let list = match demand {
            Demand::Rule(_) | Demand::Protection(_) => &mut faults.floor,
            Demand::File(_) | Demand::On(_) | Demand::Off(_) => &mut faults.unmet,
        };
        list.push(requirement.clone());
    }
    faults
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
