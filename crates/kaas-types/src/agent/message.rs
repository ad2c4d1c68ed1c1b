// SPDX-License-Identifier: Apache-2.0
//! What a guest says about a command. The number of a message is greater than that of every
//! message before it from the same guest; a server refuses one that isn't.

use serde::{Deserialize, Serialize};

use super::bounded::Line;
use super::limit::DETAIL;

/// `POST commands/ID/ack`: it is written down and will be carried out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ack {
    pub seq: u64,
}

/// `POST commands/ID/result`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandResult {
    pub seq: u64,
    pub outcome: Outcome,
    /// One sentence for a person.
    pub detail: Line<DETAIL>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    /// It cannot be done here; nothing was changed.
    Refused,
    /// It was tried.
    Failed,
}
