// SPDX-License-Identifier: Apache-2.0
//! An agent in an instance, as the cloud knows it: which certificate it has, what it is asked
//! to do, and what it sends. The words it speaks are in [`crate::agent`].

use crate::agent::{Action, CommandResult, Line};
use crate::id::{CommandId, GuestId, InstanceId, TraceId, UploadId};
use crate::name::{Name, ProjectId};
use crate::time::Time;

/// An agent. An instance has one at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    pub id: GuestId,
    pub project: ProjectId,
    pub instance: InstanceId,
    /// The trace that it is for, where it is for one.
    pub trace: Option<TraceId>,
    /// Which invitation is good: one of an older generation is not.
    pub generation: i64,
    /// Until when the invitation is good.
    pub invited_until: Time,
    /// Digest of the public key that enrolled; none did where it is absent.
    pub key: Option<Line<64>>,
    pub boot: Option<Line<64>>,
    pub revoked: Option<Time>,
    /// The greatest number of a message that was taken.
    pub last_message: i64,
    /// What names that message, wherever it is sent again.
    pub last_message_key: Option<Line<64>>,
    /// The number of the last command.
    pub last_command: i64,
    pub heard: Option<Time>,
    pub created: Time,
    pub version: i64,
}

/// What a guest is asked to do.
#[derive(Clone, Debug)]
pub struct Command {
    pub id: CommandId,
    pub guest: GuestId,
    /// Greater than that of every command to the guest before.
    pub sequence: i64,
    pub action: Action,
    pub acknowledged: Option<Time>,
    /// What the guest said came of it.
    pub outcome: Option<CommandResult>,
    pub created: Time,
}

/// A file on its way to us, in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: UploadId,
    pub guest: GuestId,
    /// What it is, in the sender's words: a kind, and a series.
    pub kind: Name,
    pub series: Name,
    /// How many bytes are here.
    pub offset: i64,
    pub location: String,
    pub updated: Time,
    pub version: i64,
}
