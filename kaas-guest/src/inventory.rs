// SPDX-License-Identifier: Apache-2.0
//! What machine this is: the files of the kernel and the answers of a few programs, which
//! `ftrace` turns into facts, each with its source.

mod program;
mod sockets;
mod sysfs;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use crate::failure::{Failure, Result};
use crate::replace::replace;

/// What it is called in `ftrace`'s table, and the file that it is a copy of.
const COPIES: [(&str, &str); 15] = [
    ("cmdline", "/proc/cmdline"),
    ("modules", "/proc/modules"),
    ("devices", "/proc/devices"),
    ("misc", "/proc/misc"),
    ("interrupts", "/proc/interrupts"),
    ("mounts", "/proc/mounts"),
    ("filesystems", "/proc/filesystems"),
    ("partitions", "/proc/partitions"),
    ("swaps", "/proc/swaps"),
    ("netdev", "/proc/net/dev"),
    ("net_protocols", "/proc/net/protocols"),
    ("consoles", "/proc/consoles"),
    ("crypto", "/proc/crypto"),
    ("cpuinfo", "/proc/cpuinfo"),
    ("cgroups", "/proc/cgroups"),
];

/// Commands whose output is taken where they are installed.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("uname", &["uname", "-a"]),
    ("analyze", &["systemd-analyze"]),
    (
        "units",
        &["systemctl", "list-units", "--all", "--no-pager", "--plain"],
    ),
    ("dmesg", &["dmesg"]),
];

/// A file of its size is no list of facts.
const LARGEST: usize = 8 << 20;

/// Writes the inventory of this machine, replacing the file as a whole.
pub(crate) fn write(path: &Path) -> Result<()> {
    let gathered = gather();
    let files: Vec<(&str, &[u8])> = gathered
        .iter()
        .map(|(name, bytes)| (*name, bytes.as_slice()))
        .collect();
    let folder = ftrace::inventory::from_folder(&files);
    let folder = folder.map_err(|error| Failure::new(error.to_string()))?;
    replace(path, |file| {
        let written = ftrace::inventory::write(&folder.inventory, BufWriter::new(&mut *file))?;
        written.into_inner()?.sync_all()
    })
}

/// All files that can be had; what is missing is missing.
fn gather() -> Vec<(&'static str, Vec<u8>)> {
    let mut files = Vec::new();
    for (name, path) in COPIES {
        files.extend(fs::read(path).ok().map(|bytes| (name, bytes)));
    }
    for (name, command) in PROGRAMS {
        files.extend(program::output(command).map(|bytes| (name, bytes)));
    }
    files.extend(configuration().map(|bytes| ("config", bytes)));
    files.push(("meminfo", fs::read("/proc/meminfo").unwrap_or_default()));
    files.extend(sysfs::files());
    files.push(("ss", sockets::listeners()));
    files.push(("open_fds", sockets::open_files()));
    files.retain(|(_, bytes)| bytes.len() <= LARGEST);
    files
}

/// The kernel's: where distributions put it; `/proc/config.gz` where the kernel has it.
pub(crate) fn configuration() -> Option<Vec<u8>> {
    let release = rustix::system::uname();
    let release = release.release().to_string_lossy();
    let places = [
        format!("/boot/config-{release}"),
        format!("/usr/lib/modules/{release}/config"),
        format!("/lib/modules/{release}/config"),
    ];
    places
        .iter()
        .find_map(|path| fs::read(path).ok())
        .or_else(|| {
            let packed = File::open("/proc/config.gz").ok()?;
            let mut text = Vec::new();
            let unpacked = flate2::read::GzDecoder::new(packed);
            std::io::Read::read_to_end(&mut std::io::Read::take(unpacked, 4 << 20), &mut text)
                .ok()?;
            Some(text)
        })
}
