// SPDX-License-Identifier: Apache-2.0
//! Who signs releases in tests.

use kaas_types::release::{
    CommandLine, Demand, File, Health, Initramfs, Key, Release, SCHEMA, SecureBoot, Signed,
    canonical,
};
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::deploy::trust::{hexadecimal, id, sha256};

/// A key pair, by its seed.
pub(in crate::deploy) struct Signer(pub(in crate::deploy) [u8; 32]);

pub(in crate::deploy) const SIGNER: Signer = Signer([1; 32]);
pub(in crate::deploy) const OTHER: Signer = Signer([2; 32]);

impl Signer {
    fn pair(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&self.0).unwrap()
    }

    pub(in crate::deploy) fn key(&self) -> Key {
        let public: [u8; 32] = self.pair().public_key().as_ref().try_into().unwrap();
        Key {
            id: id(&public),
            public: hexadecimal(&public),
        }
    }

    pub(in crate::deploy) fn sign(&self, context: &str, document: String) -> Signed {
        let message = [context.as_bytes(), document.as_bytes()].concat();
        let signature = hexadecimal(self.pair().sign(&message).as_ref());
        Signed {
            document,
            key: self.key().id,
            signature,
        }
    }
}

/// A release with these files.
pub(in crate::deploy) fn release(serial: u64, files: &[(&str, &[u8])]) -> Release {
    let file = |(name, content): &(&str, &[u8])| File {
        name: (*name).to_owned(),
        size: content.len() as u64,
        sha256: sha256(content),
    };
    Release {
        schema: SCHEMA,
        kernel: "shop".to_owned(),
        project: "p1".to_owned(),
        instance: "i1".to_owned(),
        serial,
        release: format!("6.1.192-kaas{serial}"),
        build_id: None,
        files: files.iter().map(file).collect(),
        command_line: CommandLine {
            add: vec![],
            remove: vec![],
            panic_seconds: 10,
        },
        initramfs: Initramfs::None,
        secure_boot: SecureBoot::Unsigned,
        deadline_seconds: 600,
        health: Health {
            agent: Demand::Required,
            units: Demand::Required,
            probe: None,
        },
    }
}

pub(in crate::deploy) fn document(serial: u64) -> String {
    canonical::write(&release(serial, &[("vmlinuz", b"image")])).unwrap()
}
