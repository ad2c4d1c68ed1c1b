// SPDX-License-Identifier: Apache-2.0
//! Where everything is that a deployment reads or changes, below one root, which is another
//! than `/` in a test.

use std::path::{Path, PathBuf};

/// The paths of a machine.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The place of an absolute path of the machine.
    pub(crate) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// The reverse of [`Self::at`].
    pub(crate) fn in_machine<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// What nobody but root may change: no folder of the agent's.
    pub(crate) fn state(&self) -> PathBuf {
        self.at("/var/lib/kaas-installer")
    }

    pub(crate) fn record(&self) -> PathBuf {
        self.state().join("record.json")
    }

    pub(crate) fn trust(&self) -> PathBuf {
        self.state().join("trust.json")
    }

    /// A folder of its own: what lies in `/boot` itself under the name of a kernel is taken for
    /// one of the distribution's by the program that writes the boot loader's menu, and may
    /// become the default there without anybody having asked for it.
    pub(crate) fn kernels(&self) -> PathBuf {
        self.at("/boot/kaas")
    }

    pub(crate) fn kernel(&self, serial: u64) -> PathBuf {
        self.kernels().join(serial.to_string())
    }

    pub(crate) fn all_modules(&self) -> PathBuf {
        self.at("/lib/modules")
    }

    pub(crate) fn modules(&self, release: &str) -> PathBuf {
        self.all_modules().join(release)
    }

    /// Where modules are until all of them are there.
    pub(crate) fn unfinished_modules(&self, serial: u64) -> PathBuf {
        self.all_modules().join(format!(".kaas-{serial}"))
    }

    pub(crate) fn probes(&self) -> PathBuf {
        self.at("/etc/kaas-guest/probes")
    }

    pub(crate) fn variables(&self) -> PathBuf {
        self.at("/sys/firmware/efi/efivars")
    }
}
