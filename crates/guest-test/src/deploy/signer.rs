// SPDX-License-Identifier: Apache-2.0
//! Who signs releases here: keys that everybody knows, for machines that nobody uses.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::Serialize;
use virtual_machine::{Failure, Result};

/// Precedes the document of a release in what is signed.
const CONTEXT: &str = "kaas-release-1\n";

/// A document with its signature.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Signed {
    pub(super) document: String,
    /// The id of the key.
    pub(super) key: String,
    signature: String,
}

/// A public key in hexadecimal, and the beginning of its digest.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) public: String,
}

/// A key pair, by its seed.
pub(super) struct Signer([u8; 32]);

/// The machine trusts the first one alone.
pub(super) const TRUSTED: Signer = Signer([1; 32]);
pub(super) const STRANGER: Signer = Signer([2; 32]);

impl Signer {
    fn pair(&self) -> Result<Ed25519KeyPair> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&self.0);
        pair.map_err(|error| Failure::new(format!("a key pair: {error}")))
    }

    pub(super) fn key(&self) -> Result<Key> {
        let pair = self.pair()?;
        let public = pair.public_key().as_ref();
        Ok(Key {
            id: sha256(public).chars().take(16).collect(),
            public: hexadecimal(public),
        })
    }

    pub(super) fn sign(&self, document: String) -> Result<Signed> {
        let message = [CONTEXT, &document].concat();
        let signature = hexadecimal(self.pair()?.sign(message.as_bytes()).as_ref());
        let key = self.key()?.id;
        Ok(Signed {
            document,
            key,
            signature,
        })
    }
}

/// In hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(digest(&SHA256, bytes).as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
