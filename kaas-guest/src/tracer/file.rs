// SPDX-License-Identifier: Apache-2.0
//! The file of the trace: a new one, or one that somebody who was killed left.

use std::fs::{self, File, OpenOptions};
use std::io::Read as _;
use std::path::Path;

use ftrace::format::Writer;

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
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(path)
        .about(path)?;
    if file.metadata().about(path)?.len() > 0 {
        if let Some(writer) = resumed(file, path)? {
            return Ok(writer);
        }
        fs::rename(path, path.with_extension("unreadable")).about(path)?;
    }
    let file = OpenOptions::new().append(true).create(true).open(path);
    let writer = Writer::new(file.about(path)?, &Machine::kernel());
    writer.about(path)
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
