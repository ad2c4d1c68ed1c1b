// SPDX-License-Identifier: Apache-2.0
//! What the server remembers, over its own restarts too: `state.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kaas_types::agent::{CommandResult, Id, ReportBody};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::failure::{About as _, Failure, Result};
use crate::guest::Guest;
use crate::token::Claim;
use crate::upload::Record;

const FILE: &str = "state.json";
/// Seconds for which a token is good.
const TOKEN_TTL: u64 = 3600;

#[derive(Serialize, Deserialize)]
pub(crate) struct State {
    /// Makes the tokens.
    secret: [u8; 32],
    pub(crate) instances: BTreeMap<Id, Instance>,
    pub(crate) guests: BTreeMap<Id, Guest>,
    pub(crate) uploads: BTreeMap<Id, Record>,
    /// What guests said, in the order in which it came.
    pub(crate) results: Vec<(Id, Id, CommandResult)>,
    pub(crate) reports: Vec<(Id, ReportBody)>,
}

/// An instance of the cloud, invited to enroll.
#[derive(Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) generation: u64,
    pub(crate) expiry: u64,
    /// Whose key the token was exchanged for: the digest of the public key, and the guest.
    pub(crate) consumed: Option<(String, Id)>,
}

impl State {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if path.exists() {
            let bytes = fs::read(&path).about(path.display())?;
            return serde_json::from_slice(&bytes).about(path.display());
        }
        Ok(Self {
            secret: random()?,
            instances: BTreeMap::new(),
            guests: BTreeMap::new(),
            uploads: BTreeMap::new(),
            results: vec![],
            reports: vec![],
        })
    }

    pub(crate) fn save(&self, folder: &Path) -> Result<()> {
        let (path, beside) = (folder.join(FILE), folder.join("state.json.new"));
        let bytes = serde_json::to_vec_pretty(self).about("the state")?;
        fs::write(&beside, bytes).about(beside.display())?;
        fs::rename(&beside, &path).about(path.display())
    }

    /// The token for an instance: the same one until it was used or reset.
    pub(crate) fn invite(&mut self, instance: &Id, now: u64) -> String {
        let entry = self.instances.entry(instance.clone()).or_insert(Instance {
            generation: 1,
            expiry: now + TOKEN_TTL,
            consumed: None,
        });
        let claim = Claim {
            instance: instance.clone(),
            generation: entry.generation,
            expiry: entry.expiry,
        };
        claim.token(&self.secret)
    }

    /// The instance's next token is another one.
    pub(crate) fn reset(&mut self, instance: &Id, now: u64) {
        if let Some(entry) = self.instances.get_mut(instance) {
            entry.generation += 1;
            entry.expiry = now + TOKEN_TTL;
            entry.consumed = None;
        }
    }

    /// What a token claims, if it is the one that the instance has now.
    pub(crate) fn claim(&self, token: &str, now: u64) -> Option<Claim> {
        let claim = Claim::of(token, &self.secret)?;
        let entry = self.instances.get(&claim.instance)?;
        let current = claim.generation == entry.generation && claim.expiry == entry.expiry;
        (current && now < claim.expiry).then_some(claim)
    }

    /// The guest that a certificate was issued to.
    pub(crate) fn holder(&self, certificate: &str) -> Option<Id> {
        let holds = |guest: &Guest| guest.certificates.contains_key(certificate);
        let mut guests = self.guests.iter();
        guests
            .find(|(_, guest)| holds(guest))
            .map(|(id, _)| id.clone())
    }
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Failure::new("no random numbers"))?;
    Ok(bytes)
}

pub(crate) fn new_id() -> Result<Id> {
    Ok(Id::from_random(random()?))
}
