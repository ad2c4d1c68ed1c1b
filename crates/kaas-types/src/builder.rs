// SPDX-License-Identifier: Apache-2.0
//! A build server: whether it takes work, and what the scheduler knows of it.

use serde::{Deserialize, Serialize};

use crate::agent::Line;
use crate::id::{BuilderId, InstanceId};
use crate::machine::Machine;
use crate::name::HostName;
use crate::time::Time;
use crate::word::words;

words! {
    /// Whether it takes work.
    pub enum Status {
        Up = "UP",
        /// It ends what it has, and takes nothing new.
        Draining = "DRAINING",
        /// Somebody wants it to take nothing, whether it is there or not.
        Disabled = "DISABLED",
        /// It would take work, but has not been heard of.
        Down = "DOWN",
    }
}

/// What happens to a builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// It says how it is.
    Report,
    /// It has been silent for too long; its jobs go elsewhere.
    Lose,
    /// Its last job ended.
    Drained,
    Drain,
    Disable,
    Enable,
}

impl Machine for Status {
    type Event = Event;

    const NAME: &'static str = "builder";
    /// Known, and not heard of yet.
    const INITIAL: Self = Self::Down;
    const STATES: &'static [Self] = Self::ALL;

    const EVENTS: &'static [Event] = &[
        Event::Report,
        Event::Lose,
        Event::Drained,
        Event::Drain,
        Event::Disable,
        Event::Enable,
    ];

    const TRANSITIONS: &'static [(Self, Event, Self)] = &[
        (Self::Up, Event::Report, Self::Up),
        (Self::Up, Event::Lose, Self::Down),
        (Self::Up, Event::Drain, Self::Draining),
        (Self::Up, Event::Disable, Self::Disabled),
        (Self::Up, Event::Enable, Self::Up),
        (Self::Draining, Event::Report, Self::Draining),
        // It has nothing left to end; that it was to take nothing new is not forgotten.
        (Self::Draining, Event::Lose, Self::Disabled),
        (Self::Draining, Event::Drained, Self::Disabled),
        (Self::Draining, Event::Drain, Self::Draining),
        (Self::Draining, Event::Disable, Self::Disabled),
        (Self::Draining, Event::Enable, Self::Up),
        (Self::Disabled, Event::Report, Self::Disabled),
        (Self::Disabled, Event::Drain, Self::Disabled),
        (Self::Disabled, Event::Disable, Self::Disabled),
        // Until it says how it is.
        (Self::Disabled, Event::Enable, Self::Down),
        (Self::Down, Event::Report, Self::Up),
        (Self::Down, Event::Drain, Self::Disabled),
        (Self::Down, Event::Disable, Self::Disabled),
        (Self::Down, Event::Enable, Self::Down),
    ];

    fn name(self) -> &'static str {
        self.word()
    }

    fn verb(event: Event) -> &'static str {
        match event {
            Event::Report => "report",
            Event::Lose => "lose",
            Event::Drained => "be drained",
            Event::Drain => "drain",
            Event::Disable => "disable",
            Event::Enable => "enable",
        }
    }
}

/// A builder, as operators see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Builder {
    pub id: BuilderId,
    pub host: HostName,
    pub status: Status,
    pub reason: Option<Line<255>>,
    /// How many kernels it builds at a time.
    pub slots: u32,
    pub load: Load,
    /// The instance it is, where Nova made it for us.
    pub instance: Option<InstanceId>,
    pub created: Time,
    pub updated: Time,
    pub reported: Option<Time>,
    pub version: i64,
}

/// What a builder says of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The version of the interface that it speaks: `1.0`.
    #[serde(default)]
    pub rpc: Option<Line<16>>,
    /// The architectures that it builds for.
    #[serde(default)]
    pub architectures: Vec<Line<32>>,
    /// The average load, of each processor.
    #[serde(default)]
    pub load: f64,
    #[serde(default)]
    pub free_mebibytes: u64,
    /// Digests of the sources whose models it has.
    #[serde(default)]
    pub models: Vec<Line<64>>,
}
