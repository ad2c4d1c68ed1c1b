// SPDX-License-Identifier: Apache-2.0
//! GRUB as it is in this machine.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use kaas_types::release::{Initramfs, Release, Role};

use super::configuration::{self, Entry};
use super::custom::{self, Parts};
use super::environment::Environment;
use crate::deploy::loader::{Wanted, command_line, id};
use crate::deploy::machine::{self, Machine};
use crate::deploy::mounts::Mount;
use crate::failure::{About as _, Failure, Result};

/// Where it keeps its files, and what they say.
#[derive(Debug)]
pub(in crate::deploy) struct Site {
    folder: PathBuf,
    /// `grub.cfg`
    text: String,
}

const FOLDERS: [&str; 2] = ["/boot/grub", "/boot/grub2"];

/// File systems in which GRUB writes over a file's blocks, and the kernel finds them changed
/// afterwards: none that checks, compresses, copies on write or writes elsewhere.
const WRITABLE: [&str; 5] = ["ext2", "ext3", "ext4", "xfs", "vfat"];

impl Site {
    pub(in crate::deploy) fn find(machine: &Machine) -> Result<Self> {
        let folders = FOLDERS.iter().map(|folder| machine.layout.at(folder));
        let mut found = folders.filter(|folder| folder.join("grub.cfg").is_file());
        let unknown = || {
            let message = "neither GRUB's grub.cfg nor systemd-boot is here: \
                a kernel that the cloud starts directly can't be changed from inside";
            Failure::new(message)
        };
        let folder = found.next().ok_or_else(unknown)?;
        let text = machine::text(&folder.join("grub.cfg"))?;
        Ok(Self { folder, text })
    }

    /// The entry of the running kernel, which proves that this configuration started it; of the
    /// distribution's first where a tailored one runs.
    fn like(&self, machine: &Machine) -> Result<Entry> {
        let entries = configuration::entries(&self.text);
        let line = machine.word("/proc/cmdline");
        let image = line
            .split_whitespace()
            .find_map(|word| word.strip_prefix("BOOT_IMAGE="));
        // GRUB may name the disk before the path: `(hd0,gpt1)/boot/vmlinuz`.
        let image = image.map(|image| image.rsplit(')').next().unwrap_or(image));
        let is_running = |entry: &&Entry| Some(&*entry.kernel) == image;
        let is_tailored = machine.serial().is_some();
        let found = entries
            .iter()
            .find(|entry| is_tailored || is_running(entry));
        found.cloned().ok_or_else(|| {
            Failure::new("no entry of grub.cfg starts the running kernel: did GRUB start it?")
        })
    }

    /// The menu entry of a release, and its command line.
    pub(in crate::deploy) fn entry(
        &self,
        machine: &Machine,
        release: &Release,
    ) -> Result<(String, String)> {
        configuration::reads_custom(&self.text)?;
        if mount(machine, &self.folder)?.has_option("ro") {
            return Err(Failure::new(
                "custom.cfg is on a file system that is read-only",
            ));
        }
        let like = self.like(machine)?;
        let boot = like
            .kernel
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let folder = format!("{boot}/kaas/{}", release.serial);
        let words: Vec<&str> = like.words.iter().map(String::as_str).collect();
        let rewrite = |device: &str| root_word(machine, device);
        let line = command_line(&words, release, rewrite)?;
        let kernel = format!("{folder}/{}", Role::IMAGE);
        let initramfs = format!("{folder}/{}", Role::INITRAMFS);
        let has_initramfs = release.initramfs != Initramfs::None;
        let initramfs = has_initramfs.then_some(&*initramfs);
        let entry = custom::entry(&Parts {
            serial: release.serial,
            release: &release.release,
            like: &like,
            kernel: &kernel,
            initramfs,
            command_line: &line,
        });
        Ok((entry, line))
    }

    /// Whether GRUB forgets what it starts once: its configuration says so, and it can write to
    /// `grubenv`, and so can we.
    pub(in crate::deploy) fn starts_once(&self, machine: &Machine) -> Result<()> {
        configuration::starts_once(&self.text)?;
        let path = self.folder.join("grubenv");
        let there = fs::symlink_metadata(&path).about(&path)?;
        if !there.is_file() || there.nlink() != 1 {
            return Err(Failure::new("grubenv is not a plain file"));
        }
        if there.blocks() == 0 {
            return Err(Failure::new(
                "grubenv has no block of its own that GRUB could write to",
            ));
        }
        Environment::parse(&fs::read(&path).about(&path)?)?;
        check_file_system(machine, &path)?;
        fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .about(&path)
            .map(drop)
    }

    pub(in crate::deploy) fn set(&self, machine: &mut Machine, wanted: &Wanted<'_>) -> Result<()> {
        // First what could start a kernel that is no longer wanted.
        self.set_once(machine, wanted.once, Step::Forget)?;
        let path = self.folder.join("custom.cfg");
        let before = if path.exists() {
            machine::text(&path)?
        } else {
            String::new()
        };
        let after = custom::file(&before, wanted, &configuration::default(&self.text));
        if after != before {
            machine.disk.replace(&path, after.as_bytes())?;
        }
        self.set_once(machine, wanted.once, Step::Arm)
    }

    /// Leaves alone what somebody else wants to have started once.
    fn set_once(&self, machine: &mut Machine, once: Option<u64>, step: Step) -> Result<()> {
        const NAME: &str = "next_entry";
        let path = self.folder.join("grubenv");
        let environment = fs::read(&path)
            .about(&path)
            .and_then(|bytes| Environment::parse(&bytes));
        let mut environment = match environment {
            Ok(environment) => environment,
            // Nothing is started once from a file that GRUB can't read either.
            Err(_) if once.is_none() => return Ok(()),
            Err(error) => return Err(error),
        };
        let now = environment.get(NAME);
        let is_ours = now
            .as_deref()
            .is_some_and(|entry| entry.starts_with("kaas-"));
        match (step, once.map(id)) {
            (Step::Forget, wanted) if is_ours && now != wanted => environment.unset(NAME),
            (Step::Arm, Some(wanted)) if now.as_ref() != Some(&wanted) => {
                environment.set(NAME, &wanted);
            }
            _ => return Ok(()),
        }
        machine.disk.overwrite(&path, &environment.bytes()?)
    }
}

/// Setting `next_entry` is the last thing, removing it the first.
#[derive(Clone, Copy)]
enum Step {
    Forget,
    Arm,
}

fn mount(machine: &Machine, path: &Path) -> Result<Mount> {
    let mounts = machine.text("/proc/self/mountinfo")?;
    let path = Path::new("/").join(machine.layout.in_machine(path));
    let nowhere = || Failure::new(format!("{} is on no file system", path.display()));
    Mount::of(&path, &mounts).ok_or_else(nowhere)
}

fn check_file_system(machine: &Machine, path: &Path) -> Result<()> {
    let mount = mount(machine, path)?;
    let refused = |why: &str| {
        let message =
            format!("GRUB can't be made to start a kernel just once: grubenv is on {why}");
        Err(Failure::new(message))
    };
    if !WRITABLE.contains(&&*mount.kind) {
        return refused(&format!("{}, where GRUB can't write", mount.kind));
    }
    if mount.has_option("ro") {
        return refused("a file system that is read-only");
    }
    if mount.has_option("data=journal") {
        // The journal would bring back what GRUB has changed behind it.
        return refused("a file system that journals data");
    }
    let device = machine.layout.at("/sys/dev/block").join(&mount.device);
    for (kind, name) in [("dm", "LVM or an encrypted device"), ("md", "RAID")] {
        if device.join(kind).exists() {
            return refused(&format!("{name}, where GRUB can't write"));
        }
    }
    Ok(())
}

/// A word for the root device that the kernel understands without an initramfs.
fn root_word(machine: &Machine, device: &str) -> Result<String> {
    let (kind, value) = device.split_once('=').unwrap_or(("", device));
    match kind {
        "" | "PARTUUID" | "PARTLABEL" => return Ok(format!("root={device}")),
        _ => {}
    }
    let unknown = || {
        let message = format!("the kernel has no initramfs, and can't find root={device} itself");
        Failure::new(message)
    };
    let folder = match kind {
        "UUID" => "/dev/disk/by-uuid",
        "LABEL" => "/dev/disk/by-label",
        _ => return Err(unknown()),
    };
    let target = |path: PathBuf| fs::read_link(path).ok();
    let wanted = target(machine.layout.at(folder).join(value)).ok_or_else(unknown)?;
    let partitions = machine.layout.at("/dev/disk/by-partuuid");
    let names = fs::read_dir(&partitions).about(&partitions)?;
    let mut names = names.filter_map(|entry| Some(entry.ok()?.path()));
    let found = names.find(|path| target(path.clone()).as_ref() == Some(&wanted));
    let found = found
        .as_deref()
        .and_then(Path::file_name)
        .ok_or_else(unknown)?;
    Ok(format!("root=PARTUUID={}", found.to_string_lossy()))
}
