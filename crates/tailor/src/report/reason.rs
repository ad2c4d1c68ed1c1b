// SPDX-License-Identifier: Apache-2.0
//! Why a symbol stayed, why something executed did not have to, and what has no place.

use serde::{Deserialize, Serialize};

/// The symbols that are on for one kind of reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub kind: ReasonKind,
    pub symbols: Vec<KeptSymbol>,
}

/// A kind of reason, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    ExecutedSteady,
    ExecutedBoot,
    Inventory,
    Policy,
    Floor,
    KeepList,
    Dependency,
    NoFile,
}

impl ReasonKind {
    pub const ALL: [Self; 8] = [
        Self::ExecutedSteady,
        Self::ExecutedBoot,
        Self::Inventory,
        Self::Policy,
        Self::Floor,
        Self::KeepList,
        Self::Dependency,
        Self::NoFile,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ExecutedSteady => "executed in steady state",
            Self::ExecutedBoot => "executed while booting",
            Self::Inventory => "in the inventory",
            Self::Policy => "named policy",
            Self::Floor => "hardening floor",
            Self::KeepList => "keep list",
            Self::Dependency => "dependency",
            Self::NoFile => "takes no file away",
        }
    }

    pub(super) fn explanation(self) -> &'static str {
        match self {
            Self::ExecutedSteady => "code that it brings in ran under load",
            Self::ExecutedBoot => "code that it brings in ran while the machine booted",
            Self::Inventory => "the machine has it: a bound driver, a mount, a listening socket",
            Self::Policy => "every guest of this kind needs it, whether or not it was seen",
            Self::Floor => "a hardening rule that the replaced kernel passes needs it",
            Self::KeepList => "whoever asked for the kernel wants it",
            Self::Dependency => "another symbol that stays selects it, depends on it or implies it",
            Self::NoFile => {
                "switching it off removes no code, so the replaced kernel's value stays"
            }
        }
    }
}

/// A symbol that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSymbol {
    /// Without `CONFIG_`.
    pub symbol: String,
    /// `y` or `m`.
    pub value: String,
    /// One sentence: the function, the fact, the rule, or the other symbol.
    pub reason: String,
}

/// A file that was executed while tracing and whose requirement was dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Relative to the tree.
    pub file: String,
    /// How many functions of it were executed.
    pub functions: u64,
    /// One of them.
    pub example: String,
    /// The names of the phases in which, in their order.
    pub phases: Vec<String>,
    /// One sentence; the page groups by it.
    pub reason: String,
}

/// A traced function for which no source file was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlocated {
    pub function: String,
    /// None in the kernel itself.
    pub module: Option<String>,
    pub reason: String,
}

/// By reason, the most frequent first.
pub(super) fn by_reason(dropped: &[Dropped]) -> Vec<(&str, Vec<&Dropped>)> {
    let mut groups = std::collections::BTreeMap::<&str, Vec<&Dropped>>::new();
    for one in dropped {
        groups.entry(&one.reason).or_default().push(one);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    groups
}
