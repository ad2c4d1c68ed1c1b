// SPDX-License-Identifier: Apache-2.0
//! What the operator decides for all jobs of a builder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::sandbox::Sandbox;

/// See above.
#[derive(Clone, Debug)]
pub struct Settings {
    pub sandbox: Sandbox,
    /// Sources, models, kernels and objects of all jobs; can be made again.
    pub cache: PathBuf,
    /// Where finished jobs' artefacts go.
    pub store: PathBuf,
    /// The files that `source.keyring` of a job names.
    pub keyrings: PathBuf,
    /// From where sources may be fetched: `https`, `http`, `file`.
    pub schemes: Vec<String>,
    /// Programs that tailor in the place of ours, by name.
    pub engines: BTreeMap<String, Vec<String>>,
    /// How many objects are compiled at once.
    pub jobs: usize,
    /// Whether objects of other configurations are reused, by `ccache`.
    pub ccache: bool,
    /// Variables for programs that fetch: `https_proxy` and the like.
    pub network: Vec<(String, String)>,
    pub patience: Patience,
    /// The program that emulates a machine: QEMU for x86, or what takes its arguments.
    pub emulator: String,
    /// How often a kernel that does not boot is made anew.
    pub repairs: usize,
}

/// How many seconds a step may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub fetch: u64,
    pub analysis: u64,
    pub compile: u64,
    pub boot: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            fetch: 3600,
            analysis: 1800,
            compile: 6 * 3600,
            boot: 300,
        }
    }
}
