// SPDX-License-Identifier: Apache-2.0
//! The steps of a job, in their order.

use serde::{Deserialize, Serialize};

/// See above; a new one takes its place here, in [`Step::ALL`], and in the folder `build`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Fetch,
    Model,
    Tailor,
    Compile,
    Package,
    BootTest,
    Upload,
}

impl Step {
    pub const ALL: [Self; 7] = [
        Self::Fetch,
        Self::Model,
        Self::Tailor,
        Self::Compile,
        Self::Package,
        Self::BootTest,
        Self::Upload,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Model => "model",
            Self::Tailor => "tailor",
            Self::Compile => "compile",
            Self::Package => "package",
            Self::BootTest => "boot_test",
            Self::Upload => "upload",
        }
    }

    /// Its part of a whole job's time, in percent, as measured where nothing is cached.
    pub(crate) fn share(self) -> u32 {
        match self {
            Self::Fetch | Self::BootTest => 6,
            Self::Model | Self::Tailor => 3,
            Self::Compile => 80,
            Self::Package | Self::Upload => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_a_whole_and_the_order_is_that_of_the_list() {
        assert_eq!(Step::ALL.map(Step::share).iter().sum::<u32>(), 100);
        assert!(Step::ALL.is_sorted());
    }
}
