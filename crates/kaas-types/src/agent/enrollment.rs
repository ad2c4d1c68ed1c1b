// SPDX-License-Identifier: Apache-2.0
//! How a guest becomes known: what Nova's metadata tells it, and how the token found there
//! is exchanged for a certificate.

use serde::{Deserialize, Serialize};

use super::bounded::{Block, Line, List, Secret};
use super::identifier::Id;
use super::limit::{KEY, NAME, PEM, SIGNING_KEYS, TOKEN, URL};

/// `vendor_data2.json`: a document of many providers, of which one is ours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VendorData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kaas: Option<Enrollment>,
}

/// What the cloud says to a guest about enrolling. A guest that was enrolled, or whose token
/// is too old, finds no token; one that is of no interest finds nothing at all.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Enrollment {
    Invited {
        /// The agent listener, `https://HOST[:PORT]/`; the protocol's paths follow.
        endpoint: Line<URL>,
        /// The only certificate authority (PEM) that may vouch for the listener.
        ca: Block<PEM>,
        /// Good for one key, once.
        token: Secret<TOKEN>,
        /// The trace that this guest is for, where it is for one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trace: Option<Id>,
        /// Who may sign a kernel: Ed25519 public keys, 32 bytes in hexadecimal. For whoever
        /// installs the guest; the agent has no use for them.
        #[serde(default)]
        signing_keys: List<Line<KEY>, SIGNING_KEYS>,
    },
    Enrolled {
        enrolled: bool,
    },
    Expired {
        expired: bool,
    },
    /// Nothing for this guest, or nothing that this agent understands.
    Other {},
}

/// The part of `meta_data.json` that is of interest: which instance this is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MetaData {
    pub uuid: Id,
}

/// `POST enroll`. The certificate signing request is PEM; what it names is ignored.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrollRequest {
    pub token: Secret<TOKEN>,
    /// As the invitation named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Id>,
    pub csr: Block<PEM>,
    pub agent_version: Line<NAME>,
    /// `/proc/sys/kernel/random/boot_id`: two at a time mean that a disk was copied.
    pub boot_id: Id,
}

/// `POST renew`, with a request for a new key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewRequest {
    pub csr: Block<PEM>,
    pub agent_version: Line<NAME>,
    pub boot_id: Id,
}

/// A certificate for the key of the request. Times are the server's, in seconds of Unix time:
/// a guest's clock is never asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Issued {
    pub guest: Id,
    pub instance: Id,
    /// PEM; the guest's own first.
    pub certificate: Block<PEM>,
    pub time: u64,
    pub not_before: u64,
    pub not_after: u64,
}
