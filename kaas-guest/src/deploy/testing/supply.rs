// SPDX-License-Identifier: Apache-2.0
//! A disk whose power fails at one operation: before it, or in the middle of it.

use std::cell::Cell;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use crate::deploy::disk::{Disk, RealDisk};
use crate::failure::{Failure, Result};

/// How much power is left, for disk and programs alike.
#[derive(Debug, Default)]
pub(super) struct Supply {
    /// Operations until the cut.
    pub(super) left: Cell<Option<usize>>,
    /// Whether the operation at which it comes is half done.
    pub(super) is_late: Cell<bool>,
    pub(super) is_off: Cell<bool>,
    pub(super) done: Cell<usize>,
}

/// What an operation finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Power {
    On,
    Fails,
    Off,
}

impl Supply {
    fn use_up(&self) -> Power {
        if self.is_off.get() {
            return Power::Off;
        }
        if self.left.get() == Some(0) {
            self.is_off.set(true);
            return if self.is_late.get() {
                Power::Fails
            } else {
                Power::Off
            };
        }
        self.left.set(self.left.get().map(|left| left - 1));
        self.done.set(self.done.get() + 1);
        Power::On
    }
}

pub(super) struct FailingDisk(pub(super) Rc<Supply>);

fn off() -> Failure {
    Failure::new("the power is off")
}

impl FailingDisk {
    fn act(
        &mut self,
        whole: impl FnOnce(&mut RealDisk) -> Result<()>,
        half: impl FnOnce(),
    ) -> Result<()> {
        match self.0.use_up() {
            Power::On => whole(&mut RealDisk),
            Power::Fails => {
                half();
                Err(off())
            }
            Power::Off => Err(off()),
        }
    }
}

impl Disk for FailingDisk {
    fn make_folder(&mut self, path: &Path) -> Result<()> {
        self.act(|disk| disk.make_folder(path), || ())
    }

    fn create(&mut self, path: &Path, from: &mut dyn Read) -> Result<()> {
        let mut content = Vec::new();
        from.read_to_end(&mut content).unwrap();
        let half = &content[..content.len() / 2];
        self.act(
            |disk| disk.create(path, &mut &*content),
            || fs::write(path, half).unwrap(),
        )
    }

    fn replace(&mut self, path: &Path, content: &[u8]) -> Result<()> {
        let name = path.file_name().unwrap().to_string_lossy();
        let beside = path.with_file_name(format!(".{name}.kaas-new"));
        let half = &content[..content.len() / 2];
        self.act(
            |disk| disk.replace(path, content),
            || fs::write(beside, half).unwrap(),
        )
    }

    /// A disk writes whole sectors.
    fn overwrite(&mut self, path: &Path, content: &[u8]) -> Result<()> {
        let torn = || {
            let mut bytes = fs::read(path).unwrap();
            bytes[..512].copy_from_slice(&content[..512]);
            fs::write(path, bytes).unwrap();
        };
        self.act(|disk| disk.overwrite(path, content), torn)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<()> {
        self.act(|disk| disk.rename(from, to), || ())
    }

    fn remove(&mut self, path: &Path) -> Result<()> {
        let some = || {
            if let Some(first) = fs::read_dir(path).ok().and_then(|mut names| names.next()) {
                let _ = RealDisk.remove(&first.unwrap().path());
            }
        };
        self.act(|disk| disk.remove(path), some)
    }

    fn sync(&mut self) -> Result<()> {
        self.act(|_| Ok(()), || ())
    }

    fn set_variable(&mut self, path: &Path, content: &[u8]) -> Result<()> {
        self.act(|disk| disk.set_variable(path, content), || ())
    }
}
