// SPDX-License-Identifier: Apache-2.0
//! One builder's attempt at a kernel, held by a lease: whoever lets it expire has lost it, and
//! nothing that comes later counts.

use crate::id::{BuilderId, JobId, KernelId};
use crate::machine::Machine;
use crate::name::ProjectId;
use crate::time::Time;
use crate::word::words;

words! {
    /// Who holds it, and how that ended.
    pub enum State {
        /// The builder holds it, as long as it says so in time.
        Held = "HELD",
        /// Its result is not wanted any more; the builder may not know yet.
        Revoked = "REVOKED",
        /// The builder said how it ended.
        Finished = "FINISHED",
        /// The builder was silent for too long.
        Expired = "EXPIRED",
        /// The builder gave it back unfinished: it shuts down.
        Returned = "RETURNED",
        /// The builder said that it no longer works on what was revoked.
        Stopped = "STOPPED",
    }
}

/// What happens to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    Finish,
    Expire,
    Return,
    Revoke,
    Stop,
}

impl Machine for State {
    type Event = Event;

    const NAME: &'static str = "job";
    const INITIAL: Self = Self::Held;
    const STATES: &'static [Self] = Self::ALL;

    const EVENTS: &'static [Event] = &[
        Event::Finish,
        Event::Expire,
        Event::Return,
        Event::Revoke,
        Event::Stop,
    ];

    const TRANSITIONS: &'static [(Self, Event, Self)] = &[
        (Self::Held, Event::Finish, Self::Finished),
        (Self::Held, Event::Expire, Self::Expired),
        (Self::Held, Event::Return, Self::Returned),
        (Self::Held, Event::Revoke, Self::Revoked),
        (Self::Revoked, Event::Stop, Self::Stopped),
        (Self::Revoked, Event::Expire, Self::Expired),
    ];

    fn name(self) -> &'static str {
        self.word()
    }

    fn verb(event: Event) -> &'static str {
        match event {
            Event::Finish => "finish",
            Event::Expire => "expire",
            Event::Return => "return",
            Event::Revoke => "revoke",
            Event::Stop => "stop",
        }
    }
}

/// A job. Its token, which only its builder knows, is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: JobId,
    pub kernel: KernelId,
    pub project: ProjectId,
    pub builder: BuilderId,
    /// Which attempt at its kernel: greater than that of every job before, so that who keeps
    /// something for a kernel can refuse what an older one brings.
    pub attempt: u32,
    pub state: State,
    /// The number of the builder's last message: an older one is refused.
    pub sequence: i64,
    pub acquired: Time,
    pub heard: Time,
    pub expires: Time,
    pub ended: Option<Time>,
    pub version: i64,
}
