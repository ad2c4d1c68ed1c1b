// SPDX-License-Identifier: Apache-2.0
//! How much of this machine a program may take: by control groups of version 2 or 1, and
//! otherwise by limits of each process.

mod group;

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

pub(super) use group::Group;

/// See above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Of all processes together where there are control groups, otherwise of each.
    pub memory_mib: u64,
    pub processes: u64,
    /// The longest file.
    pub file_mib: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_mib: 8 << 10,
            processes: 4096,
            file_mib: 16 << 10,
        }
    }
}

/// What to do about a limit that can't be set for all processes together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// A limit of each process takes its place; refused where not even that can be set.
    #[default]
    PerProcess,
    /// The job is refused.
    Refuse,
}

/// Limits that every process gets; `instead` are those for which there is no control group.
pub(super) fn set(limits: &Limits, instead: bool) -> std::io::Result<()> {
    let bytes = |mib: u64| mib.saturating_mul(1 << 20);
    at_most(Resource::Core, 0)?;
    at_most(Resource::Fsize, bytes(limits.file_mib))?;
    if instead {
        at_most(Resource::As, bytes(limits.memory_mib))?;
        at_most(Resource::Nproc, limits.processes)?;
    }
    Ok(())
}

/// Never more than there was.
fn at_most(resource: Resource, most: u64) -> std::io::Result<()> {
    let now = rustix::process::getrlimit(resource);
    let most = now.maximum.map_or(most, |maximum| maximum.min(most));
    let (current, maximum) = (Some(most), Some(most));
    Ok(setrlimit(resource, Rlimit { current, maximum })?)
}
