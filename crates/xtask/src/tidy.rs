// SPDX-License-Identifier: Apache-2.0
//! What the documents promise and neither compiler nor clippy sees. A check is a pure
//! function from the tree to findings. To add one: a file below `tidy/` with a test in
//! which it fires, and a line in [`CHECKS`].

mod dependencies;
mod heads;
mod layout;
mod length;
mod links;
mod machine;
mod manifests;
pub(crate) mod picture;
mod prefixes;
mod purity;
mod targets;

use std::fmt;

use crate::tree::Tree;

pub(crate) const CHECKS: &[fn(&Tree) -> Vec<Finding>] = &[
    dependencies::check,
    heads::check,
    layout::check,
    length::check,
    links::check,
    machine::check,
    manifests::check,
    picture::check,
    prefixes::check,
    purity::check,
    targets::check,
];

/// All findings, by file and line.
pub(crate) fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<_> = CHECKS.iter().flat_map(|check| check(tree)).collect();
    findings.sort();
    findings
}

/// One thing that is wrong.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    /// Counted from 1; 0 for the file as a whole.
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            message,
        } = self;
        if *line == 0 {
            write!(f, "{path}: {message}")
        } else {
            write!(f, "{path}:{line}: {message}")
        }
    }
}

/// What the tests of the checks say.
#[cfg(test)]
mod testing {
    use super::{Finding, Tree};

    /// The findings as a person sees them.
    pub(crate) fn shown(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    }

    /// What a check says about these files.
    pub(crate) fn findings_in(
        check: fn(&Tree) -> Vec<Finding>,
        files: &[(&str, &str)],
    ) -> Vec<String> {
        shown(&check(&Tree::of(files)))
    }
}
