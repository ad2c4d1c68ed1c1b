// SPDX-License-Identifier: Apache-2.0
//! What was tailored, for whom, and from which evidence.

use serde::{Deserialize, Serialize};

/// One kernel tree, and the choices of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// As `make kernelrelease` says it, without a local version: `6.1.192`.
    pub release: String,
    /// Where the tree is from: a package and its version, or a folder.
    pub source: String,
    /// As the kernel's `ARCH`: `x86`.
    pub architecture: String,
    /// `conservative`, `balanced` or `minimal`.
    pub profile: String,
    pub linking: Linking,
    /// `none`, `keep` or `kspp`.
    pub floor: String,
    /// None when the evidence came as requirements.
    pub traces: Vec<Trace>,
    /// The program that made the report, and its version: `tailor 0.1.0`.
    pub tool: String,
}

/// What becomes of the drivers that stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Linking {
    /// Everything is built in; there are no modules.
    Monolithic,
    Modular,
}

impl Linking {
    pub const ALL: [Self; 2] = [Self::Monolithic, Self::Modular];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Monolithic => "monolithic",
            Self::Modular => "modular",
        }
    }
}

/// What one trace held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub name: String,
    /// Distinct functions.
    pub functions: u64,
    /// How many of them have a source file.
    pub located: u64,
    /// The names of the phases it covers, in their order.
    pub phases: Vec<String>,
    /// Events that the tracer dropped; none when it does not say.
    pub lost: Option<u64>,
    /// When it was recorded, in ISO 8601; none when it does not say.
    pub recorded: Option<String>,
}
