// SPDX-License-Identifier: Apache-2.0
//! What jobs leave for each other: folders named after a digest of what they were made from,
//! each made beside its place and then renamed, so that none is ever seen half.

use std::fs;
use std::path::{Path, PathBuf};

use crate::folder::remove;
use crate::trouble::{About as _, Result};

/// A room of the cache.
pub(crate) struct Room(PathBuf);

impl Room {
    pub(crate) fn open(cache: &Path, name: &str) -> Result<Self> {
        let path = cache.join(name);
        fs::create_dir_all(&path).about(&path)?;
        Ok(Self(path.canonicalize().about(&path)?))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// What was made from what has this digest.
    pub(crate) fn find(&self, digest: &str) -> Option<PathBuf> {
        let path = self.0.join(digest);
        path.is_dir().then_some(path)
    }

    /// An empty folder to make something in; several processes get several.
    pub(crate) fn begin(&self, digest: &str) -> Result<PathBuf> {
        let path = self
            .0
            .join(format!("{digest}.unfinished-{}", std::process::id()));
        remove(&path)?;
        fs::create_dir_all(&path).about(&path)?;
        Ok(path)
    }

    /// Puts what was begun in its place. Whoever came first stays: it is the same.
    pub(crate) fn finish(&self, digest: &str, begun: &Path) -> Result<PathBuf> {
        let path = self.0.join(digest);
        if fs::rename(begun, &path).is_err() {
            remove(begun)?;
        }
        fs::metadata(&path).about(&path)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stays_and_nothing_is_half() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::open(folder.path(), "room").unwrap();
        let begun = room.begin("d").unwrap();
        fs::write(begun.join("a"), "1").unwrap();
        assert_eq!(room.find("d"), None);
        room.finish("d", &begun).unwrap();
        let again = room.begin("d").unwrap();
        fs::write(again.join("a"), "2").unwrap();
        let path = room.finish("d", &again).unwrap();
        assert_eq!(fs::read(path.join("a")).unwrap(), b"1");
        assert!(!again.exists() && room.find("d").is_some());
    }
}
