// SPDX-License-Identifier: Apache-2.0
//! The folder of everything that can be made again. What is in it is named after a digest of
//! what it was made from, and is complete: it is made beside its place and then renamed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{About as _, Failure, Result};

/// `--cache`, `$KAAS_CACHE`, `~/.cache/kaas`.
#[derive(clap::Args)]
pub struct Cache {
    /// Where sources, kernels, images and finished cells are kept; ~/.cache/kaas when not given.
    #[arg(long = "cache", env = "KAAS_CACHE", value_name = "DIR", global = true)]
    folder: Option<PathBuf>,
}

impl Cache {
    /// A folder of the matrix, made when it isn't there.
    pub fn folder(&self, below: impl AsRef<Path>) -> Result<PathBuf> {
        let folder = self.root()?.join("boot").join(below);
        fs::create_dir_all(&folder).about(&folder)?;
        folder.canonicalize().about(&folder)
    }

    fn root(&self) -> Result<PathBuf> {
        match &self.folder {
            Some(folder) => Ok(folder.clone()),
            None => std::env::home_dir()
                .map(|home| home.join(".cache/kaas"))
                .ok_or_else(|| Failure::new("no home directory: set KAAS_CACHE")),
        }
    }

    /// The file or folder `name` in `room`, made by `make` when it isn't there.
    pub fn entry(
        &self,
        room: &str,
        name: &str,
        make: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let path = self.folder(room)?.join(name);
        if !path.exists() {
            let beside = self.folder(room)?.join(format!("{name}.unfinished"));
            remove(&beside)?;
            make(&beside)?;
            fs::rename(&beside, &path).about(&path)?;
        }
        Ok(path)
    }
}

/// Removes a file or a folder, if there is one.
pub fn remove(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(found) if found.is_dir() => fs::remove_dir_all(path).about(path),
        Ok(_) => fs::remove_file(path).about(path),
    }
}

/// Tells contents apart (FNV-1a, 64 bits); no defence against somebody who means harm.
#[derive(Clone, Copy, Debug)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    /// Of several parts.
    pub fn of(parts: &[&str]) -> Self {
        parts.iter().fold(Self::default(), Self::and)
    }

    /// With one more part; `ab`, `c` is not `a`, `bc`.
    #[must_use]
    pub fn and(self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        let length = part.len().to_le_bytes();
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        Self(length.iter().chain(part).fold(self.0, step))
    }

    /// A name for a file.
    pub fn name(self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let name = |parts: &[&str]| parts.iter().fold(Digest::default(), Digest::and).name();
        assert_eq!(name(&["a", "b"]), name(&["a", "b"]));
        assert_ne!(name(&["ab", "c"]), name(&["a", "bc"]));
        assert_ne!(name(&["a"]), name(&["a", ""]));
    }

    #[test]
    fn an_entry_is_made_once_and_never_half() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Some(folder.path().to_owned());
        let cache = Cache { folder };
        let failed = cache.entry("room", "x", |path| {
            fs::write(path, "half").about(path)?;
            Err(Failure::new("no"))
        });
        assert!(failed.is_err());
        let made = cache.entry("room", "x", |path| fs::write(path, "whole").about(path));
        assert_eq!(fs::read(made.unwrap()).unwrap(), b"whole");
        let again = cache.entry("room", "x", |_| Err(Failure::new("made twice")));
        assert!(again.is_ok());
    }
}
