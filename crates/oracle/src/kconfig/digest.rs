// SPDX-License-Identifier: Apache-2.0
//! A 128-bit FNV-1a digest: tells contents apart, the same on every machine and release.

use std::fmt;

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// Not for use against an adversary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digest(u128);

impl Default for Digest {
    fn default() -> Self {
        Self(OFFSET)
    }
}

impl Digest {
    /// Adds one item; its length goes in first, so that items can't run into each other.
    pub(crate) fn with(self, item: impl AsRef<[u8]>) -> Self {
        let item = item.as_ref();
        self.absorb(&item.len().to_le_bytes()).absorb(item)
    }

    fn absorb(self, bytes: &[u8]) -> Self {
        let step = |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
        Self(bytes.iter().fold(self.0, step))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn the_published_value_of_one_letter() {
        let a = Digest::default().absorb(b"a").to_string();
        assert_eq!(a, "d228cb696f1a8caf78912b704e4a8964");
    }

    #[test]
    fn borders_between_items_count() {
        let digest = Digest::default();
        assert_ne!(digest.with("ab").with("c"), digest.with("a").with("bc"));
    }
}
