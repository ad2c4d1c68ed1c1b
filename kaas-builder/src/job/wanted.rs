// SPDX-License-Identifier: Apache-2.0
//! What is wanted: from which evidence, how small, in which form.

use serde::{Deserialize, Serialize};

use super::text::{InputName, PackageName, Symbol};

/// What the kernel has to carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// What was recorded on machines.
    Recorded(Recordings),
    /// What an earlier build found to be required.
    Requirements(InputName),
}

/// See above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recordings {
    pub traces: Vec<InputName>,
    /// A folder of files as `kaas-guest` saves them.
    #[serde(default)]
    pub inventory: Option<InputName>,
}

/// How it is tailored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tailoring {
    /// The program that tailors, by the name that the operator gave it; ours when not given.
    pub engine: Option<PackageName>,
    pub profile: Profile,
    pub modules: Modules,
    pub floor: Floor,
    pub initramfs: Initramfs,
    /// Bool and tristate symbols that must be on.
    pub keep: Vec<Symbol>,
    /// And those that must be off.
    pub drop: Vec<Symbol>,
    /// Whether what the tree's rules make of the baseline is accepted, whatever they switch off.
    pub evaluated: bool,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    Conservative,
    #[default]
    Balanced,
    Minimal,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modules {
    #[default]
    Monolithic,
    Modular,
}

/// How safe the result has to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Floor {
    None,
    #[default]
    Keep,
    Kspp,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initramfs {
    /// Only where the kernel does not find its root file system by itself.
    #[default]
    Auto,
    Keep,
    Drop,
}

/// A form of the result, beside the bare files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Artefact {
    /// A package for Debian and Ubuntu.
    Deb,
    /// Modules as they are installed.
    Modules,
}

pub(super) fn all_artefacts() -> Vec<Artefact> {
    vec![Artefact::Deb, Artefact::Modules]
}

/// Whether and how it is booted before it is handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BootTest {
    /// It is booted; a kernel that does not boot is repaired.
    #[default]
    Repair,
    /// It is booted; one that does not boot is a failure.
    Only,
    /// The result says that it never ran.
    Skip,
}
