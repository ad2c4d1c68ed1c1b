// SPDX-License-Identifier: Apache-2.0
//! The states of a deployment, and the one table of what leads from which to which.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a deployment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Wanted; nothing of it is in the machine.
    Pending,
    /// Files are being put beside those of the running kernel, or are there.
    Installing,
    /// The kernel is about to run, or runs, for the first time.
    Trial,
    /// The machine starts it by default.
    Confirmed,
    /// The machine starts by default what it started before.
    RolledBack,
    /// It was not tried, and the machine is as it was.
    Refused,
}

/// What happens to a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// Everything was verified; the first file is about to be written.
    Install,
    /// The document, its files or the machine don't allow it; or installing it failed.
    Refuse,
    /// The boot loader is about to be told to start it once.
    Try,
    /// It runs and is healthy.
    Confirm,
    /// It didn't come up, isn't healthy, or somebody wants the old kernel back.
    RollBack,
}

/// Every transition; what is not in it can't happen.
pub const TRANSITIONS: &[(Status, Event, Status)] = &[
    (Status::Pending, Event::Install, Status::Installing),
    (Status::Pending, Event::Refuse, Status::Refused),
    (Status::Installing, Event::Refuse, Status::Refused),
    (Status::Installing, Event::Try, Status::Trial),
    (Status::Installing, Event::RollBack, Status::RolledBack),
    (Status::Trial, Event::Confirm, Status::Confirmed),
    (Status::Trial, Event::RollBack, Status::RolledBack),
    (Status::Confirmed, Event::RollBack, Status::RolledBack),
];

impl Status {
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Installing,
        Self::Trial,
        Self::Confirmed,
        Self::RolledBack,
        Self::Refused,
    ];

    /// The state after an event.
    pub fn after(self, event: Event) -> Result<Self, InvalidTransition> {
        let known = TRANSITIONS
            .iter()
            .find(|(from, by, _)| *from == self && *by == event);
        known
            .map(|(_, _, to)| *to)
            .ok_or(InvalidTransition { from: self, event })
    }

    /// Whether nothing happens any more unless somebody asks for it.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Confirmed | Self::RolledBack | Self::Refused)
    }

    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Installing => "INSTALLING",
            Self::Trial => "TRIAL",
            Self::Confirmed => "CONFIRMED",
            Self::RolledBack => "ROLLED_BACK",
            Self::Refused => "REFUSED",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Event {
    /// The word for it in pictures and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Refuse => "refuse",
            Self::Try => "try",
            Self::Confirm => "confirm",
            Self::RollBack => "roll back",
        }
    }
}

/// An event for which a state has no transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTransition {
    pub from: Status,
    pub event: Event,
}

impl fmt::Display for InvalidTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, event) = (self.from, self.event.word());
        write!(f, "a deployment that is {from} has no way to {event}")
    }
}

impl std::error::Error for InvalidTransition {}

#[cfg(test)]
mod tests {
    use super::{Event, Status, TRANSITIONS};

    #[test]
    fn the_word_is_that_of_json() {
        for status in Status::ALL {
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json, format!("\"{status}\""));
        }
    }

    #[test]
    fn every_state_is_reached_and_each_event_is_unambiguous() {
        for status in Status::ALL {
            let reached = TRANSITIONS.iter().any(|(_, _, to)| *to == status);
            assert!(reached || status == Status::Pending, "{status}");
        }
        for (from, event, to) in TRANSITIONS {
            assert_eq!(from.after(*event), Ok(*to));
        }
        assert!(Status::Refused.after(Event::Confirm).is_err());
        assert!(Status::Pending.after(Event::Confirm).is_err());
    }
}
