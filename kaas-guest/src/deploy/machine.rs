// SPDX-License-Identifier: Apache-2.0
//! The machine in which a kernel is deployed: its files, its programs, what runs on it.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::disk::Disk;
use super::layout::Layout;
use super::tool::Tools;
use crate::failure::{About as _, Failure, Result};

/// What everything here is done to.
pub(crate) struct Machine {
    pub(crate) layout: Layout,
    pub(crate) disk: Box<dyn Disk>,
    pub(crate) tools: Box<dyn Tools>,
}

/// Precedes the serial of the running kernel in its command line.
pub(crate) const MARK: &str = "kaas.serial=";

/// No file that is read as a whole is larger; `grub.cfg` may have some hundred kilobytes.
const TEXT_LIMIT: u64 = 4 << 20;

impl Machine {
    /// The text of a file of the machine.
    pub(crate) fn text(&self, path: &str) -> Result<String> {
        text(&self.layout.at(path))
    }

    /// The first line of a file of the machine; nothing where it can't be read.
    pub(crate) fn word(&self, path: &str) -> String {
        let text = self.text(path).unwrap_or_default();
        text.lines().next().unwrap_or_default().trim().to_owned()
    }

    /// Differs from boot to boot.
    pub(crate) fn boot(&self) -> String {
        self.word("/proc/sys/kernel/random/boot_id")
    }

    /// `uname -r`.
    pub(crate) fn release(&self) -> String {
        self.word("/proc/sys/kernel/osrelease")
    }

    /// The serial of the tailored kernel that runs, if one does.
    pub(crate) fn serial(&self) -> Option<u64> {
        let line = self.word("/proc/cmdline");
        let mut words = line.split_whitespace();
        words.find_map(|word| word.strip_prefix(MARK))?.parse().ok()
    }

    /// Since the boot, in seconds.
    pub(crate) fn uptime(&self) -> u64 {
        let text = self.word("/proc/uptime");
        let whole = text.split(['.', ' ']).next().unwrap_or_default();
        whole.parse().unwrap_or(0)
    }
}

/// The text of a file, bounded. Some lie where the agent may write: a pipe, which nobody fills,
/// holds nothing up.
pub(crate) fn text(path: &Path) -> Result<String> {
    let mut text = String::new();
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = fs::OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path);
    let file = file.about(path)?;
    if !file.metadata().about(path)?.is_file() {
        return Err(Failure::new(format!("{}: not a file", path.display())));
    }
    file.take(TEXT_LIMIT + 1)
        .read_to_string(&mut text)
        .about(path)?;
    if text.len() as u64 > TEXT_LIMIT {
        let message = format!("{}: longer than {TEXT_LIMIT} bytes", path.display());
        return Err(Failure::new(message));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    #[test]
    fn a_pipe_that_nobody_fills_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reached");
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR, 0).unwrap();
        let why = text(&path).unwrap_err().to_string();
        assert!(why.ends_with("not a file"), "{why}");
        assert!(text(folder.path()).is_err());
    }
}
