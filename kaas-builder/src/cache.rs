// SPDX-License-Identifier: Apache-2.0
//! What jobs leave for each other: folders named after a digest of what they were made from,
//! each made beside its place and then renamed, so that none is ever seen half.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::folder::remove;
use crate::trouble::{About as _, Result};

/// Stands between a digest and who began to make something of it.
const UNFINISHED: &str = ".unfinished-";

/// Tells what one process begins apart.
static BEGUN: AtomicU64 = AtomicU64::new(0);

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

    /// An empty folder to make something in; whoever begins the same gets another.
    pub(crate) fn begin(&self, digest: &str) -> Result<PathBuf> {
        self.sweep()?;
        let number = BEGUN.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let path = self
            .0
            .join(format!("{digest}{UNFINISHED}{process}-{number}"));
        remove(&path)?;
        fs::create_dir_all(&path).about(&path)?;
        Ok(path)
    }

    /// Throws away what builders began that are gone.
    fn sweep(&self) -> Result<()> {
        for entry in fs::read_dir(&self.0).about(&self.0)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let began = name
                .split_once(UNFINISHED)
                .and_then(|(_, rest)| rest.split('-').next());
            if began.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
                remove(&entry.path())?;
            }
        }
        Ok(())
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

    #[test]
    fn what_is_begun_twice_has_two_places_and_what_the_dead_began_goes() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::open(folder.path(), "room").unwrap();
        let dead = room.path().join("d.unfinished-4294967295-0");
        fs::create_dir(&dead).unwrap();
        let (one, other) = (room.begin("d").unwrap(), room.begin("d").unwrap());
        assert_ne!(one, other);
        assert!(one.is_dir() && other.is_dir() && !dead.exists());
    }
}
