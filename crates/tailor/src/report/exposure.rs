// SPDX-License-Identifier: Apache-2.0
//! Published CVEs whose files are compiled. It measures exposure to published bugs by
//! file, not exploitability.

use serde::{Deserialize, Serialize};

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

/// From where an attacker reaches the bug: `AV` of a CVSS vector.
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

    /// Of a vector string such as `CVSS:3.1/AV:N/AC:L`; unrated when it names none.
    pub fn of_cvss(cvss: &str) -> Self {
        let value = cvss.split('/').find_map(|part| part.strip_prefix("AV:"));
        match value {
            Some("N") => Self::Network,
            Some("A") => Self::Adjacent,
            Some("L") => Self::Local,
            Some("P") => Self::Physical,
            _ => Self::Unrated,
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attack_vector_is_read_from_the_cvss_string() {
        let cases = [
            ("CVSS:3.1/AV:N/AC:L/PR:N", Vector::Network),
            ("CVSS:4.0/AV:A", Vector::Adjacent),
            ("AV:L/AC:L/Au:N/C:C/I:C/A:C", Vector::Local),
            ("CVSS:3.1/AC:L/AV:P", Vector::Physical),
            ("CVSS:3.1/MAV:N", Vector::Unrated),
            ("", Vector::Unrated),
        ];
        for (cvss, vector) in cases {
            assert_eq!(Vector::of_cvss(cvss), vector, "{cvss}");
        }
    }
}
