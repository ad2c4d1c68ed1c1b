// SPDX-License-Identifier: Apache-2.0
//! Which evidence becomes a requirement, by profile.
//!
//! A file that may be a module is a component: having been executed while booting says
//! little of it, since every driver's beginning runs and a general-purpose userland tries
//! everything. A file that can only be built in is core: it is kept for having been executed
//! after the root file system's first program was started, unless the profile wants better
//! evidence for the feature it belongs to. Without an inventory nothing tells who uses a
//! component, and everything that was executed is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ftrace::{Inventory, Phase};
use kbuild::symbol::Values;
use serde::{Deserialize, Serialize};

use super::without::Without;
use super::{Compiled, Replaced};
use crate::evidence::executed::Executed;
use crate::evidence::inventory::{Use, idle_modules, symbols};
use crate::kernel::Kernel;
use crate::policy::{Feature, Machine, Policies, Profile};
use crate::requirement::{Demand, Reason, Requirements};

/// An executed file that is not required, and why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    pub source: String,
    pub functions: usize,
    pub example: String,
    pub phases: Vec<String>,
    pub why: String,
}

/// All evidence of one machine.
pub struct Evidence<'e> {
    pub executed: &'e [Executed],
    pub uses: &'e [Use],
    pub inventory: &'e Inventory,
    /// The names of the functions that were traced.
    pub functions: &'e [&'e str],
}

/// What is required, and what was executed but is not.
#[derive(Default)]
pub struct Decision {
    pub requirements: Requirements,
    pub dropped: Vec<Dropped>,
    /// Uses for which no compiled file was found.
    pub unexplained: Vec<Reason>,
}

/// Decides for every piece of evidence.
pub fn decide(
    kernel: &Kernel,
    replaced: &Replaced,
    compiled: &[Compiled<'_>],
    evidence: &Evidence<'_>,
    (policies, profile): (&Policies, Profile),
) -> Decision {
    let machine = Machine {
        inventory: evidence.inventory,
        functions: evidence.functions,
    };
    let by_source = compiled.iter().map(|one| (one.unit.source.as_str(), one));
    let judge = Judge {
        kernel,
        replaced,
        by_source: by_source.collect(),
        profile,
        knows_no_use: evidence.inventory.evidence.is_empty(),
        unproven: policies
            .unproven(profile, &machine)
            .map(|feature| (feature, replaced.without(kernel, &feature.symbols)))
            .collect(),
        idle: idle_modules(evidence.inventory),
    };
    let mut decision = Decision::default();
    judge.take_policies(policies, &machine, &mut decision);
    judge.take_uses(evidence, &mut decision);
    judge.take_executed(evidence.executed, &mut decision);
    decision
}

struct Judge<'j> {
    kernel: &'j Kernel,
    replaced: &'j Replaced,
    by_source: BTreeMap<&'j str, &'j Compiled<'j>>,
    profile: Profile,
    /// There is no inventory.
    knows_no_use: bool,
    /// With the values that the replaced configuration would have without the feature.
    unproven: Vec<(&'j Feature, HashMap<String, String>)>,
    /// Modules that are loaded, and that nothing uses.
    idle: BTreeSet<String>,
}

impl Judge<'_> {
    fn take_policies(&self, policies: &Policies, machine: &Machine<'_>, decision: &mut Decision) {
        for policy in policies.applying(self.profile, machine) {
            for symbol in &policy.keep {
                if self.was_on(symbol) {
                    let reason = Reason::Policy(policy.name.clone());
                    decision
                        .requirements
                        .add(Demand::On(symbol.clone()), reason);
                }
            }
        }
        for (demand, reason) in symbols(machine.inventory) {
            decision.requirements.add(demand, reason);
        }
    }

    fn was_on(&self, symbol: &str) -> bool {
        let value = self.replaced.values.get(symbol);
        value.is_some_and(|value| value == "y" || value == "m")
    }

    fn take_uses(&self, evidence: &Evidence<'_>, decision: &mut Decision) {
        for found in evidence.uses.iter().filter(|it| self.counts(it)) {
            let sources = self.providers(found);
            if sources.is_empty() {
                decision.unexplained.push(found.reason.clone());
            }
            for source in sources {
                let demand = Demand::File(source.to_owned());
                decision.requirements.add(demand, found.reason.clone());
            }
        }
    }

    /// Whether the fact proves a need, and is not there wherever the kernel has the feature.
    fn counts(&self, found: &Use) -> bool {
        let mut features = self.unproven.iter();
        !features.any(|(feature, _)| feature.explains(&found.fact))
    }

    /// The compiled files that register the name; or else the core of the module.
    fn providers<'a>(&'a self, found: &'a Use) -> Vec<&'a str> {
        let is_here = |source: &&str| self.by_source.contains_key(source);
        let named: Vec<&str> = found
            .sources
            .iter()
            .map(String::as_str)
            .filter(is_here)
            .collect();
        let Some(module) = &found.module else {
            return named;
        };
        let of_module: Vec<&str> = self.sources_of(module);
        let both: Vec<&str> = named
            .iter()
            .copied()
            .filter(|it| of_module.contains(it))
            .collect();
        if !both.is_empty() {
            return both;
        }
        self.core(&of_module)
    }

    /// The files of a module that depend on the fewest symbols: without them there is no
    /// module, while others may only be parts of it.
    fn core<'a>(&self, sources: &[&'a str]) -> Vec<&'a str> {
        let conditions = &self.kernel.presence.conditions;
        let count = |source: &str| {
            let conditions_of = self.by_source[source].unit.conditions();
            conditions_of.map(|one| conditions.support(one).len()).min()
        };
        let least = sources.iter().filter_map(|source| count(source)).min();
        let is_core = |source: &&str| count(source) == least;
        sources.iter().copied().filter(is_core).collect()
    }

    fn sources_of(&self, module: &str) -> Vec<&str> {
        let all = self.by_source.iter();
        let part = all.filter(|(_, one)| one.in_module && one.is_part_of(module));
        part.map(|(source, _)| *source).collect()
    }

    fn take_executed(&self, executed: &[Executed], decision: &mut Decision) {
        for file in executed {
            let Some(compiled) = self.by_source.get(file.source.as_str()) else {
                continue;
            };
            match self.objection(file, compiled) {
                None => {
                    let demand = Demand::File(file.source.clone());
                    decision.requirements.add(demand, reason(file));
                }
                Some(why) => {
                    let demand = Demand::File(file.source.clone());
                    if decision.requirements.get(&demand).is_none() {
                        decision.dropped.push(dropped(file, why));
                    }
                }
            }
        }
    }

    /// Why a file is not required for having been executed.
    fn objection(&self, file: &Executed, compiled: &Compiled<'_>) -> Option<String> {
        if self.profile == Profile::Conservative || self.knows_no_use {
            return None;
        }
        let is_component = !compiled.unit.m.is_empty();
        if is_component && !file.works {
            return Some("a component that nothing is seen to use".to_owned());
        }
        if compiled.in_module && !file.recurs && self.is_idle(compiled) {
            return Some("part of a module that is loaded and not in use".to_owned());
        }
        if let Some(symbol) = self.library(compiled) {
            return Some(format!("comes with whatever selects {symbol}"));
        }
        if file.only_before_root() {
            return Some("executed only before the root file system's first program".to_owned());
        }
        let mut features = self.unproven.iter();
        let needs = |(feature, without): &&(&Feature, HashMap<String, String>)| {
            let values = &self.replaced.values;
            let symbols = &feature.symbols;
            !self.is_compiled(compiled, without)
                || !self.is_compiled(compiled, &Without { values, symbols })
        };
        let (feature, _) = features.find(needs)?;
        let name = &feature.name;
        Some(format!("feature {name}: no evidence that it is used"))
    }

    /// Whether every module with the file is idle.
    fn is_idle(&self, compiled: &Compiled<'_>) -> bool {
        let modules = &compiled.unit.modules;
        modules
            .iter()
            .all(|path| self.idle.contains(&module_name(path)))
    }

    /// A symbol that nobody but a select switches on, and without which the file isn't
    /// compiled: who needs it says so.
    fn library(&self, compiled: &Compiled<'_>) -> Option<String> {
        let conditions = &self.kernel.presence.conditions;
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for condition in compiled.unit.conditions() {
            for variable in conditions.support(condition) {
                if let kbuild::condition::Variable::Symbol { name, .. } = variable {
                    names.insert(name);
                }
            }
        }
        let mut libraries = names.into_iter().filter(|name| self.is_only_selected(name));
        let found = libraries.find(|name| {
            let values = &self.replaced.values;
            let symbols = std::slice::from_ref(name);
            !self.is_compiled(compiled, &Without { values, symbols })
        });
        found.map(str::to_owned)
    }

    fn is_only_selected(&self, name: &str) -> bool {
        let model = &self.kernel.model;
        let Some(id) = model.find(name) else {
            return false;
        };
        let symbol = model.symbol(id);
        let is_on_by_default = self.replaced.on_by_default.contains(&id);
        symbol.prompts.is_empty() && symbol.reverse.is_some() && !is_on_by_default
    }

    fn is_compiled(&self, compiled: &Compiled<'_>, values: &dyn Values) -> bool {
        let holds = |condition| self.kernel.presence.holds(condition, values);
        compiled.unit.conditions().any(holds)
    }
}

impl Compiled<'_> {
    fn is_part_of(&self, module: &str) -> bool {
        self.unit
            .modules
            .iter()
            .any(|path| module_name(path) == module)
    }
}

/// `fs/ext4/ext4.ko` is `ext4`; dashes are underscores, as the kernel names modules.
pub fn module_name(path: &str) -> String {
    let base = path.rsplit('/').next().unwrap_or(path);
    base.strip_suffix(".ko").unwrap_or(base).replace('-', "_")
}

fn phases(file: &Executed) -> Vec<String> {
    let seen = Phase::ALL
        .into_iter()
        .filter(|phase| file.seen.contains(*phase));
    seen.map(|phase| phase.name().to_owned()).collect()
}

fn reason(file: &Executed) -> Reason {
    Reason::Executed {
        phases: phases(file),
        functions: file.functions,
        example: file.example.clone(),
    }
}

fn dropped(file: &Executed, why: String) -> Dropped {
    Dropped {
        source: file.source.clone(),
        functions: file.functions,
        example: file.example.clone(),
        phases: phases(file),
        why,
    }
}
