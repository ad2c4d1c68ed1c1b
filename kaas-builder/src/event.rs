// SPDX-License-Identifier: Apache-2.0
//! What a job tells while it runs, to whoever listens.

use serde::{Deserialize, Serialize};

use crate::step::Step;
use crate::trouble::Trouble;

/// Something that happened. Times are seconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    Began {
        step: Step,
        at: u64,
    },
    /// `kept`: it had been done before this process started.
    Done {
        step: Step,
        at: u64,
        kept: bool,
    },
    /// Never goes down. `eta_seconds` is there once something is known of the rest.
    Progress {
        step: Step,
        percent: u8,
        eta_seconds: Option<u64>,
    },
    /// The log grew: bytes from `offset` on, at most a few KiB.
    Log {
        offset: u64,
        text: String,
    },
    Ended {
        outcome: Outcome,
        at: u64,
    },
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "SCREAMING_SNAKE_CASE",
    tag = "result",
    content = "reason"
)]
pub enum Outcome {
    Success,
    /// The inputs' fault: the same job fails again.
    Failure(String),
    /// Ours: it is worth another try.
    InfraError(String),
    Cancelled,
}

impl From<Trouble> for Outcome {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Input(reason) => Self::Failure(reason),
            Trouble::Infrastructure(reason) => Self::InfraError(reason),
            Trouble::Cancelled => Self::Cancelled,
        }
    }
}

/// Who listens. A sink may not block for long: the build waits for it.
pub trait Sink {
    fn tell(&self, event: &Event);
}

/// Nobody listens.
impl Sink for () {
    fn tell(&self, _: &Event) {}
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
