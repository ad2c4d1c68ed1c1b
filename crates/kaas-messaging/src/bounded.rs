// SPDX-License-Identifier: Apache-2.0
//! How much of anything is taken from a peer or held for one.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

/// The longest body that is sent or read.
pub(crate) const MESSAGE_BYTES: usize = 16 << 20;
/// Calls of one process that wait for their answers.
pub(crate) const PENDING_CALLS: usize = 4096;
/// Ids by which a server knows a message that comes again.
pub(crate) const REMEMBERED_MESSAGES: usize = 1024;
/// Notifications of one process that are not sent yet.
pub(crate) const PENDING_NOTIFICATIONS: usize = 1024;
/// Messages of one queue inside a process.
pub(crate) const LOCAL_QUEUE: usize = 65_536;
/// The longest text that an answer's failure is shown with.
pub(crate) const FAILURE_TEXT: usize = 16 << 10;

/// The last things seen, so many of them.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    order: VecDeque<T>,
    known: HashSet<T>,
    room: usize,
}

impl<T: Clone + Eq + Hash> Recent<T> {
    pub(crate) fn new(room: usize) -> Self {
        Self {
            order: VecDeque::new(),
            known: HashSet::new(),
            room,
        }
    }

    pub(crate) fn contains(&self, thing: &T) -> bool {
        self.known.contains(thing)
    }

    /// Whether it is new; it is remembered in the place of the oldest.
    pub(crate) fn insert(&mut self, thing: T) -> bool {
        if !self.known.insert(thing.clone()) {
            return false;
        }
        self.order.push_back(thing);
        if self.order.len() > self.room
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

/// The beginning of `text`, at most `room` bytes of it.
pub(crate) fn shortened(text: &str, room: usize) -> &str {
    let mut end = room.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut recent = Recent::new(2);
        assert!(recent.insert(1) && recent.insert(2));
        assert!(!recent.insert(1));
        assert!(recent.insert(3));
        assert!(recent.contains(&2) && recent.contains(&3) && !recent.contains(&1));
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(shortened("aé", 2), "a");
        assert_eq!(shortened("aé", 3), "aé");
    }
}
