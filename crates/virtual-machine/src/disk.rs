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

const FILE_SYSTEM: u64 = 3 << 30;
/// Before and behind the partition, for the two copies of the table.
const MARGIN: u64 = 1 << 20;
const SECTOR: u64 = 512;

/// Leaves `plain` and `gpt` in `folder`, both with the files of `root`.
pub fn make(root: &Path, folder: &Path) -> Result<()> {
    let [plain, gpt] = ["plain", "gpt"].map(|name| folder.join(name));
    sparse(&plain, FILE_SYSTEM)?;
    let mut mkfs = program::clean("mkfs.ext4");
    program::run(
        mkfs.args(["-q", "-F", "-U", UUID, "-d"])
            .arg(root)
            .arg(&plain),
    )?;
    sparse(&gpt, FILE_SYSTEM + 2 * MARGIN)?;
    let mut dd = program::clean("dd");
    dd.arg(format!("if={}", plain.display()))
        .arg(format!("of={}", gpt.display()));
    program::run(dd.args(["bs=1M", "seek=1", "conv=notrunc,sparse", "status=none"]))?;
    partition(&gpt)
}

fn sparse(path: &Path, size: u64) -> Result<()> {
    File::create(path)
        .and_then(|file| file.set_len(size))
        .about(path)
}

fn partition(disk: &Path) -> Result<()> {
    let mut sfdisk = program::clean("sfdisk");
    sfdisk.arg("--quiet").arg(disk);
    // It remarks on the file system that is there already.
    sfdisk.stdin(Stdio::piped()).stderr(Stdio::null());
    let child = sfdisk.spawn();
    let mut child = child.map_err(|error| program::not_started(&sfdisk, &error))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(table().as_bytes()).about(disk)?;
    }
    let status = child.wait().about(disk)?;
    if status.success() {
        return Ok(());
    }
    let disk = disk.display();
    Err(Failure::new(format!("sfdisk failed on {disk} ({status})")))
}

fn table() -> String {
    let (start, size) = (MARGIN / SECTOR, FILE_SYSTEM / SECTOR);
    format!("label: gpt\nstart={start}, size={size}, uuid={PARTITION}, type=linux\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partition_is_where_the_file_system_is_put() {
        assert!(table().contains("start=2048, size=6291456,"), "{}", table());
    }
}
