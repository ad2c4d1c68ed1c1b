// SPDX-License-Identifier: Apache-2.0
//! State machines as data: the states, the events, and one table of what leads from which to
//! which. What is not in the table can't happen, and the pictures are drawn from it.

mod draw;

use std::fmt;

pub use draw::{draw, page};

/// The state of a thing that only changes as a table says.
pub trait Machine: Copy + PartialEq + 'static {
    type Event: Copy + PartialEq + 'static;

    /// What it is the state of: `kernel`.
    const NAME: &'static str;
    /// Where each begins.
    const INITIAL: Self;
    const STATES: &'static [Self];
    const EVENTS: &'static [Self::Event];
    /// Each state with each event at most once.
    const TRANSITIONS: &'static [(Self, Self::Event, Self)];

    /// The state in pictures and messages.
    fn name(self) -> &'static str;

    /// The event there.
    fn verb(event: Self::Event) -> &'static str;

    /// The state that this one is a part of, in pictures.
    fn group(self) -> Option<&'static str> {
        None
    }

    /// The state after an event.
    fn next(self, event: Self::Event) -> Result<Self, InvalidTransition> {
        let mut table = Self::TRANSITIONS.iter();
        let found = table.find(|(from, by, _)| *from == self && *by == event);
        found.map(|(_, _, to)| *to).ok_or(InvalidTransition {
            machine: Self::NAME,
            from: self.name(),
            event: Self::verb(event),
        })
    }

    /// Whether no event leads anywhere else.
    fn is_end(self) -> bool {
        let mut table = Self::TRANSITIONS.iter();
        !table.any(|(from, _, to)| *from == self && *to != self)
    }
}

/// An event for which a state has no transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTransition {
    pub machine: &'static str,
    pub from: &'static str,
    pub event: &'static str,
}

impl fmt::Display for InvalidTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            machine,
            from,
            event,
        } = self;
        write!(f, "a {machine} that is {from} has no way to {event}")
    }
}

impl std::error::Error for InvalidTransition {}

#[cfg(test)]
mod tests;
