// SPDX-License-Identifier: Apache-2.0
//! Answers of Keystone, kept for a while by the digest of the token. Bounded: the answers not
//! used for longest go first.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::identity::{Answer, Question};

/// The digest of a token, and how it was asked about.
pub(super) type Key = ([u8; 32], Question);

/// The key of a question.
pub(super) fn key(token: &str, question: Question) -> Key {
    let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    (bytes, question)
}

struct Entry {
    answer: Answer,
    since: DateTime<Utc>,
    lasts: TimeDelta,
    /// When it was used last, counted in uses of the cache.
    used: u64,
}

pub(super) struct Cache {
    entries: HashMap<Key, Entry>,
    capacity: usize,
    uses: u64,
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            capacity: capacity.max(1),
            uses: 0,
        }
    }

    pub(super) fn get(&mut self, key: &Key, now: DateTime<Utc>) -> Option<Answer> {
        self.uses += 1;
        let entry = self.entries.get_mut(key)?;
        let age = now - entry.since;
        // A clock that was set back makes an answer neither older nor younger: it goes.
        if age < TimeDelta::zero() || age >= entry.lasts {
            self.entries.remove(key);
            return None;
        }
        entry.used = self.uses;
        Some(entry.answer.clone())
    }

    pub(super) fn put(&mut self, key: Key, answer: Answer, lasts: TimeDelta, now: DateTime<Utc>) {
        if lasts <= TimeDelta::zero() {
            return;
        }
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            self.make_room();
        }
        self.uses += 1;
        self.entries.insert(
            key,
            Entry {
                answer,
                since: now,
                lasts,
                used: self.uses,
            },
        );
    }

    /// The tenth that was not used for longest goes, so that it need not be looked for each time.
    fn make_room(&mut self) {
        let mut uses: Vec<u64> = self.entries.values().map(|entry| entry.used).collect();
        uses.sort_unstable();
        let last = uses.get(self.capacity / 10).copied().unwrap_or_default();
        self.entries.retain(|_, entry| entry.used > last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystone::{Catalog, Expired};

    const QUESTION: Question = Question {
        expired: Expired::Refused,
        catalog: Catalog::Without,
    };

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn answers_last_as_long_as_said() {
        let mut cache = Cache::new(10);
        let key = key("t", QUESTION);
        cache.put(key, Answer::Invalid, TimeDelta::seconds(5), at(100));
        assert_eq!(cache.get(&key, at(104)), Some(Answer::Invalid));
        assert_eq!(cache.get(&key, at(105)), None);
        cache.put(key, Answer::Invalid, TimeDelta::seconds(5), at(100));
        assert_eq!(cache.get(&key, at(99)), None);
    }

    #[test]
    fn the_ones_in_use_stay() {
        let mut cache = Cache::new(100);
        let keys: Vec<_> = (0..1000)
            .map(|number| key(&number.to_string(), QUESTION))
            .collect();
        for key in &keys {
            cache.put(*key, Answer::Invalid, TimeDelta::seconds(5), at(0));
            assert!(cache.get(&keys[0], at(1)).is_some());
            assert!(cache.entries.len() <= 100);
        }
        assert!(cache.get(&keys[999], at(1)).is_some());
        assert!(cache.get(&keys[500], at(1)).is_none());
    }
}
