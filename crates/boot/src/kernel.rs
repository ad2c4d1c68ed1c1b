// SPDX-License-Identifier: Apache-2.0
//! A kernel that can be booted, with its sizes: the distribution's own, or compiled here.

mod compile;
mod figures;
mod source;

use std::path::{Path, PathBuf};

pub(crate) use compile::{compile, up_to_date};
pub(crate) use figures::{Size, size_of};
pub(crate) use source::Source;

/// See above.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    /// `bzImage`, as a boot loader takes it.
    pub(crate) image: PathBuf,
    /// What `uname -r` says in it.
    pub(crate) release: String,
    /// The folder that holds `lib/modules/RELEASE`.
    pub(crate) modules: PathBuf,
    /// Whether it can unpack an initramfs.
    pub(crate) takes_initramfs: bool,
}

impl Kernel {
    /// `lib/modules/RELEASE`
    pub(crate) fn modules_folder(&self) -> PathBuf {
        self.modules.join("lib/modules").join(&self.release)
    }
}

/// The distribution's kernel `release`, out of the unpacked root file system `root`.
pub(crate) fn of_distribution(root: &Path, release: &str) -> Kernel {
    Kernel {
        image: root.join("boot").join(format!("vmlinuz-{release}")),
        release: release.to_owned(),
        modules: root.join("usr"),
        takes_initramfs: true,
    }
}
