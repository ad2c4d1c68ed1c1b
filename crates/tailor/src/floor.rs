// SPDX-License-Identifier: Apache-2.0
//! Hardening rules as data: what a tailored kernel must not lose.
//!
//! A rule is an OR of alternatives, an alternative an AND of atoms over symbols: plain data
//! that can be checked against a configuration or handed to a solver.

use std::fmt;

mod atom;
mod keep;
mod parse;
mod rule;
mod shipped;

pub use atom::{Atom, Comparison};
pub use keep::Keep;
pub use rule::{Alternative, Kind, Rule, Source, Verdict};

/// Rules of several sources, each in the order of its file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    pub rules: Vec<Rule>,
    /// What stays on where the baseline has it on.
    pub keeps: Vec<Keep>,
}

/// What a configuration says, for rules to ask.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    /// The value as in `.config`: `y`, `m`, or the text of a number or string without
    /// quotes; none for n and for symbols that are absent.
    pub value: &'a dyn Fn(&str) -> Option<String>,
    /// Whether the kernel has such a symbol at all.
    pub exists: &'a dyn Fn(&str) -> bool,
}

/// A file of rules that can't be read: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub what: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

impl std::error::Error for Error {}

impl Rules {
    /// Reads one file. Its name without folder and ending is the first half of its rules'
    /// identifiers: `kspp/devmem`.
    pub fn parse(text: &str, name: &str) -> Result<Self, Error> {
        parse::file(text, name)
    }

    /// The rules that concern an architecture (as given to make) and a release.
    pub fn of(&self, arch: &str, release: &crate::cve::Version) -> impl Iterator<Item = &Rule> {
        let (arch, release) = (arch.to_owned(), *release);
        self.rules
            .iter()
            .filter(move |rule| rule.concerns(&arch, &release))
    }

    /// The promise that a symbol which is on in the baseline stays on, if there is one for
    /// the architecture (as given to make).
    pub fn keep_of(&self, symbol: &str, arch: &str) -> Option<&Keep> {
        self.keeps
            .iter()
            .find(|keep| keep.concerns(arch) && keep.covers(symbol))
    }
}

#[cfg(test)]
mod tests;
