// SPDX-License-Identifier: Apache-2.0
//! Published CVEs of the kernel: whose version range holds a release, and whose files are
//! compiled into it.
//!
//! This measures exposure to fixed bugs by file, not whether a bug can be exploited.

use std::fmt;

mod affected;
mod read;
mod record;
mod version;

pub use affected::Range;
pub use version::Version;

/// One published CVE.
#[derive(Clone, Debug, PartialEq)]
pub struct Cve {
    /// `CVE-2024-26581`
    pub id: String,
    /// The first line of the fix, as the CNA publishes it.
    pub title: String,
    /// Source files the fix touches, relative to the kernel tree.
    pub files: Vec<String>,
    pub ranges: Vec<Range>,
    /// The CVSS vector; most CVEs of the kernel have none.
    pub cvss: Option<String>,
    /// The CVSS base score, 0 to 10.
    pub score: Option<f64>,
}

/// From where an attacker reaches the bug: the metric `AV` of CVSS 2, 3 and 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttackVector {
    Network,
    Adjacent,
    Local,
    Physical,
}

/// A set of CVEs, in the order of the data set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cves {
    all: Vec<Cve>,
}

/// A data set that can't be read: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Counted from 1.
    pub line: usize,
    pub what: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CVE data, line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for Error {}

impl Cve {
    /// Whether a release is in the CVE's range: introduced before it, and not fixed in its
    /// own stable series.
    pub fn affects(&self, version: &Version) -> bool {
        affected::affects(&self.ranges, version)
    }

    /// Whether one of its C or assembly files is compiled; a CVE that names none (a header,
    /// a Makefile) always counts.
    pub fn is_compiled(&self, compiled: &dyn Fn(&str) -> bool) -> bool {
        let mut units = self.units().peekable();
        units.peek().is_none() || units.any(compiled)
    }

    /// The C and assembly files the fix touches.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter().map(String::as_str);
        files.filter(|file| {
            file.rsplit_once('.')
                .is_some_and(|(_, end)| end == "c" || end == "S")
        })
    }

    /// The year in the identifier: when the number was reserved, not when the bug was fixed.
    pub fn year(&self) -> Option<u16> {
        self.id.split('-').nth(1)?.parse().ok()
    }

    pub fn attack_vector(&self) -> Option<AttackVector> {
        let mut metrics = self.cvss.as_deref()?.split('/');
        match metrics.find_map(|metric| metric.strip_prefix("AV:"))? {
            "N" => Some(AttackVector::Network),
            "A" => Some(AttackVector::Adjacent),
            "L" => Some(AttackVector::Local),
            "P" => Some(AttackVector::Physical),
            _ => None,
        }
    }
}

impl AttackVector {
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Adjacent => "adjacent network",
            Self::Local => "local",
            Self::Physical => "physical",
        }
    }
}

impl Cves {
    /// Reads a data set: one JSON record after the other, each in the CNA's published form
    /// (CVE record format 5) or in the short form of one line per CVE. Rejected CVEs are
    /// left out.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        read::all(bytes).map(|all| Self { all })
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Cve> {
        self.all.iter()
    }

    /// Those whose range contains the release.
    pub fn affecting(&self, version: &Version) -> Vec<&Cve> {
        self.iter().filter(|cve| cve.affects(version)).collect()
    }

    /// Those whose range contains the release and whose code is in the kernel, given what
    /// is compiled by path relative to the tree. A source that another one includes counts
    /// as compiled too (`kernel/sched/deadline.c`): that is for the caller to know.
    pub fn compiled_in(&self, version: &Version, compiled: &dyn Fn(&str) -> bool) -> Vec<&Cve> {
        let mut found = self.affecting(version);
        found.retain(|cve| cve.is_compiled(compiled));
        found
    }
}

impl<'a> IntoIterator for &'a Cves {
    type Item = &'a Cve;
    type IntoIter = std::slice::Iter<'a, Cve>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
