// SPDX-License-Identifier: Apache-2.0
//! What machine a trace was recorded on: facts, each with where it comes from.

mod fact;
mod field;
mod file;
mod folder;
mod read;
mod write;

use std::collections::HashMap;
use std::ops::Range;

use crate::Kernel;

pub use fact::*;
pub use folder::{Folder, from_folder};
pub use read::read;
pub use write::write;

/// What is known of a machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    pub kernel: Kernel,
    pub evidence: Vec<Evidence>,
}

/// A fact, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub fact: Fact,
    /// A file such as `/proc/mounts`, or a command such as `ss -tulpn`.
    pub source: String,
}

impl Inventory {
    /// The facts of one kind: `inventory.facts::<Mount>()`.
    pub fn facts<'a, K: Kind + 'a>(&'a self) -> impl Iterator<Item = &'a K> {
        self.evidence
            .iter()
            .filter_map(|evidence| K::of(&evidence.fact))
    }

    /// Where modules lie, for [`crate::Kallsyms::read`].
    pub fn module_ranges(&self) -> HashMap<String, Range<u64>> {
        let range = |module: &Module| {
            let base = module.base?;
            Some((module.name.clone(), base..base.saturating_add(module.size)))
        };
        self.facts::<Module>().filter_map(range).collect()
    }
}

/// The first word of a file in our format, described in the README.
const NAME: &str = "kaas-inventory";

/// The newest version, and the one that is written.
const VERSION: u32 = 1;
