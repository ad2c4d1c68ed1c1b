// SPDX-License-Identifier: Apache-2.0
//! Published CVEs whose files are compiled. It measures exposure to published bugs by
//! file, not exploitability.

use serde::{Deserialize, Serialize};

use crate::cve::AttackVector;

/// How many CVEs a report lists, at most.
pub const MOST_CVES: usize = 500;

/// The CVEs whose version range holds the release, before and after. One without any
/// source file counts as compiled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// The data set: a name, and of when it is.
    pub data: String,
    /// CVEs whose range holds the release, compiled in or not.
    pub in_range: u64,
    /// By the year in the CVE's number; ascending, each year once.
    pub by_year: Vec<YearCount>,
    pub by_vector: Vec<VectorCount>,
    /// Those still compiled in, the highest scores first, at most [`MOST_CVES`]; how many
    /// there are is in the counts of the result.
    pub remaining: Vec<Cve>,
}

/// The CVEs of one year that are compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearCount {
    pub year: u16,
    pub before: u64,
    pub after: u64,
}

/// The CVEs with one attack vector that are compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VectorCount {
    pub vector: Vector,
    pub before: u64,
    pub after: u64,
}

/// From where an attacker reaches the bug, as the CVE says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vector {
    Network,
    Adjacent,
    Local,
    Physical,
    /// Nobody has published one.
    Unrated,
}

impl Vector {
    pub const ALL: [Self; 5] = [
        Self::Network,
        Self::Adjacent,
        Self::Local,
        Self::Physical,
        Self::Unrated,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Adjacent => "adjacent network",
            Self::Local => "local",
            Self::Physical => "physical",
            Self::Unrated => "not rated",
        }
    }
}

impl From<Option<AttackVector>> for Vector {
    fn from(published: Option<AttackVector>) -> Self {
        match published {
            Some(AttackVector::Network) => Self::Network,
            Some(AttackVector::Adjacent) => Self::Adjacent,
            Some(AttackVector::Local) => Self::Local,
            Some(AttackVector::Physical) => Self::Physical,
            None => Self::Unrated,
        }
    }
}

/// A CVE that is compiled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cve {
    /// `CVE-2024-1086`.
    pub id: String,
    pub title: String,
    /// Those of its source files that are compiled; empty when it names none.
    pub files: Vec<String>,
    pub vector: Vector,
}
