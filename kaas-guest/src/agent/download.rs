// SPDX-License-Identifier: Apache-2.0
//! Files of a release, into the folder from which the installer takes them. One that was cut
//! off goes on where it ended; none gets its name before its digest was found right.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use kaas_types::agent::limit::RELEASE_FILE_BYTES;
use kaas_types::agent::{Code, Id, Sha256};

use super::durable;
use super::service::Service;
use super::trouble::Trouble;
use super::upload::digest;
use crate::failure::{About as _, Failure, Result};

/// What a disk should have left after a download.
const SPARE: u64 = 64 << 20;
const BLOCK: usize = 64 << 10;

/// A file that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) sha256: Sha256,
    pub(super) size: u64,
}

/// Makes the folder, if there is room for all of them.
pub(super) fn prepare(folder: &Path, wanted: &[Wanted]) -> Result<()> {
    fs::create_dir_all(folder).about(folder)?;
    let sizes = wanted.iter().map(|file| file.size);
    let total = sizes.fold(0, u64::saturating_add);
    let disk = rustix::fs::statvfs(folder).about(folder)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let largest = wanted.iter().map(|file| file.size).max().unwrap_or(0);
    if largest > RELEASE_FILE_BYTES || total.saturating_add(SPARE) > free {
        let message = format!("a release of {total} bytes, of which {free} are free");
        return Err(Failure::new(message));
    }
    Ok(())
}

/// Files of releases before this one go.
pub(super) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        // What cannot be removed only takes its room.
        let _ = fs::remove_file(entry.path());
    }
}

/// Downloads one file. What an earlier attempt left may be damaged: then once more, from the
/// beginning.
pub(super) fn fetch(
    service: &Service,
    release: &Id,
    wanted: &Wanted,
    folder: &Path,
) -> Result<(), Trouble> {
    for _ in 0..2 {
        if attempt(service, release, wanted, folder)? {
            return Ok(());
        }
    }
    let detail = format!("a file of the release has not the digest {}", wanted.sha256);
    Err(Trouble::Refused(Code::DigestMismatch, detail))
}

/// Whether it was what it should be.
fn attempt(
    service: &Service,
    release: &Id,
    wanted: &Wanted,
    folder: &Path,
) -> Result<bool, Trouble> {
    let path = folder.join(&*wanted.sha256);
    let part = folder.join(format!("{}.part", wanted.sha256));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.mode(0o644).open(&part).about(&part)?;
    let have = file.metadata().about(&part)?.len();
    if have != wanted.size {
        let from = if have < wanted.size { have } else { 0 };
        let rest = (from, wanted.size + 1);
        let (offset, bytes) = service.file(release, &wanted.sha256, rest)?;
        copy(bytes, &mut file, offset, wanted.size).about(&part)?;
    }
    file.sync_all().about(&part)?;
    if digest(&mut file, wanted.size).about(&part)? != wanted.sha256 {
        fs::remove_file(&part).about(&part)?;
        return Ok(false);
    }
    fs::rename(&part, &path).about(&path)?;
    durable::sync_folder(&path)?;
    Ok(true)
}

/// Whatever comes before the connection breaks is kept.
fn copy(mut from: impl Read, to: &mut File, offset: u64, size: u64) -> std::io::Result<()> {
    to.set_len(offset)?;
    to.seek(SeekFrom::Start(offset))?;
    let mut left = size - offset;
    let mut block = vec![0; BLOCK];
    while left > 0 {
        let room = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        match from.read(&mut block[..room])? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => {
                to.write_all(&block[..read])?;
                left -= read as u64;
            }
        }
    }
    Ok(())
}
