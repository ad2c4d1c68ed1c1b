// SPDX-License-Identifier: Apache-2.0
//! Files that are there as a whole or not at all, whenever the machine loses its power.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::{About as _, Failure, Result};

/// Bytes of a file of state.
const LIMIT: u64 = 4 << 20;

/// The bytes of a file, of which there may be at most `limit`; nothing if there is none.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).about(path),
    };
    let mut bytes = vec![];
    file.take(limit + 1).read_to_end(&mut bytes).about(path)?;
    if bytes.len() as u64 > limit {
        let message = format!("{}: longer than {limit} bytes", path.display());
        return Err(Failure::new(message));
    }
    Ok(Some(bytes))
}

/// A document that [`save`] wrote. What cannot be read any more is as good as not there: the
/// error says where it was, and never what.
pub(super) fn load<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let Some(bytes) = read(path, LIMIT)? else {
        return Ok(None);
    };
    let at = |error: serde_json::Error| format!("line {}: damaged", error.line());
    serde_json::from_slice(&bytes).map_err(at).about(path)
}

/// Replaces the file; only its owner may read it.
pub(super) fn save(path: &Path, document: &impl Serialize) -> Result<()> {
    let bytes = serde_json::to_vec(document).about(path)?;
    let new = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&new).about(&new)?;
    file.write_all(&bytes).about(&new)?;
    file.sync_all().about(&new)?;
    fs::rename(&new, path).about(path)?;
    sync_folder(path)
}

/// A file that is not there afterwards.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).about(path),
        Err(_) => Ok(()),
        Ok(()) => sync_folder(path),
    }
}

/// Makes sure that the name of a file outlives a loss of power.
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .about(folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        assert_eq!(load::<u32>(&path).unwrap(), None);
        for number in [1_u32, 2] {
            save(&path, &number).unwrap();
            assert_eq!(load(&path).unwrap(), Some(number));
        }
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_damaged_is_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "\"a secret\"").unwrap();
        let error = load::<u32>(&path).unwrap_err().to_string();
        assert!(
            error.contains("a.json") && !error.contains("secret"),
            "{error}"
        );
        assert!(read(&path, 3).is_err());
    }
}
