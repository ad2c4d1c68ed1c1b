// SPDX-License-Identifier: Apache-2.0
//! Whose releases this machine takes: for which project and instance, signed with which keys.
//! Only root can write it down, and only a document signed with a trusted key can change it.

use kaas_types::release::{ANY, KEYS_CONTEXT, Key, KeyStatement, RELEASE_CONTEXT, Release, Signed};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::machine::{self, Machine};
use crate::failure::{Failure, Result};

/// The content of the file of that name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trust {
    pub(crate) project: String,
    /// The id of the instance: what is for another is refused.
    pub(crate) instance: String,
    /// At least one, or nothing is ever installed.
    pub(crate) keys: Vec<Key>,
    /// Of the last statement about keys.
    #[serde(default)]
    pub(crate) serial: u64,
}

impl Trust {
    pub(super) fn read(machine: &Machine) -> Result<Self> {
        let path = machine.layout.trust();
        let text = machine::text(&path).map_err(|error| {
            let hint = "no releases are taken before `kaas-guest installer --trust FILE`";
            Failure::new(format!("{error}: {hint}"))
        })?;
        Self::parse(&text)
    }

    /// Refuses what has keys under wrong names, or none.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let trust: Self = serde_json::from_str(text)
            .map_err(|error| Failure::new(format!("the list of keys: {error}")))?;
        let is_right = |key: &Key| bytes(&key.public).is_some_and(|public| id(&public) == key.id);
        if trust.keys.is_empty() || !trust.keys.iter().all(is_right) {
            let message = "the list of keys is empty, or a key's id is not that of the key";
            return Err(Failure::new(message));
        }
        Ok(trust)
    }

    /// The first time; later, only [`Self::change`] changes it.
    pub(crate) fn write(&self, machine: &mut Machine) -> Result<()> {
        let text = serde_json::to_string(self).map_err(|error| Failure::new(error.to_string()))?;
        machine
            .disk
            .replace(&machine.layout.trust(), text.as_bytes())
    }

    /// The release in a document that one of the keys signed, for this machine.
    pub(super) fn release(&self, signed: &Signed) -> Result<Release> {
        self.verify(RELEASE_CONTEXT, signed)?;
        let release = Release::read(&signed.document);
        let release = release.map_err(|error| Failure::new(error.to_string()))?;
        let is_ours = release.instance == ANY || release.instance == self.instance;
        if release.project != self.project || !is_ours {
            return Err(Failure::new("the release is for another machine"));
        }
        Ok(release)
    }

    /// What is trusted after a statement that one of the keys signed.
    pub(super) fn change(&self, signed: &Signed) -> Result<Self> {
        self.verify(KEYS_CONTEXT, signed)?;
        let statement = KeyStatement::read(&signed.document);
        let statement = statement.map_err(|error| Failure::new(error.to_string()))?;
        if statement.project != self.project || statement.serial <= self.serial {
            let message = "the statement about keys is for another project, or an older one";
            return Err(Failure::new(message));
        }
        let mut trust = Self {
            serial: statement.serial,
            ..self.clone()
        };
        trust.keys.retain(|key| !statement.remove.contains(&key.id));
        let is_new = |key: &Key| trust.keys.iter().all(|known| known.id != key.id);
        let new: Vec<Key> = statement
            .add
            .iter()
            .filter(|key| is_new(key))
            .cloned()
            .collect();
        trust.keys.extend(new);
        let text = serde_json::to_string(&trust).unwrap_or_default();
        Self::parse(&text)
    }

    fn verify(&self, context: &str, signed: &Signed) -> Result<()> {
        let unsigned = || Failure::new("the document is not signed with a key that is trusted");
        let key = self
            .keys
            .iter()
            .find(|key| key.id == signed.key)
            .ok_or_else(unsigned)?;
        let public: [u8; 32] = bytes(&key.public).ok_or_else(unsigned)?;
        let signature: [u8; 64] = bytes(&signed.signature).ok_or_else(unsigned)?;
        let message = [context.as_bytes(), signed.document.as_bytes()].concat();
        let verified = UnparsedPublicKey::new(&ED25519, public).verify(&message, &signature);
        verified.map_err(|_| unsigned())
    }
}

/// The first 16 digits of the SHA-256 of a public key.
pub(super) fn id(public: &[u8; 32]) -> String {
    sha256(public).chars().take(16).collect()
}

/// In hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(digest(&SHA256, bytes).as_ref())
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

/// Exactly `N` bytes from their lower-case digits.
fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let digits = digits.as_bytes();
    if digits.len() != 2 * N || digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        let pair = str::from_utf8(pair)
            .ok()
            .filter(|pair| !pair.starts_with('+'))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use kaas_types::release::{
        KEYS_CONTEXT, Key, KeyStatement, RELEASE_CONTEXT, SCHEMA, canonical,
    };

    use super::Trust;
    use crate::deploy::testing::signer::{OTHER, SIGNER, Signer, document};

    fn trust() -> Trust {
        let trust = Trust {
            project: "p1".to_owned(),
            instance: "i1".to_owned(),
            keys: vec![SIGNER.key()],
            serial: 0,
        };
        Trust::parse(&serde_json::to_string(&trust).unwrap()).unwrap()
    }

    /// RFC 8032, 7.1: the seed and the public key of its first test.
    #[test]
    fn the_signature_is_that_of_rfc_8032() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(Signer(super::bytes(seed).unwrap()).key().public, public);
    }

    #[test]
    fn a_document_signed_by_us_for_us() {
        let signed = SIGNER.sign(RELEASE_CONTEXT, document(7));
        assert_eq!(trust().release(&signed).unwrap().serial, 7);
    }

    #[test]
    fn whatever_else_is_refused() {
        let good = SIGNER.sign(RELEASE_CONTEXT, document(7));
        let mut changed = good.clone();
        changed.document = changed.document.replace("\"serial\":7", "\"serial\":8");
        let mut without = good.clone();
        without.signature = "0".repeat(128);
        let elsewhere = document(7).replace("\"i1\"", "\"i2\"");
        let project = document(7).replace("\"p1\"", "\"p2\"");
        let wrong = [
            changed,
            without,
            OTHER.sign(RELEASE_CONTEXT, document(7)),
            SIGNER.sign(KEYS_CONTEXT, document(7)),
            SIGNER.sign(RELEASE_CONTEXT, elsewhere),
            SIGNER.sign(RELEASE_CONTEXT, project),
            SIGNER.sign(RELEASE_CONTEXT, format!("{} ", document(7))),
        ];
        for signed in wrong {
            assert!(trust().release(&signed).is_err(), "{signed:?}");
        }
    }

    fn statement(serial: u64, add: Vec<Key>, remove: Vec<String>) -> String {
        let project = "p1".to_owned();
        let statement = KeyStatement {
            schema: SCHEMA,
            project,
            serial,
            add,
            remove,
        };
        canonical::write(&statement).unwrap()
    }

    #[test]
    fn a_key_takes_the_place_of_another() {
        let text = statement(1, vec![OTHER.key()], vec![SIGNER.key().id]);
        let changed = trust()
            .change(&SIGNER.sign(KEYS_CONTEXT, text.clone()))
            .unwrap();
        assert_eq!(changed.keys, [OTHER.key()]);
        assert!(
            changed
                .release(&OTHER.sign(RELEASE_CONTEXT, document(7)))
                .is_ok()
        );
        assert!(
            changed
                .release(&SIGNER.sign(RELEASE_CONTEXT, document(7)))
                .is_err()
        );
        assert!(
            changed.change(&OTHER.sign(KEYS_CONTEXT, text)).is_err(),
            "replayed"
        );
        let last = statement(2, vec![], vec![OTHER.key().id]);
        assert!(
            changed.change(&OTHER.sign(KEYS_CONTEXT, last)).is_err(),
            "none is left"
        );
    }

    #[test]
    fn a_key_under_the_id_of_another() {
        let mut key = OTHER.key();
        key.id = SIGNER.key().id;
        let text = statement(1, vec![key], vec![]);
        let changed = trust().change(&SIGNER.sign(KEYS_CONTEXT, text));
        // The statement is signed, so it counts; what it gives the wrong name is left out.
        assert!(changed.is_ok_and(|trust| trust.keys == [SIGNER.key()]));
    }
}
