// SPDX-License-Identifier: Apache-2.0
//! A process of KaaS, as the others know it.

use std::time::Duration;

use crate::agent::Line;
use crate::id::ServiceId;
use crate::name::HostName;
use crate::time::Time;
use crate::word::words;

words! {
    /// Which process.
    pub enum Process {
        Api = "kaas-api",
        Conductor = "kaas-conductor",
    }
}

/// A process on a machine. Processes of a kind on one machine are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub id: ServiceId,
    pub host: HostName,
    pub process: Process,
    /// The interface between processes, as a number that only grows.
    pub rpc_version: u32,
    pub is_disabled: bool,
    pub disabled_reason: Option<Line<255>>,
    /// Somebody said that it is down, whatever it says itself.
    pub is_forced_down: bool,
    pub reports: i64,
    pub reported: Time,
    pub created: Time,
}

impl Service {
    /// Whether it said something not too long ago.
    pub fn is_up(&self, now: Time, patience: Duration) -> bool {
        !self.is_forced_down && now.since(self.reported) <= patience
    }
}
