// SPDX-License-Identifier: Apache-2.0
//! A kernel put into an instance. Its states are those of the installer in the instance
//! ([`release::Status`]): what is known here follows what is true there.

use crate::agent::Line;
use crate::id::{DeploymentId, InstanceId, KernelId};
use crate::machine::Machine;
use crate::name::{ProjectId, UserId};
use crate::release;
use crate::time::Time;

pub use release::{Event, Status};

impl Machine for Status {
    type Event = Event;

    const NAME: &'static str = "deployment";
    const INITIAL: Self = Self::Pending;
    const STATES: &'static [Self] = &Self::ALL;

    const EVENTS: &'static [Event] = &[
        Event::Install,
        Event::Refuse,
        Event::Try,
        Event::Confirm,
        Event::RollBack,
    ];

    const TRANSITIONS: &'static [(Self, Event, Self)] = release::TRANSITIONS;

    fn name(self) -> &'static str {
        self.word()
    }

    fn verb(event: Event) -> &'static str {
        event.word()
    }
}

/// A deployment, as its project sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    pub id: DeploymentId,
    pub project: ProjectId,
    pub user: UserId,
    pub kernel: KernelId,
    pub instance: InstanceId,
    pub status: Status,
    pub reason: Option<Line<1024>>,
    /// Greater than that of every deployment to the instance before.
    pub serial: i64,
    /// When the instance is reset, should it be silent until then.
    pub deadline: Option<Time>,
    pub created: Time,
    pub updated: Time,
    pub version: i64,
}
