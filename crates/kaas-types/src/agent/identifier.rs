// SPDX-License-Identifier: Apache-2.0
//! What is named: by a UUID, or by the digest of its bytes.

use std::fmt::{self, Write as _};
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::bounded::OutOfBounds;

/// A UUID in its usual form, in lower case. Safe as the name of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Id(String);

/// A SHA-256 digest: 64 hexadecimal digits in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Sha256(String);

impl Id {
    /// A random UUID (RFC 9562, version 4) of random bytes.
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits = hexadecimal(&bytes);
        let ends = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
        Self(ends.map(|(from, to)| &digits[from..to]).join("-"))
    }
}

impl Sha256 {
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(hexadecimal(bytes))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

impl TryFrom<String> for Id {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Self, OutOfBounds> {
        let fits = |(place, byte): (usize, u8)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => is_digit(byte),
        };
        if text.len() != 36 || !text.bytes().enumerate().all(fits) {
            return Err(OutOfBounds::new("not a UUID in lower case"));
        }
        Ok(Self(text))
    }
}

impl TryFrom<String> for Sha256 {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Self, OutOfBounds> {
        if text.len() != 64 || !text.bytes().all(is_digit) {
            return Err(OutOfBounds::new("not a SHA-256 digest in hexadecimal"));
        }
        Ok(Self(text))
    }
}

impl Deref for Id {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for Sha256 {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
