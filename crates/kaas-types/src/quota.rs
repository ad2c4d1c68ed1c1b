// SPDX-License-Identifier: Apache-2.0
//! How much a project may have.

use std::fmt;

use crate::word::words;

words! {
    /// What is limited.
    pub enum Resource {
        /// Kernels that exist, whatever their state.
        Kernels = "kernels",
        /// Kernels that builders work on. The others wait; they are not refused.
        RunningKernels = "running_kernels",
        Traces = "traces",
        /// What artefacts occupy.
        ArtefactMebibytes = "artefact_mebibytes",
    }
}

/// The most that a project may have of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Unlimited,
    AtMost(u32),
}

impl Limit {
    /// From a number as OpenStack writes it: -1 is no limit.
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            -1 => Some(Self::Unlimited),
            0..=0x7fff_ffff =>
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the range was just checked"
                )]
                Some(Self::AtMost(number as u32))
            }
            _ => None,
        }
    }

    pub const fn number(self) -> i64 {
        match self {
            Self::Unlimited => -1,
            Self::AtMost(most) => most as i64,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => f.write_str("unlimited"),
            Self::AtMost(most) => most.fmt(f),
        }
    }
}

/// What a project has of something, and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub resource: Resource,
    pub in_use: i64,
    pub limit: Limit,
}
