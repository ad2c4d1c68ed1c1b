// SPDX-License-Identifier: Apache-2.0
//! Takes what programs left in a sandbox. They may have put links in its place that lead to
//! files of the builder: none is followed, and nothing longer than expected is read.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};

use crate::trouble::{About as _, Result, Trouble};

/// Opens the regular file `name` below `folder`.
pub(crate) fn open(folder: &Path, name: &Path) -> Result<File> {
    let path = folder.join(name);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = openat(CWD, folder, flags, Mode::empty()).about(folder)?;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let opened = openat2(&root, name, flags, Mode::empty(), resolve).about(&path)?;
    let file = File::from(opened);
    if file.metadata().about(&path)?.is_file() {
        return Ok(file);
    }
    let path = path.display();
    Err(Trouble::input(format!("{path}: not a regular file")))
}

/// The text of a file of at most `most` bytes.
pub(crate) fn text(folder: &Path, name: &str, most: u64) -> Result<String> {
    let path = folder.join(name);
    let mut text = Vec::new();
    let mut file = open(folder, Path::new(name))?.take(most + 1);
    file.read_to_end(&mut text).about(&path)?;
    if text.len() as u64 > most {
        let path = path.display();
        return Err(Trouble::input(format!("{path}: more than {most} bytes")));
    }
    String::from_utf8(text).about(&path)
}

/// Copies a file, without its owner and mode.
pub(crate) fn copy(folder: &Path, name: &str, to: &Path) -> Result<()> {
    let mut from = open(folder, Path::new(name))?;
    let mut file = File::create(to).about(to)?;
    std::io::copy(&mut from, &mut file).about(to)?;
    file.flush().about(to)
}

/// The regular files below `folder`, relative to it, sorted. Links and devices are left out.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let here = folder.join(&below);
        for entry in fs::read_dir(&here).about(&here)? {
            let entry = entry.about(&here)?;
            let kind = entry.file_type().about(&here)?;
            let name = below.join(entry.file_name());
            if kind.is_dir() {
                open.push(name);
            } else if kind.is_file() {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies all of [`files`].
pub(crate) fn copy_all(folder: &Path, to: &Path) -> Result<()> {
    for name in files(folder)? {
        let target = to.join(&name);
        let parent = target.parent().unwrap_or(to);
        fs::create_dir_all(parent).about(parent)?;
        let mut from = open(folder, &name)?;
        let mut file = File::create(&target).about(&target)?;
        std::io::copy(&mut from, &mut file).about(&target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn no_link_is_followed_and_nothing_is_longer_than_expected() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::create_dir(path.join("real")).unwrap();
        fs::write(path.join("real/file"), "12345").unwrap();
        symlink("/etc/passwd", path.join("link")).unwrap();
        symlink("/etc", path.join("folder")).unwrap();
        assert!(text(path, "link", 1 << 20).is_err());
        assert!(text(path, "folder/passwd", 1 << 20).is_err());
        assert!(text(path, "../x", 1 << 20).is_err());
        assert!(text(path, "real", 1 << 20).is_err());
        assert!(text(path, "real/file", 4).is_err());
        assert_eq!(text(path, "real/file", 5).unwrap(), "12345");
        assert_eq!(files(path).unwrap(), [PathBuf::from("real/file")]);
    }
}
