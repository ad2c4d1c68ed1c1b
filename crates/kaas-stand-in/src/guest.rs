// SPDX-License-Identifier: Apache-2.0
//! What the server knows of one guest.

use std::collections::{BTreeMap, BTreeSet};

use kaas_types::agent::{Action, Command, Id};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct Guest {
    pub(crate) instance: Id,
    pub(crate) revoked: bool,
    /// By the digest of the certificate: until when it is valid.
    pub(crate) certificates: BTreeMap<String, u64>,
    /// Boots that showed up; two at a time mean a copied disk.
    pub(crate) boots: BTreeSet<Id>,
    /// Has used its certificate: its token is spent for good.
    pub(crate) arrived: bool,
    /// The number of the last message taken, and what is known of older ones.
    pub(crate) last_message: u64,
    pub(crate) keys: BTreeSet<String>,
    /// Commands not yet acknowledged.
    pub(crate) queue: Vec<Command>,
    /// All that it was ever sent.
    pub(crate) history: Vec<Command>,
    pub(crate) last_command: u64,
}

/// What becomes of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    New,
    /// It was sent before, and taken.
    Again,
    Stale,
}

impl Guest {
    pub(crate) fn new(instance: Id) -> Self {
        Self {
            instance,
            revoked: false,
            certificates: BTreeMap::new(),
            boots: BTreeSet::new(),
            arrived: false,
            last_message: 0,
            keys: BTreeSet::new(),
            queue: vec![],
            history: vec![],
            last_command: 0,
        }
    }

    pub(crate) fn take(&mut self, seq: u64, key: &str) -> Taken {
        if self.keys.contains(key) {
            return Taken::Again;
        }
        if seq <= self.last_message {
            return Taken::Stale;
        }
        self.last_message = seq;
        self.keys.insert(key.to_owned());
        Taken::New
    }

    pub(crate) fn push(&mut self, id: Id, action: Action) {
        self.last_command += 1;
        let seq = self.last_command;
        self.queue.push(Command { id, seq, action });
    }

    /// It has written the command down.
    pub(crate) fn acknowledge(&mut self, id: &Id) {
        if let Some(place) = self.queue.iter().position(|command| command.id == *id) {
            let command = self.queue.remove(place);
            self.history.push(command);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_once() {
        let mut guest = Guest::new(Id::from_random([0; 16]));
        assert_eq!(guest.take(1, "a"), Taken::New);
        assert_eq!(guest.take(1, "a"), Taken::Again);
        assert_eq!(guest.take(1, "b"), Taken::Stale);
        assert_eq!(guest.take(3, "c"), Taken::New);
        assert_eq!(guest.take(2, "d"), Taken::Stale);
    }
}
