// SPDX-License-Identifier: Apache-2.0
//! A configuration and how much kernel it makes.

use serde::{Deserialize, Serialize};

/// A configuration that is compared with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Short, for the head of a column: `Debian 6.1`.
    pub name: String,
    /// Where it is from: a package, a file.
    pub source: String,
    pub counts: Counts,
}

/// What is counted for each configuration, all on the same tree and architecture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Bool and tristate symbols that are y.
    pub symbols_y: u64,
    /// Tristate symbols that are m.
    pub symbols_m: u64,
    /// Source files (C and assembly) that are compiled, into the kernel or a module.
    pub files: u64,
    /// The lines of these files.
    pub lines: u64,
    /// The functions defined in these files; none when they were not counted.
    pub functions: Option<u64>,
    /// CVEs of the release with at least one file compiled; none without CVE data.
    pub cves: Option<u64>,
    /// Hardening rules; none when they were not checked.
    pub self_protection: Option<Passed>,
    /// Rules that ask for code to be absent; none when they were not checked.
    pub attack_surface: Option<Passed>,
}

/// How many of a list of rules a configuration passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// At most `of`.
    pub passed: u64,
    pub of: u64,
}
