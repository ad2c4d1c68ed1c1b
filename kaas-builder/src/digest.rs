// SPDX-License-Identifier: Apache-2.0
//! SHA-256, of bytes, of files, of several parts.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ring::digest::{Context, SHA256};

use crate::trouble::{About as _, Result};

/// Grows with what is added.
pub(crate) struct Hasher(Context);

impl Default for Hasher {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl Hasher {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// With its length before it: `ab`, `c` is not `a`, `bc`.
    pub(crate) fn part(&mut self, bytes: &[u8]) {
        self.add(&(bytes.len() as u64).to_le_bytes());
        self.add(bytes);
    }

    /// 64 hexadecimal digits.
    pub(crate) fn hex(self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.0.finish().as_ref() {
            // Writing to memory can't fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    let mut hasher = Hasher::default();
    hasher.add(bytes);
    hasher.hex()
}

pub(crate) fn of_parts(parts: &[&str]) -> String {
    let mut hasher = Hasher::default();
    for part in parts {
        hasher.part(part.as_bytes());
    }
    hasher.hex()
}

pub(crate) fn of_file(path: &Path) -> Result<String> {
    let mut file = File::open(path).about(path)?;
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).about(path)?;
        if count == 0 {
            return Ok(hasher.hex());
        }
        hasher.add(buffer.get(..count).unwrap_or_default());
    }
}

/// Whether a text is what [`Hasher::hex`] gives.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_sha256sum() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(of_bytes(b""), empty);
        assert!(is_sha256(empty) && !is_sha256(&empty.to_uppercase()));
        assert_ne!(of_parts(&["ab", "c"]), of_parts(&["a", "bc"]));
    }
}
