// SPDX-License-Identifier: Apache-2.0
//! An archive with a checksum.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Driver, fetcher};
use crate::digest;
use crate::job::{Location, Tarball};
use crate::sandbox::{Mount, Program};
use crate::trouble::{About as _, Result, Trouble};
use crate::work::Work;

impl Driver for Tarball {
    fn identity(&self) -> String {
        format!("tarball {}", self.sha256)
    }

    fn fetch(&self, work: &mut Work<'_>, place: &Path) -> Result<u64> {
        let archive = brought(work, &self.uri)?;
        let found = digest::of_file(&archive)?;
        if found != self.sha256.as_str() {
            let (uri, wanted) = (&self.uri, &self.sha256);
            return Err(Trouble::input(format!(
                "{uri}: its SHA-256 is {found}, and has to be {wanted}"
            )));
        }
        unpack(work, &archive, place)?;
        time_of(&place.join("tree/Makefile"))
    }

    fn corresponding(&self) -> String {
        let (uri, sha256) = (&self.uri, &self.sha256);
        format!(
            "The archive {uri} (SHA-256 {sha256}), without patches:\n\n    \
             curl --location --output linux.tar {uri}\n    \
             echo '{sha256}  linux.tar' | sha256sum --check\n    \
             mkdir linux && tar --extract --file linux.tar --directory linux --strip-components 1\n"
        )
    }
}

/// Copied or fetched into the job's scratch, before anything is believed of it.
fn brought(work: &mut Work<'_>, from: &Location) -> Result<PathBuf> {
    let room = work.room("archive")?;
    let archive = room.join("archive");
    if let Some(path) = from.local_path() {
        fs::copy(path, &archive).about(path)?;
        return Ok(archive);
    }
    let program = work.worker(&["download", from.as_str(), "/room/archive"]);
    let program = fetcher(work, program.mount(Mount::write(&room, "/room")));
    work.run(&program)?.or_infrastructure("download")?;
    Ok(archive)
}

fn unpack(work: &mut Work<'_>, archive: &Path, place: &Path) -> Result<()> {
    let program = Program::new(&["tar", "--extract", "--file", "/archive"])
        .arg("--one-top-level=/place/tree")
        .arg("--strip-components=1")
        .arg("--no-same-owner")
        .arg("--no-same-permissions")
        .mount(Mount::read(archive, "/archive"))
        .mount(Mount::write(place, "/place"))
        .for_seconds(work.settings.patience.fetch);
    work.run(&program)?.success("unpacking the source")
}

/// An archive keeps the time of its files.
pub(super) fn time_of(path: &Path) -> Result<u64> {
    let found = fs::symlink_metadata(path).about(path)?;
    let modified = found.modified().about(path)?;
    let since = modified.duration_since(std::time::UNIX_EPOCH);
    Ok(since.map_or(0, |since| since.as_secs()))
}
