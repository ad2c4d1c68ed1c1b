// SPDX-License-Identifier: Apache-2.0
//! What an instance's kernel was seen to execute: how its tracing goes, and what is advised.

use serde::{Deserialize, Serialize};

use crate::agent::Line;
use crate::id::{GuestId, InstanceId, TraceId};
use crate::machine::Machine;
use crate::name::{Name, ProjectId, UserId};
use crate::time::Time;
use crate::word::words;

words! {
    /// How tracing goes.
    pub enum Status {
        /// Its guest may enroll, or has; nothing of a trace arrived.
        Enrolled = "ENROLLED",
        Tracing = "TRACING",
        /// Somebody ended it; what was seen is kept.
        Stopped = "STOPPED",
        /// The guest can't trace, or what it sent is no trace.
        Error = "ERROR",
    }
}

/// What happens to a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// Its guest traces: for the first time, or again.
    Trace,
    Stop,
    Fail,
}

impl Machine for Status {
    type Event = Event;

    const NAME: &'static str = "trace";
    const INITIAL: Self = Self::Enrolled;
    const STATES: &'static [Self] = Self::ALL;
    const EVENTS: &'static [Event] = &[Event::Trace, Event::Stop, Event::Fail];

    const TRANSITIONS: &'static [(Self, Event, Self)] = &[
        (Self::Enrolled, Event::Trace, Self::Tracing),
        (Self::Enrolled, Event::Stop, Self::Stopped),
        (Self::Enrolled, Event::Fail, Self::Error),
        (Self::Tracing, Event::Stop, Self::Stopped),
        (Self::Tracing, Event::Fail, Self::Error),
        (Self::Stopped, Event::Trace, Self::Tracing),
        (Self::Error, Event::Trace, Self::Tracing),
        (Self::Error, Event::Stop, Self::Stopped),
    ];

    fn name(self) -> &'static str {
        self.word()
    }

    fn verb(event: Event) -> &'static str {
        match event {
            Event::Trace => "trace",
            Event::Stop => "stop",
            Event::Fail => "fail",
        }
    }
}

words! {
    /// Whether to build now.
    pub enum Verdict {
        Wait = "WAIT",
        Almost = "ALMOST",
        Ready = "READY",
    }
}

/// What is advised, and by which claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    pub verdict: Verdict,
    /// That the next hour shows something unseen: 0 to 1, with its interval.
    pub probability: f64,
    pub interval: (f64, f64),
    /// Of what: `options` or `functions`.
    pub claim: Line<64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta_seconds: Option<u32>,
}

/// A trace, as its project sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    pub id: TraceId,
    pub project: ProjectId,
    pub user: UserId,
    pub name: Name,
    pub instance: InstanceId,
    /// The agent that sends it, once it enrolled.
    pub guest: Option<GuestId>,
    pub status: Status,
    /// Why it is in this status, where that needs a word.
    pub reason: Option<Line<1024>>,
    pub advice: Option<Advice>,
    /// `uname -r` of what is traced, once it is known.
    pub release: Option<Line<128>>,
    /// Where the artefact store has the newest snapshot.
    pub location: Option<String>,
    pub created: Time,
    pub updated: Time,
    pub version: i64,
}
