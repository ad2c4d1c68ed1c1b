// SPDX-License-Identifier: Apache-2.0
//! A disk from which GRUB starts the machine: made once, by a boot whose kernel the emulator
//! loads, since a boot loader can be installed only in a machine that runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use virtual_machine::cache::{Cache, Digest, remove};
use virtual_machine::disk::{self, Before};
use virtual_machine::{About as _, Accelerator, Boots, Event, Failure, Guest, Result, Start};
use virtual_machine::{program, report};

use super::{Kernel, kernel, root, script};

/// A machine with the distribution's older kernel, and what the newer one was.
#[derive(Clone, Debug)]
pub(crate) struct Bootable {
    pub(crate) disk: PathBuf,
    /// The root file system that it was made from, unpacked.
    pub(crate) root: PathBuf,
}

/// Emulated, and beside other work, all is slow.
const PATIENCE: Duration = Duration::from_secs(1800);
const PREPARE: &str = include_str!("../../data/deploy/prepare.sh");

impl Bootable {
    /// Made when it isn't there: as root.
    pub(crate) fn made(cache: &Cache) -> Result<Self> {
        let root = root(cache)?;
        let digest = Digest::of(&[&root.display().to_string(), PREPARE]);
        let folder = cache.entry("guest-disks", &digest.name(), |folder| make(&root, folder))?;
        let disk = folder.join("disk");
        Ok(Self { disk, root })
    }

    /// Of the series `6.1`, which the machine has, or `6.12`, which it hasn't any more.
    pub(crate) fn kernel(&self, series: &str) -> Result<Kernel> {
        kernel(&self.root.join("boot"), series)
    }

    /// The newer kernel as the distribution's package.
    pub(crate) fn package(&self, cache: &Cache) -> Result<PathBuf> {
        let name = format!("linux-image-{}", self.kernel("6.12")?.release()?);
        let script = script("deploy/package.sh");
        let text = fs::read_to_string(&script).about(&script)?;
        let digest = Digest::of(&[&self.root.display().to_string(), &text]).name();
        cache.entry("guest-packages", &format!("{digest}.deb"), |package| {
            let mut make = program::clean("sh");
            make.arg(script).arg(&self.root).arg(name).arg(package);
            program::run(&mut make).map(drop)
        })
    }
}

fn make(root: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).about(folder)?;
    let [plain, disk] = ["plain", "disk"].map(|name| folder.join(name));
    report::step("makes a disk that boots by itself: takes some minutes");
    disk::file_system(root, &plain)?;
    disk::partitioned(&plain, &disk, Before::BootLoader)?;
    remove(&plain)?;
    prepare(root, &disk, folder)
}

fn prepare(root: &Path, disk: &Path, folder: &Path) -> Result<()> {
    let boot = root.join("boot");
    let (older, newer) = (kernel(&boot, "6.1")?, kernel(&boot, "6.12")?);
    let command_line = format!("root=UUID={} ro", disk::UUID);
    let boots = Boots::Kernel {
        kernel: &older.image,
        initramfs: Some(&older.initramfs),
        command_line: &command_line,
    };
    let start = Start {
        keeps_changes: true,
        has_conversation: true,
        ..Start::new(boots, disk)
    };
    let guest = Guest::start(&start, Accelerator::probe(&older.image), folder)?;
    let mut conversation = guest.conversation(Instant::now() + PATIENCE)?;
    let script = format!("set -- {}\n{PREPARE}", newer.release()?);
    conversation.answer(&script, PATIENCE)?;
    conversation.answer("systemctl --no-block poweroff", PATIENCE)?;
    let deadline = Instant::now() + PATIENCE;
    while let Some(event) = guest.next(deadline) {
        if matches!(event, Event::PowerOff | Event::Ended) {
            return Ok(());
        }
    }
    Err(Failure::new("the machine does not switch itself off"))
}
