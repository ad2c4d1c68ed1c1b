// SPDX-License-Identifier: Apache-2.0
//! What an inventory proves to be in use: drivers that serve devices, mounted file systems,
//! sockets, modules that something uses, consoles, clocks, algorithms.

use std::collections::BTreeSet;

use ftrace::Inventory;
use ftrace::inventory::{
    Algorithm, Bound, ClockSource, Console, DriverModule, Evidence, Fact, Kind, Module, Mount,
    SocketProtocol, Swap,
};

use crate::registry::{Registration, Registry};
use crate::requirement::{Demand, Reason};

/// A fact that something is in use, and the files that provide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub reason: Reason,
    /// Files that register the name; empty when none was found.
    pub sources: Vec<String>,
    pub fact: Fact,
    /// The module that provides it, where the machine says so.
    pub module: Option<String>,
}

/// Everything that is in use.
pub fn uses(inventory: &Inventory, registry: &Registry) -> Vec<Use> {
    let finder = Finder {
        inventory,
        registry,
    };
    let evidence = inventory.evidence.iter();
    evidence
        .filter_map(|evidence| finder.use_of(evidence))
        .collect()
}

struct Finder<'i> {
    inventory: &'i Inventory,
    registry: &'i Registry,
}

impl Finder<'_> {
    fn use_of(&self, evidence: &Evidence) -> Option<Use> {
        let (sources, module) = match &evidence.fact {
            Fact::Bound(bound) => (self.driver(bound), self.module_of(bound)),
            Fact::Mount(mount) => (self.file_system(mount), None),
            Fact::SocketProtocol(protocol) if protocol.sockets > 0 => {
                (self.protocol(protocol), None)
            }
            Fact::Console(console) => (self.console(console), None),
            Fact::ClockSource(clock) => (self.clock(clock), None),
            Fact::Algorithm(algorithm) if algorithm.references > 1 => {
                (self.algorithm(algorithm), None)
            }
            Fact::Module(module) if is_held(module) => (Vec::new(), Some(module.name.clone())),
            _ => return None,
        };
        Some(Use {
            reason: Reason::Inventory {
                fact: evidence.fact.to_string(),
                source: evidence.source.clone(),
            },
            sources,
            fact: evidence.fact.clone(),
            module,
        })
    }

    /// Of the structures with that name, those of the bus if there are any.
    fn driver(&self, bound: &Bound) -> Vec<String> {
        let of_bus = format!("{}_driver", bound.bus.replace('-', "_"));
        let found = self
            .registry
            .find(&bound.driver, |structure| structure == of_bus);
        if !found.is_empty() {
            return sources(found);
        }
        let drivers = |structure: &str| structure.contains("driver");
        sources(self.registry.find(&bound.driver, drivers))
    }

    fn module_of(&self, bound: &Bound) -> Option<String> {
        let mut drivers = self.inventory.facts::<DriverModule>();
        let found = drivers.find(|it| it.bus == bound.bus && it.driver == bound.driver)?;
        Some(found.module.clone())
    }

    fn file_system(&self, mount: &Mount) -> Vec<String> {
        let is = |structure: &str| structure == "file_system_type";
        // `fuse.sshfs` is served by `fuse`.
        let name = mount.file_system.split('.').next().unwrap_or_default();
        sources(self.registry.find(name, is))
    }

    fn protocol(&self, protocol: &SocketProtocol) -> Vec<String> {
        sources(
            self.registry
                .find(&protocol.name, |structure| structure == "proto"),
        )
    }

    fn console(&self, console: &Console) -> Vec<String> {
        let name = console.name.trim_end_matches(|c: char| c.is_ascii_digit());
        let is = |structure: &str| matches!(structure, "console" | "uart_driver" | "tty_driver");
        sources(self.registry.find(name, is))
    }

    fn clock(&self, clock: &ClockSource) -> Vec<String> {
        sources(
            self.registry
                .find(&clock.name, |structure| structure == "clocksource"),
        )
    }

    fn algorithm(&self, algorithm: &Algorithm) -> Vec<String> {
        sources(
            self.registry
                .find(&algorithm.driver, |structure| structure.ends_with("alg")),
        )
    }
}

/// Something uses it, and no module does: what modules use, they bring along.
fn is_held(module: &Module) -> bool {
    module.users.is_empty() && module.references.is_some_and(|references| references > 0)
}

fn sources(found: Vec<&Registration>) -> Vec<String> {
    let distinct: BTreeSet<String> = found.into_iter().map(|one| one.source.clone()).collect();
    distinct.into_iter().collect()
}

/// The modules that are loaded although nothing uses them, but for modules of that kind.
pub fn idle_modules(inventory: &Inventory) -> BTreeSet<String> {
    let bound: BTreeSet<&str> = inventory
        .facts::<DriverModule>()
        .filter(|driver| {
            let mut bound = inventory.facts::<Bound>();
            bound.any(|it| it.bus == driver.bus && it.driver == driver.driver)
        })
        .map(|driver| driver.module.as_str())
        .collect();
    let mut idle: BTreeSet<String> = BTreeSet::new();
    loop {
        let before = idle.len();
        for module in inventory.facts::<Module>() {
            let users = u64::try_from(module.users.len()).unwrap_or(u64::MAX);
            let by_others = module.references.is_none_or(|it| users == 0 && it > 0);
            let by_users = module.users.iter().any(|user| !idle.contains(user));
            if !by_others && !by_users && !bound.contains(module.name.as_str()) {
                idle.insert(module.name.clone());
            }
        }
        if idle.len() == before {
            return idle;
        }
    }
}

/// What facts demand of symbols, without any file in between.
pub fn symbols(inventory: &Inventory) -> Vec<(Demand, Reason)> {
    let mut demands = Vec::new();
    for evidence in &inventory.evidence {
        if Swap::of(&evidence.fact).is_some() {
            let reason = Reason::Inventory {
                fact: evidence.fact.to_string(),
                source: evidence.source.clone(),
            };
            demands.push((Demand::On("SWAP".to_owned()), reason));
        }
    }
    demands
}
