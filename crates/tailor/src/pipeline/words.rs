// SPDX-License-Identifier: Apache-2.0
//! Requirements in the words of a person.

use ftrace::Phase;

use crate::report::ReasonKind;
use crate::requirement::{Demand, Reason, Requirement};

/// `1 file`, `2 files`.
pub(super) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

impl Demand {
    /// `fs/ext4/super.c is compiled`.
    pub fn words(&self) -> String {
        match self {
            Self::File(source) => format!("{source} is compiled"),
            Self::On(symbol) => format!("{symbol} is on"),
            Self::Off(symbol) => format!("{symbol} is off"),
            Self::Rule(id) => format!("hardening rule {id} is passed"),
            Self::Protection(symbol) => {
                format!("{symbol} is on, or what it protects is gone")
            }
        }
    }
}

impl Reason {
    pub fn kind(&self) -> ReasonKind {
        match self {
            Self::Executed { phases, .. } if is_steady(phases) => ReasonKind::ExecutedSteady,
            Self::Executed { .. } => ReasonKind::ExecutedBoot,
            Self::Inventory { .. } => ReasonKind::Inventory,
            Self::Policy(_) => ReasonKind::Policy,
            Self::Floor(_) | Self::Recommended(_) => ReasonKind::Floor,
            Self::User => ReasonKind::KeepList,
        }
    }

    /// The evidence, as a part of a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Executed {
                phases,
                functions,
                example,
            } => {
                let more = match functions {
                    0 | 1 => String::new(),
                    2 => " and 1 more function of it".to_owned(),
                    more => format!(" and {} more functions of it", more - 1),
                };
                format!("{example}(){more} ran ({})", phases.join(", "))
            }
            Self::Inventory { fact, source } => format!("the machine has {fact} ({source})"),
            Self::Policy(name) => format!("policy {name}"),
            Self::Floor(what) => format!("hardening floor: {what}"),
            Self::Recommended(what) => format!("hardening recommendation: {what}"),
            Self::User => "asked for on the command line".to_owned(),
        }
    }
}

fn is_steady(phases: &[String]) -> bool {
    phases
        .iter()
        .any(|phase| phase == Phase::SteadyState.name())
}

impl Requirement {
    /// Of its reasons, the strongest.
    pub fn kind(&self) -> ReasonKind {
        let kinds = self.reasons.iter().map(Reason::kind);
        kinds.min().unwrap_or(ReasonKind::Dependency)
    }

    /// What is required, and all evidence.
    pub fn words(&self) -> String {
        let mut reasons: Vec<&Reason> = self.reasons.iter().collect();
        reasons.sort_by_key(|reason| reason.kind());
        let reasons: Vec<String> = reasons.into_iter().map(Reason::words).collect();
        format!("{}: {}", self.demand.words(), reasons.join("; "))
    }
}
