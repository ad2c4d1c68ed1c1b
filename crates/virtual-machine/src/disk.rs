// SPDX-License-Identifier: Apache-2.0
//! Files that are disks, made without mounting anything.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::program;
use crate::{About as _, Failure, Result};

/// Of the root file system.
pub const UUID: &str = "5a5a5a5a-1111-4222-8333-abcdefabcdef";
/// Of the partition that it fills.
pub const PARTITION: &str = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

/// Type of a partition: where GRUB keeps its core on a machine with a BIOS.
const BIOS_BOOT: &str = "21686148-6449-6E6F-744E-656564454649";

const FILE_SYSTEM: u64 = 3 << 30;
/// Before and behind the partition, for the two copies of the table.
const MARGIN: u64 = 1 << 20;
const SECTOR: u64 = 512;

/// Leaves `plain` and `gpt` in `folder`, both with the files of `root`.
pub fn make(root: &Path, folder: &Path) -> Result<()> {
    let [plain, gpt] = ["plain", "gpt"].map(|name| folder.join(name));
    file_system(root, &plain)?;
    partitioned(&plain, &gpt, Before::Nothing)
}

/// A file system with the files of `root`, and nothing around it.
pub fn file_system(root: &Path, plain: &Path) -> Result<()> {
    sparse(plain, FILE_SYSTEM)?;
    let mut mkfs = program::clean("mkfs.ext4");
    mkfs.args(["-q", "-F", "-U", UUID, "-d"])
        .arg(root)
        .arg(plain);
    program::run(&mut mkfs).map(drop)
}

/// What is before the root file system in a partition table (GPT).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    Nothing,
    /// Room for the code of a boot loader that the firmware starts from the first sector.
    BootLoader,
}

impl Before {
    fn size(self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::BootLoader => MARGIN,
        }
    }

    /// As `sfdisk` reads it.
    fn table(self) -> String {
        let first = MARGIN / SECTOR;
        let (start, size) = (first + self.size() / SECTOR, FILE_SYSTEM / SECTOR);
        let boot_loader = match self {
            Self::Nothing => String::new(),
            Self::BootLoader => format!(
                "start={first}, size={}, type={BIOS_BOOT}\n",
                self.size() / SECTOR
            ),
        };
        let root = format!("start={start}, size={size}, uuid={PARTITION}, type=linux\n");
        format!("label: gpt\n{boot_loader}{root}")
    }
}

/// A disk with a partition table, and in its last partition the file system `plain`.
pub fn partitioned(plain: &Path, gpt: &Path, before: Before) -> Result<()> {
    let start = MARGIN + before.size();
    sparse(gpt, start + FILE_SYSTEM + MARGIN)?;
    let mut dd = program::clean("dd");
    dd.arg(format!("if={}", plain.display()))
        .arg(format!("of={}", gpt.display()))
        .arg(format!("seek={}", start >> 20));
    program::run(dd.args(["bs=1M", "conv=notrunc,sparse", "status=none"]))?;
    partition(gpt, &before.table())
}

fn sparse(path: &Path, size: u64) -> Result<()> {
    File::create(path)
        .and_then(|file| file.set_len(size))
        .about(path)
}

fn partition(disk: &Path, table: &str) -> Result<()> {
    let mut sfdisk = program::clean("sfdisk");
    sfdisk.arg("--quiet").arg(disk);
    // It remarks on the file system that is there already.
    sfdisk.stdin(Stdio::piped()).stderr(Stdio::null());
    let child = sfdisk.spawn();
    let mut child = child.map_err(|error| program::not_started(&sfdisk, &error))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(table.as_bytes()).about(disk)?;
    }
    let status = child.wait().about(disk)?;
    if status.success() {
        return Ok(());
    }
    let disk = disk.display();
    Err(Failure::new(format!("sfdisk failed on {disk} ({status})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partition_is_where_the_file_system_is_put() {
        let [alone, behind] = [Before::Nothing, Before::BootLoader].map(Before::table);
        assert!(alone.contains("start=2048, size=6291456,"), "{alone}");
        assert!(behind.contains("start=4096, size=6291456,"), "{behind}");
    }
}
