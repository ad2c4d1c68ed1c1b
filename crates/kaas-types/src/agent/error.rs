// SPDX-License-Identifier: Apache-2.0
//! Why a request was not granted: the API-SIG's document of errors.

use serde::{Deserialize, Serialize};

use super::bounded::{Line, List};
use super::limit::{DETAIL, LINKS, NAME, PROBLEMS, URL};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorDocument {
    /// The most recent first; never empty.
    pub errors: List<Problem, PROBLEMS>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Problem {
    pub code: Line<NAME>,
    /// The status of the answer.
    pub status: u16,
    pub title: Line<NAME>,
    pub detail: Line<DETAIL>,
    #[serde(default)]
    pub links: List<Link, LINKS>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    pub rel: Line<NAME>,
    pub href: Line<URL>,
}

/// The codes on which an agent acts, each always with the same status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A request that breaks the protocol. Repeating it does not help.
    Malformed,
    /// The token was not accepted; which check failed is nobody's business.
    NotEnrolled,
    /// The guest's certificate is too old; it may still be renewed.
    CertificateExpired,
    /// No guest has this certificate, or none was shown.
    CertificateUnknown,
    /// The guest is no longer wanted. It stops, for good.
    Revoked,
    NotFound,
    /// A message with a number that was seen before. It has arrived already, or never will.
    SequenceStale,
    /// The chunk does not begin where the upload ends; the upload says where that is.
    OffsetMismatch,
    /// The upload's bytes are not what the guest says they are.
    DigestMismatch,
    TooLarge,
    RateLimited,
}

impl Code {
    pub const ALL: [Self; 11] = [
        Self::Malformed,
        Self::NotEnrolled,
        Self::CertificateExpired,
        Self::CertificateUnknown,
        Self::Revoked,
        Self::NotFound,
        Self::SequenceStale,
        Self::OffsetMismatch,
        Self::DigestMismatch,
        Self::TooLarge,
        Self::RateLimited,
    ];

    /// The code and the status of the answer.
    pub fn parts(self) -> (&'static str, u16) {
        match self {
            Self::Malformed => ("kernel.agent.malformed", 400),
            Self::NotEnrolled => ("kernel.agent.not_enrolled", 404),
            Self::CertificateExpired => ("kernel.agent.certificate_expired", 401),
            Self::CertificateUnknown => ("kernel.agent.certificate_unknown", 401),
            Self::Revoked => ("kernel.agent.revoked", 403),
            Self::NotFound => ("kernel.agent.not_found", 404),
            Self::SequenceStale => ("kernel.agent.sequence_stale", 409),
            Self::OffsetMismatch => ("kernel.agent.offset_mismatch", 409),
            Self::DigestMismatch => ("kernel.agent.digest_mismatch", 422),
            Self::TooLarge => ("kernel.agent.too_large", 413),
            Self::RateLimited => ("kernel.agent.rate_limited", 429),
        }
    }

    /// The code that a problem states, if its status agrees.
    pub fn of(problem: &Problem) -> Option<Self> {
        let same = |code: &Self| code.parts() == (&*problem.code, problem.status);
        Self::ALL.into_iter().find(same)
    }
}
