// SPDX-License-Identifier: Apache-2.0
//! What the formats of others do not say themselves.

use crate::inventory::{Inventory, Startup};
use crate::phase::Phase;
use crate::record::Ending;
use crate::trace::{Entry, Recording};
use crate::{Kallsyms, Kernel};

/// What is known beside an input.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// Where the input came from; becomes the name of a recording that has none.
    pub name: &'a str,
    /// The kernel that was traced.
    pub kernel: Kernel,
    /// Its functions. Where an input has addresses, those of the same boot.
    pub kallsyms: Option<&'a Kallsyms>,
    /// The phase of what the input says no phase for.
    pub phase: Phase,
    /// When all services were started, in nanoseconds after the kernel's start on the
    /// system's clock.
    pub running_since: Option<u64>,
    /// What to make of an input that was cut, where one can tell.
    pub ending: Ending,
}

impl Default for Context<'_> {
    fn default() -> Self {
        Self {
            name: "",
            kernel: Kernel::default(),
            kallsyms: None,
            phase: Phase::SteadyState,
            running_since: None,
            ending: Ending::Required,
        }
    }
}

impl<'a> Context<'a> {
    /// What the inventory of the traced machine tells.
    pub fn of(name: &'a str, inventory: &Inventory, kallsyms: Option<&'a Kallsyms>) -> Self {
        Self {
            name,
            kernel: inventory.kernel.clone(),
            kallsyms,
            running_since: inventory
                .facts()
                .next()
                .map(|startup: &Startup| startup.finished),
            ..Self::default()
        }
    }

    /// A recording of which the input says nothing but functions.
    pub(super) fn recording(&self) -> Recording {
        Recording {
            name: self.name.to_owned(),
            ..Recording::default()
        }
    }

    /// The function of a name, with its offset where the name is not ambiguous. People write
    /// dashes in a module's name, the kernel underscores.
    pub(super) fn named(&self, module: Option<&str>, name: &str) -> Entry {
        let module = module.map(|module| module.replace('-', "_"));
        let symbols = self.kallsyms.into_iter();
        let mut found = symbols.flat_map(|symbols| symbols.named(module.as_deref(), name));
        match (found.next(), found.next()) {
            (Some(entry), None) => entry.clone(),
            _ => Entry {
                module: module.as_deref().map(Into::into),
                name: name.into(),
                offset: None,
            },
        }
    }
}
