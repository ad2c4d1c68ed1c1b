// SPDX-License-Identifier: Apache-2.0
//! The files of a folder that carry evidence. To add one: a function in a file of
//! `file/`, and a line in [`FILES`].

mod device;
mod kernel;
mod log;
mod module;
mod network;
mod storage;
mod system;

use super::Fact;
use crate::import::Note;
use crate::record::shorten;
use crate::{Kernel, limit};

/// What one file of a folder is.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: &'static str,
    /// What the file is a copy of.
    pub(super) source: &'static str,
    pub(super) read: fn(&str, &mut Report<'_>),
    /// A file that says the same and more: this one is only read where that is missing.
    pub(super) instead_of: Option<&'static str>,
}

/// The list of functions, which is not a list of facts.
pub(super) const KALLSYMS: &str = "kallsyms";

/// All files, in the order in which they are read; a new one goes here.
pub(super) const FILES: [File; 29] = [
    File::new("uname", "uname -a", kernel::uname),
    File::new("cmdline", "/proc/cmdline", kernel::command_line),
    File::new("config", "/boot/config-*", kernel::configuration),
    File::new("analyze", "systemd-analyze", kernel::startup),
    File::new("dmesg", "dmesg", log::messages),
    File::new("modules", "/proc/modules", module::modules),
    File::new("lsmod", "lsmod", module::lsmod).instead_of("modules"),
    File::new("drivers", "/sys/bus/*/drivers", device::drivers),
    File::new("bus_drivers", "/sys/bus/*/drivers", device::driver_modules),
    File::new("bound_drivers", "/sys/devices/**/driver", device::bound),
    File::new("modalias", "/sys/devices/**/modalias", device::aliases),
    File::new("class", "/sys/class", device::classes),
    File::new("devices", "/proc/devices", device::numbers),
    File::new("misc", "/proc/misc", device::misc),
    File::new("interrupts", "/proc/interrupts", device::interrupts),
    File::new("mounts", "/proc/mounts", storage::mounts),
    File::new("filesystems", "/proc/filesystems", storage::file_systems),
    File::new("partitions", "/proc/partitions", storage::partitions),
    File::new("swaps", "/proc/swaps", storage::swaps),
    File::new("netdev", "/proc/net/dev", network::devices),
    File::new("net_protocols", "/proc/net/protocols", network::protocols),
    File::new("ss", "ss -tulpn", network::listeners),
    File::new("consoles", "/proc/consoles", system::consoles),
    File::new("crypto", "/proc/crypto", system::crypto),
    File::new("units", "systemctl list-units", system::units),
    File::new("cpuinfo", "/proc/cpuinfo", system::processors),
    File::new("cgroups", "/proc/cgroups", system::controllers),
    File::new("meminfo", "/proc/meminfo", system::memory),
    File::new("open_fds", "/proc/*/fd", system::open_files),
];

impl File {
    const fn new(
        name: &'static str,
        source: &'static str,
        read: fn(&str, &mut Report<'_>),
    ) -> Self {
        Self {
            name,
            source,
            read,
            instead_of: None,
        }
    }

    const fn instead_of(mut self, better: &'static str) -> Self {
        self.instead_of = Some(better);
        self
    }
}

/// What a file says.
pub(super) struct Report<'k> {
    pub(super) kernel: &'k mut Kernel,
    pub(super) facts: Vec<Fact>,
    pub(super) notes: Vec<Note>,
}

impl<'k> Report<'k> {
    pub(super) fn new(kernel: &'k mut Kernel) -> Self {
        Self {
            kernel,
            facts: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn fact(&mut self, fact: impl Into<Fact>) {
        self.facts.push(fact.into());
    }

    pub(super) fn note(&mut self, line: u64, message: impl Into<String>) {
        if self.notes.len() < limit::NOTES {
            let message = message.into();
            self.notes.push(Note { line, message });
        }
    }

    /// A fact for each line but blank ones; a line that gives none is noted.
    fn each<F: Into<Fact>>(&mut self, text: &str, parse: impl Fn(&str) -> Option<F>) {
        self.each_after(0, text, parse);
    }

    /// The same, after a heading of so many lines.
    fn each_after<F: Into<Fact>>(
        &mut self,
        heading: usize,
        text: &str,
        parse: impl Fn(&str) -> Option<F>,
    ) {
        for (number, line) in (1..).zip(text.lines()).skip(heading) {
            if line.trim().is_empty() {
                continue;
            }
            match parse(line) {
                Some(fact) => self.fact(fact),
                None => self.note(number, format!("`{}` is not understood", shorten(line))),
            }
        }
    }
}

/// A line's words by their places.
fn words<const N: usize>(line: &str) -> Option<[&str; N]> {
    let mut words = line.split_ascii_whitespace();
    let mut found = [""; N];
    for slot in &mut found {
        *slot = words.next()?;
    }
    Some(found)
}
