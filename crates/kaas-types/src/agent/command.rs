// SPDX-License-Identifier: Apache-2.0
//! What the cloud asks of a guest.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bounded::{Line, List};
use super::identifier::Id;
use super::limit::{COMMANDS, NAME};

/// The answer to a poll.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Commands {
    /// The server's clock, in seconds of Unix time.
    pub time: u64,
    /// The number of the last message that the server took from this guest; 0 for none. A
    /// guest that lost count goes on from there.
    #[serde(default)]
    pub last_message: u64,
    pub commands: List<Command, COMMANDS>,
}

/// A command. Its number is greater than that of every command before it to the same guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Command {
    pub id: Id,
    pub seq: u64,
    #[serde(flatten)]
    pub action: Action,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Upload the trace and the inventory as they are now.
    Snapshot,
    /// Trace no longer.
    Stop,
    /// Trace again.
    Resume,
    /// Download a release and install it beside the running kernel.
    Fetch { release: Id },
    /// Boot it once, on trial. As all that follows: the release that was fetched last.
    Trial { release: Id },
    /// It stays.
    Confirm { release: Id },
    /// Back to the kernel before it.
    Rollback { release: Id },
    /// Not one that this agent knows; it is answered as refused.
    #[serde(skip_deserializing)]
    Unknown { why: Line<NAME> },
}

#[derive(Deserialize)]
struct Envelope {
    id: Id,
    seq: u64,
}

impl TryFrom<Value> for Command {
    type Error = serde_json::Error;

    /// One command that makes no sense must not keep the others from being understood.
    fn try_from(value: Value) -> Result<Self, serde_json::Error> {
        let Envelope { id, seq } = Envelope::deserialize(&value)?;
        let action = Action::deserialize(&value).unwrap_or_else(|error| Action::Unknown {
            why: Line::cut(&error.to_string()),
        });
        Ok(Self { id, seq, action })
    }
}
