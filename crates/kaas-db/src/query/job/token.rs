// SPDX-License-Identifier: Apache-2.0
//! What proves that a message is from the builder that holds a job. Only its digest is stored.

use std::fmt::Write as _;

use kaas_common::secret::Secret;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};

use crate::error::Error;

/// 256 random bits in hexadecimal, which the database forgets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(Secret);

impl Token {
    pub(crate) fn random() -> Result<Self, Error> {
        let mut bytes = [0_u8; 32];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| Error::Ended)?;
        Ok(Self(Secret::new(hexadecimal(&bytes))))
    }

    /// As a builder sent it: anything at all.
    pub const fn from_text(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// For the one message that hands it to its builder.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is stored. That of a guess tells nothing about how near the guess was.
    pub(crate) fn digest(&self) -> String {
        hexadecimal(digest(&SHA256, self.0.expose().as_bytes()).as_ref())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
