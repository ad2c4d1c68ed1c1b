// SPDX-License-Identifier: Apache-2.0
//! What a guest reports of itself, unasked. All of it may be a lie.

use serde::{Deserialize, Serialize};

use super::bounded::{Line, List};
use super::identifier::Id;
use super::limit::{DETAIL, FEATURES, NAME};

/// `POST reports`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub seq: u64,
    pub report: ReportBody,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReportBody {
    Status(Status),
    Missing(Missing),
    Deployment(Deployment),
}

/// How the guest is, once after each start of the agent and when it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    pub boot_id: Id,
    pub agent_version: Line<NAME>,
    /// `uname -r`.
    pub kernel: Line<NAME>,
    pub tracing: Tracing,
    pub trace_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tracing {
    /// A tracer answers.
    Present,
    /// None does.
    Absent,
}

/// What programs asked of the kernel in vain since it was booted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    pub features: List<Feature, FEATURES>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// `syscall`, `module`, `file_system` or `protocol`.
    pub what: Line<NAME>,
    pub name: Line<NAME>,
    pub count: u64,
    /// The symbol that would bring it back, without `CONFIG_`, where the guest knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<Line<NAME>>,
}

/// Where a deployment stands, in the words of the deployment's states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// As commands name it; absent where the agent does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Id>,
    /// Of the release, 0 for none.
    pub serial: u64,
    /// `PENDING`, `INSTALLING`, `TRIAL`, `CONFIRMED`, `ROLLED_BACK` or `REFUSED`.
    pub state: Line<NAME>,
    pub reason: Line<DETAIL>,
}
