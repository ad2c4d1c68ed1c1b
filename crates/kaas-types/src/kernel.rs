// SPDX-License-Identifier: Apache-2.0
//! A tailored kernel: what was asked for, how far it has come, and what became of it.

mod state;

use serde::{Deserialize, Serialize};

pub use state::{Event, Outcome, State, Status, Step};

use crate::agent::Line;
use crate::id::{BuilderId, JobId, KernelId, SourceId, TraceId};
use crate::name::{Name, ProjectId, UserId};
use crate::time::Time;
use crate::word::words;

/// The longest explanation that is kept of a failure, in characters.
pub const MESSAGE: usize = 1024;

/// A kernel, as its project sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    pub id: KernelId,
    pub project: ProjectId,
    pub user: UserId,
    pub name: Name,
    pub request: Request,
    pub state: State,
    pub progress: Progress,
    /// When each step began last; in the order of [`Step::ALL`].
    pub began: Vec<(Step, Time)>,
    /// How often a builder took it.
    pub attempt: u32,
    /// How often we failed at it since somebody asked for it.
    pub failures: u32,
    /// The attempt under way, or the last one.
    pub job: Option<JobId>,
    pub builder: Option<BuilderId>,
    /// Why it failed, where it did.
    pub fault: Option<Fault>,
    /// The release that its source had, once that is known.
    pub release: Option<Line<128>>,
    /// The newer release of its series, where there is one.
    pub outdated_by: Option<Line<128>>,
    pub times: Times,
    /// Grows with every change.
    pub version: i64,
}

/// When what happened to a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub created: Time,
    pub updated: Time,
    /// Since when it has waited, the last time that it did.
    pub queued: Time,
    /// Before then it is not started: it is waiting for a failure of ours to pass.
    pub not_before: Time,
    pub started: Option<Time>,
    pub finished: Option<Time>,
}

/// What a user asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// At least one.
    pub traces: Vec<TraceId>,
    pub profile: Profile,
    #[serde(default)]
    pub modules: Modules,
    /// Symbols that stay, without `CONFIG_`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<Line<128>>,
    /// Symbols that go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<Line<128>>,
    /// Where the source comes from; that of the traced kernel where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// The kernel that this one is to replace: rebuilt because its source is outdated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebuild_of: Option<KernelId>,
}

words! {
    /// How much is kept that a trace does not show.
    pub enum Profile {
        Conservative = "conservative",
        Balanced = "balanced",
        Minimal = "minimal",
    }
}

words! {
    /// Whether a kernel has loadable modules.
    #[derive(Default)]
    pub enum Modules {
        /// All that is needed is built in.
        #[default]
        Monolithic = "monolithic",
        Modular = "modular",
    }
}

/// How much is done, by the builder's honest estimate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// 0 to 100.
    pub percent: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta_seconds: Option<u32>,
}

/// Why there is no kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// For programs: `compile_failed`.
    pub code: Line<64>,
    /// For people: what was wrong, where, and what to do.
    pub message: Line<MESSAGE>,
}

words! {
    /// What a file of a kernel is.
    pub enum Role {
        /// The image that a boot loader starts.
        Image = "image",
        Modules = "modules",
        /// A package of the distribution.
        Package = "package",
        SystemMap = "system_map",
        Config = "config",
        Report = "report",
        Explanation = "explanation",
        Log = "log",
        Metadata = "metadata",
        BillOfMaterials = "sbom",
        Provenance = "provenance",
        Disk = "disk",
        Release = "release",
    }
}

/// A file that was made of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    pub kernel: KernelId,
    pub role: Role,
    /// How it is called where it is downloaded; each once.
    pub name: Name,
    pub bytes: u64,
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// Where the artefact store has it; in the store's own words.
    pub location: String,
    pub created: Time,
}
