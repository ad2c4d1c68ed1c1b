// SPDX-License-Identifier: Apache-2.0
//! A case: steps in one scratch folder, the same for both tools. Written as text in
//! `data/kconfig/*.case` (see [`parse`]) or generated (see [`super::random_cases`]).

pub(crate) mod parse;
pub(crate) mod step;

use self::step::Step;

/// Steps that one tool takes in one scratch folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    /// The row of the final table: the file's stem, or the family's name.
    pub(crate) mode: String,
    /// Unique within the mode.
    pub(crate) name: String,
    pub(crate) layout: Layout,
    /// Whether `--quick` includes it.
    pub(crate) quick: bool,
    pub(crate) steps: Vec<Step>,
}

/// Where the tool runs in relation to the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `srctree=.`
    InTree,
    /// As with `make O=`: `srctree=source`.
    OutOfTree,
}
