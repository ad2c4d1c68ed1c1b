// SPDX-License-Identifier: Apache-2.0
//! One rule, and what a configuration makes of it.

use std::sync::Arc;

use super::{Atom, Values};
use crate::cve::Version;

/// Where rules come from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub title: String,
    pub url: String,
    /// The state that was read: year and month, or a day.
    pub date: String,
}

/// What a rule is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The kernel defends itself against its own bugs.
    SelfProtection,
    /// Code an attacker could reach is not there.
    AttackSurface,
    /// Access control beyond owner and mode.
    Policy,
    /// Programs are defended against attacks.
    Userspace,
    /// The network stack withstands floods.
    Network,
}

/// Atoms that all have to hold.
pub type Alternative = Vec<Atom>;

/// One protection. Invariant: `alternatives` is not empty, and no alternative is.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// File and name: `kspp/devmem`.
    pub id: String,
    pub kind: Kind,
    pub source: Arc<Source>,
    /// What from, in a line.
    pub protects: String,
    /// Any one of them suffices; the first is the preferred one.
    pub alternatives: Vec<Alternative>,
    /// Architectures as given to make; empty: all.
    pub arch: Vec<String>,
    /// The first release the rule makes sense for.
    pub since: Option<Version>,
    /// The first release it no longer makes sense for.
    pub until: Option<Version>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The first alternative that holds, by index.
    Passed {
        alternative: usize,
    },
    Failed,
    /// This kernel has no symbol for such a protection, and what it guards is there.
    NotApplicable,
}

impl Rule {
    pub fn concerns(&self, arch: &str, release: &Version) -> bool {
        (self.arch.is_empty() || self.arch.iter().any(|a| a == arch))
            && self.since.is_none_or(|first| first <= *release)
            && self.until.is_none_or(|end| *release < end)
    }

    pub fn verdict(&self, values: Values<'_>) -> Verdict {
        let holds = |alternative: &Alternative| alternative.iter().all(|a| a.holds(values.value));
        match self.alternatives.iter().position(holds) {
            Some(alternative) => Verdict::Passed { alternative },
            None if self.could_hold(values.exists) => Verdict::Failed,
            None => Verdict::NotApplicable,
        }
    }

    /// The symbols of all alternatives, in order, with repetitions.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        self.alternatives
            .iter()
            .flatten()
            .map(|atom| atom.symbol.as_str())
    }

    /// Whether the kernel knows the protection. Giving up what it guards is a way out of
    /// such a rule, not a protection; where it is all a rule asks for, it counts.
    fn could_hold(&self, exists: &dyn Fn(&str) -> bool) -> bool {
        let mut protections = self
            .alternatives
            .iter()
            .filter(|a| !is_absence(a))
            .peekable();
        let exists = |atom: &Atom| atom.is_absence() || exists(&atom.symbol);
        protections.peek().is_none() || protections.any(|a| a.iter().all(exists))
    }
}

fn is_absence(alternative: &Alternative) -> bool {
    alternative.iter().all(Atom::is_absence)
}
