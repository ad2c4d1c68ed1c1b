// SPDX-License-Identifier: Apache-2.0
//! The file of the trace: a new one, or one that somebody who was killed left.

use std::fs::{self, File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use ftrace::format::Writer;
use rustix::fs::OFlags;

use super::machine::Machine;
use crate::failure::{About as _, Failure, Result};

/// A trace that is larger is not gone on with: it is moved aside, once.
const LARGEST: u64 = 8 << 20;

/// A writer at the end of the file.
pub(super) fn open(path: &Path) -> Result<Writer<File>> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).about(folder)?;
    }
    let file = options().read(true).open(path).about(path)?;
    if file.metadata().about(path)?.len() > 0 {
        if let Some(writer) = resumed(file, path)? {
            return Ok(writer);
        }
        fs::rename(path, path.with_extension("unreadable")).about(path)?;
    }
    let file = options().open(path).about(path)?;
    Writer::new(file, &Machine::kernel()).about(path)
}

/// The agent may have left a link in the folder, which is not for root to follow.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    let flags = OFlags::NOFOLLOW.bits().cast_signed();
    options.append(true).create(true).custom_flags(flags);
    options
}

/// `None` when nobody can read what is there.
fn resumed(mut file: File, path: &Path) -> Result<Option<Writer<File>>> {
    if file.metadata().about(path)?.len() > LARGEST {
        return Ok(None);
    }
    let mut written = Vec::new();
    file.read_to_end(&mut written).about(path)?;
    let other = file.try_clone().about(path)?;
    let Ok((writer, length)) = Writer::resume(file, &written) else {
        return Ok(None);
    };
    let length = u64::try_from(length).map_err(|error| Failure::new(error.to_string()))?;
    other.set_len(length).about(path)?;
    Ok(Some(writer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (trace, other) = (folder.path().join("trace"), folder.path().join("other"));
        std::os::unix::fs::symlink(&other, &trace).unwrap();
        assert!(open(&trace).is_err());
        assert!(!other.exists());
    }
}
