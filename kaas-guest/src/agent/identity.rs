// SPDX-License-Identifier: Apache-2.0
//! Who this guest is to the cloud: a certificate, the key that it is for, and the machine for
//! which both were made. A copied disk carries it along; then it is thrown away.

use std::path::Path;

use kaas_types::agent::limit::PEM;
use kaas_types::agent::{Block, Id, Issued};
use rcgen::{CertificateParams, KeyPair};
use serde::{Deserialize, Serialize};

use super::durable;
use super::http::Credentials;
use crate::failure::{Failure, Result};

/// Tells one machine from the copy of its disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Machine {
    pub(super) instance: Id,
    /// `/etc/machine-id`.
    pub(super) machine_id: String,
}

/// A key (P-256) that never leaves this machine. Neither shown nor logged.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Key(String);

/// A key for which a certificate is asked. It is kept before it is used: the token is good for
/// one key only, and the answer may get lost.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) machine: Machine,
    pub(super) key: Key,
}

/// See above.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Identity {
    pub(super) machine: Machine,
    pub(super) guest: Id,
    pub(super) endpoint: String,
    /// PEM.
    pub(super) authority: String,
    certificate: String,
    key: Key,
    /// By the server's clock, as the next.
    not_before: u64,
    not_after: u64,
}

impl Key {
    pub(super) fn make() -> Result<Self> {
        let key = KeyPair::generate().map_err(|_| Failure::new("no key can be made"))?;
        Ok(Self(key.serialize_pem()))
    }

    /// A certificate signing request (PEM) that names nobody.
    pub(super) fn request(&self) -> Result<Block<PEM>> {
        let broken = || Failure::new("the key cannot be used");
        let key = KeyPair::from_pem(&self.0).map_err(|_| broken())?;
        let request = CertificateParams::default().serialize_request(&key);
        let text = request.and_then(|request| request.pem());
        let text = text.map_err(|_| broken())?;
        Block::try_from(text).map_err(|error| Failure::new(error.to_string()))
    }
}

impl Pending {
    /// The key that was made for this machine already, or a new one.
    pub(super) fn of(machine: &Machine, path: &Path) -> Result<Self> {
        // A damaged file is as good as none: the server was told of its key, perhaps, and a
        // new token is needed.
        let kept = durable::load::<Self>(path).ok().flatten();
        if let Some(kept) = kept.filter(|kept| kept.machine == *machine) {
            return Ok(kept);
        }
        let (machine, key) = (machine.clone(), Key::make()?);
        let pending = Self { machine, key };
        durable::save(path, &pending)?;
        Ok(pending)
    }

    /// See [`Key::request`].
    pub(super) fn request(&self) -> Result<Block<PEM>> {
        self.key.request()
    }
}

impl Identity {
    /// What the server issued for a key. Refuses a certificate with which TLS cannot work.
    pub(super) fn new(
        pending: Pending,
        (endpoint, authority): (&str, &str),
        issued: Issued,
    ) -> Result<Self> {
        let identity = Self {
            machine: pending.machine,
            guest: issued.guest,
            endpoint: endpoint.to_owned(),
            authority: authority.to_owned(),
            certificate: issued.certificate.to_string(),
            key: pending.key,
            not_before: issued.not_before,
            not_after: issued.not_after,
        };
        identity.credentials().check()?;
        Ok(identity)
    }

    /// The same guest with another key.
    pub(super) fn renewed(&self, key: Key, issued: Issued) -> Result<Self> {
        if issued.guest != self.guest {
            return Err(Failure::new("the server renews for another guest"));
        }
        let machine = self.machine.clone();
        let pending = Pending { machine, key };
        Self::new(pending, (&self.endpoint, &self.authority), issued)
    }

    pub(super) fn credentials(&self) -> Credentials<'_> {
        Credentials {
            certificate: &self.certificate,
            key: &self.key.0,
        }
    }

    /// Whether two thirds of its time are over.
    pub(super) fn is_due(&self, now: u64) -> bool {
        let life = self.life();
        now >= self
            .not_before
            .saturating_add(life / 3 * 2 + life % 3 * 2 / 3)
    }

    /// Seconds for which the certificate is valid.
    pub(super) fn life(&self) -> u64 {
        self.not_after.saturating_sub(self.not_before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(instance: u8) -> Machine {
        Machine {
            instance: Id::from_random([instance; 16]),
            machine_id: "m".to_owned(),
        }
    }

    fn issued(certificate: &str) -> Issued {
        Issued {
            guest: Id::from_random([1; 16]),
            instance: Id::from_random([2; 16]),
            certificate: certificate.to_owned().try_into().unwrap(),
            time: 0,
            not_before: 300,
            not_after: 600,
        }
    }

    fn certificate(key: &Key) -> String {
        let key = KeyPair::from_pem(&key.0).unwrap();
        CertificateParams::default()
            .self_signed(&key)
            .unwrap()
            .pem()
    }

    #[test]
    fn a_key_is_made_once_for_a_machine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pending.json");
        let first = Pending::of(&machine(1), &path).unwrap();
        let again = Pending::of(&machine(1), &path).unwrap();
        let other = Pending::of(&machine(2), &path).unwrap();
        assert!(first.key.0 == again.key.0 && first.key.0 != other.key.0);
        assert!(first.key.request().unwrap().contains("CERTIFICATE REQUEST"));
    }

    #[test]
    fn only_a_certificate_for_the_key_is_taken() {
        let make = || Pending {
            machine: machine(1),
            key: Key::make().unwrap(),
        };
        let (one, other) = (make(), make());
        for wrong in ["", "x", &certificate(&other.key)] {
            let pending = Pending {
                machine: machine(1),
                key: one.key.clone(),
            };
            assert!(
                Identity::new(pending, ("", ""), issued(wrong)).is_err(),
                "{wrong}"
            );
        }
        let text = certificate(&one.key);
        let identity = Identity::new(one, ("", ""), issued(&text)).unwrap();
        assert!(!identity.is_due(499) && identity.is_due(500));
        let mut strange = issued(&certificate(&other.key));
        strange.guest = Id::from_random([9; 16]);
        assert!(identity.renewed(other.key, strange).is_err());
    }
}
