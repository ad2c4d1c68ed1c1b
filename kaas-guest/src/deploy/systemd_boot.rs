// SPDX-License-Identifier: Apache-2.0
//! systemd-boot, where `/boot` is the partition that it reads: entries as the Boot Loader
//! Specification (uapi-group.org) has them, and the variables of the Boot Loader Interface
//! (systemd.io). It removes the one that names the entry to start once before it starts it.

use std::fs;
use std::path::PathBuf;

use kaas_types::release::{Initramfs, Release, Role};

use super::loader::{Wanted, command_line, id};
use super::machine::Machine;
use crate::failure::{About as _, Failure, Result};

/// That it started this machine, with what it can do.
#[derive(Debug)]
pub(super) struct Site {
    features: u64,
    entries: PathBuf,
}

const VENDOR: &str = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
const ONCE: &str = "LoaderEntryOneShot";
const DEFAULT: &str = "LoaderEntryDefault";
/// Bits of `LoaderFeatures`: it takes a default, and an entry to start once, from variables.
const FEATURES: u64 = 1 << 2 | 1 << 3;
/// Non-volatile, for boot services and at run time.
const ATTRIBUTES: [u8; 4] = [7, 0, 0, 0];

impl Site {
    pub(super) fn find(machine: &Machine) -> Option<Self> {
        let name = read(machine, "LoaderInfo")?;
        let features = fs::read(variable(machine, "LoaderFeatures")).unwrap_or_default();
        let features = features.get(4..12).and_then(|bytes| bytes.try_into().ok());
        name.starts_with("systemd-boot").then(|| Self {
            features: u64::from_le_bytes(features.unwrap_or_default()),
            entries: machine.layout.at("/boot/loader/entries"),
        })
    }

    /// The text of an entry, and its command line.
    pub(super) fn entry(&self, machine: &Machine, release: &Release) -> Result<(String, String)> {
        if !self.entries.is_dir() {
            let message = "systemd-boot started this machine, but /boot/loader/entries is not \
                where it looks for entries";
            return Err(Failure::new(message));
        }
        let now = machine.word("/proc/cmdline");
        let from_loader = |word: &&str| !word.starts_with("initrd=");
        let words: Vec<&str> = now.split_whitespace().filter(from_loader).collect();
        let rewrite = |device: &str| match device.split_once('=') {
            Some(("UUID" | "LABEL", _)) => Err(Failure::new(format!(
                "the kernel has no initramfs, and can't find root={device} itself"
            ))),
            _ => Ok(format!("root={device}")),
        };
        let line = command_line(&words, release, rewrite)?;
        let (serial, name) = (release.serial, &release.release);
        let mut text = format!("title Tailored kernel {name}\nversion {name}\n");
        text += &format!("linux /kaas/{serial}/{}\n", Role::IMAGE);
        if release.initramfs != Initramfs::None {
            text += &format!("initrd /kaas/{serial}/{}\n", Role::INITRAMFS);
        }
        text += &format!("options {line}\n");
        Ok((text, line))
    }

    pub(super) fn starts_once(&self) -> Result<()> {
        if self.features & FEATURES == FEATURES {
            return Ok(());
        }
        Err(Failure::new(
            "this systemd-boot can't start an entry just once",
        ))
    }

    pub(super) fn set(&self, machine: &mut Machine, wanted: &Wanted<'_>) -> Result<()> {
        let once = wanted.once.map(file);
        if once.is_none() && read(machine, ONCE).is_some_and(|entry| entry.starts_with("kaas-")) {
            write(machine, ONCE, None)?;
        }
        // The default is fixed before there is an entry that would sort before all others, and
        // free again after none is left.
        if !wanted.kernels.is_empty() {
            write(machine, DEFAULT, Self::default(machine, wanted).as_deref())?;
        }
        self.set_entries(machine, wanted)?;
        if wanted.kernels.is_empty() && self.has_pinned(machine) {
            write(machine, DEFAULT, wanted.before)?;
        }
        match once {
            Some(once) => write(machine, ONCE, Some(&once)),
            None => Ok(()),
        }
    }

    fn default(machine: &Machine, wanted: &Wanted<'_>) -> Option<String> {
        let ours = wanted
            .default
            .map(file)
            .or_else(|| wanted.before.map(str::to_owned));
        let selected = read(machine, "LoaderEntrySelected");
        let usual = selected.filter(|entry| !entry.starts_with("kaas-"));
        ours.or_else(|| default_now(machine)).or(usual)
    }

    /// Whether the default is one that was fixed by [`Self::set`].
    fn has_pinned(&self, machine: &Machine) -> bool {
        let names = fs::read_dir(&self.entries).into_iter().flatten().flatten();
        let mut names = names.map(|entry| entry.file_name());
        let has_ours = names.any(|name| name.to_string_lossy().starts_with("kaas-"));
        let default = read(machine, DEFAULT);
        !has_ours && default.is_some_and(|entry| entry.starts_with("kaas-"))
    }

    fn set_entries(&self, machine: &mut Machine, wanted: &Wanted<'_>) -> Result<()> {
        for kernel in &wanted.kernels {
            let path = self.entries.join(file(kernel.serial));
            if fs::read_to_string(&path).ok().as_ref() != Some(&kernel.entry) {
                machine.disk.replace(&path, kernel.entry.as_bytes())?;
            }
        }
        let listed = fs::read_dir(&self.entries).about(&self.entries)?;
        for path in listed.filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_wanted = wanted
                .kernels
                .iter()
                .any(|kernel| file(kernel.serial) == name);
            if name.starts_with("kaas-") && !is_wanted {
                machine.disk.remove(&path)?;
            }
        }
        Ok(())
    }
}

/// What is started by default, if somebody chose it.
pub(super) fn default_now(machine: &Machine) -> Option<String> {
    read(machine, DEFAULT).filter(|entry| !entry.starts_with("kaas-"))
}

fn file(serial: u64) -> String {
    format!("{}.conf", id(serial))
}

fn variable(machine: &Machine, name: &str) -> PathBuf {
    machine.layout.variables().join(format!("{name}-{VENDOR}"))
}

/// UTF-16 after four bytes of attributes, up to a zero.
fn read(machine: &Machine, name: &str) -> Option<String> {
    let bytes = fs::read(variable(machine, name)).ok()?;
    let (pairs, _) = bytes.get(4..)?.as_chunks();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    String::from_utf16(&units)
        .ok()
        .filter(|text| !text.is_empty())
}

fn write(machine: &mut Machine, name: &str, value: Option<&str>) -> Result<()> {
    let path = variable(machine, name);
    if read(machine, name).as_deref() == value {
        return Ok(());
    }
    let Some(value) = value else {
        return machine.disk.remove(&path);
    };
    let units = value.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = ATTRIBUTES.into_iter().chain(units).collect();
    machine.disk.set_variable(&path, &bytes)
}
