// SPDX-License-Identifier: Apache-2.0
//! Notifications: what happened, for whoever is interested. They hold nothing up, and nothing
//! depends on them.

mod listener;
mod notifier;

pub use listener::{Listener, Listening, Verdict};
pub use notifier::{Notifier, UnknownDriver};

pub use crate::message::Notification;

/// How much a notification matters, and which queue it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    Audit,
    Debug,
    Info,
    Warn,
    Error,
    Critical,
    Sample,
}

impl Priority {
    /// As the end of a queue's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Critical => "critical",
            Self::Sample => "sample",
        }
    }
}
