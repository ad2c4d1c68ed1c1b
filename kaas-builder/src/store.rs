// SPDX-License-Identifier: Apache-2.0
//! Where artefacts go when a job is done.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::boot_test;
use crate::digest;
use crate::folder::remove;
use crate::harvest;
use crate::step::Step;
use crate::trouble::{About as _, Result};
use crate::work::Work;

/// A place for artefacts. To add a kind: a type that can do this.
pub trait Store {
    /// Keeps all files of `folder` as the artefacts of a job, all or none; again gives the same.
    fn put(&self, job: &str, folder: &Path) -> Result<()>;
}

/// Folders named after jobs.
#[derive(Clone, Debug)]
pub struct FolderStore(pub PathBuf);

impl Store for FolderStore {
    fn put(&self, job: &str, folder: &Path) -> Result<()> {
        let unfinished = self.0.join(format!("{job}.unfinished"));
        remove(&unfinished)?;
        fs::create_dir_all(&unfinished).about(&unfinished)?;
        harvest::copy_all(folder, &unfinished)?;
        let place = self.0.join(job);
        remove(&place)?;
        fs::rename(&unfinished, &place).about(&place)
    }
}

/// A file that was handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Uploaded {
    name: String,
    size: u64,
    sha256: String,
}

pub(crate) fn upload(work: &mut Work<'_>) -> Result<Vec<Uploaded>> {
    let folder = work.folder.of(Step::BootTest).join(boot_test::ARTEFACTS);
    let store = FolderStore(work.settings.store.clone());
    store.put(work.job.id.as_str(), &folder)?;
    let mut all = Vec::new();
    for name in harvest::files(&folder)? {
        let path = folder.join(&name);
        all.push(Uploaded {
            name: name.display().to_string(),
            size: fs::metadata(&path).about(&path)?.len(),
            sha256: digest::of_file(&path)?,
        });
    }
    work.say(&format!("upload: {} files", all.len()))?;
    Ok(all)
}
