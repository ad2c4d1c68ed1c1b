// SPDX-License-Identifier: Apache-2.0
//! Digests of content: equal for equal content, and for no other that anybody can find.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Half of a BLAKE3 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest([u8; 16]);

impl Digest {
    pub fn of(content: &[u8]) -> Self {
        Self::half(blake3::hash(content))
    }

    fn half(hash: blake3::Hash) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&hash.as_bytes()[..16]);
        Self(half)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digest of a list; other borders between its items make another digest.
#[derive(Default)]
pub(super) struct Hasher(blake3::Hasher);

impl Hasher {
    pub(super) fn add(&mut self, item: &[u8]) {
        self.0.update(&(item.len() as u64).to_le_bytes());
        self.0.update(item);
    }

    pub(super) fn digest(&self) -> Digest {
        Digest::half(self.0.finalize())
    }
}
