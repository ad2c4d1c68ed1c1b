// SPDX-License-Identifier: Apache-2.0
//! A folder that stays open, whatever is mounted over its path later.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;

use crate::failure::{About as _, Failure, Result};

/// An open folder, and its path for messages.
#[derive(Debug)]
pub(crate) struct Folder {
    descriptor: OwnedFd,
    path: PathBuf,
}

/// Files of the kernel are small, but for the lists of functions, which are streamed.
const LARGEST: usize = 1 << 20;
const PIECE: usize = 16 << 10;

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let descriptor = rustix::fs::openat(CWD, path, flags, Mode::empty()).about(path)?;
        let path = path.to_owned();
        Ok(Self { descriptor, path })
    }

    pub(crate) fn below(&self, name: &str) -> Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let path = self.path.join(name);
        let descriptor =
            rustix::fs::openat(&self.descriptor, name, flags, Mode::empty()).about(&path)?;
        Ok(Self { descriptor, path })
    }

    pub(crate) fn descriptor(&self) -> &OwnedFd {
        &self.descriptor
    }

    pub(crate) fn file(&self, name: &str, flags: OFlags) -> Result<File> {
        let opened = rustix::fs::openat(
            &self.descriptor,
            name,
            flags | OFlags::CLOEXEC,
            Mode::empty(),
        );
        opened.map(File::from).about(&self.path.join(name))
    }

    pub(crate) fn reader(&self, name: &str) -> Result<File> {
        self.file(name, OFlags::RDONLY)
    }

    /// The whole of a small file.
    pub(crate) fn text(&self, name: &str) -> Result<String> {
        let path = self.path.join(name);
        let text = whole(self.reader(name)?).about(&path)?;
        String::from_utf8(text).map_err(|_| self.failure(name, "is no text"))
    }

    /// Replaces what a file of the kernel holds: opened with `O_TRUNC`, which clears lists.
    pub(crate) fn set(&self, name: &str, value: &str) -> Result<()> {
        let mut file = self.file(name, OFlags::WRONLY | OFlags::TRUNC)?;
        file.write_all(value.as_bytes())
            .about(&self.path.join(name))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        rustix::fs::accessat(
            &self.descriptor,
            name,
            rustix::fs::Access::EXISTS,
            AtFlags::empty(),
        )
        .is_ok()
    }

    /// Makes a folder; one that is there is as good.
    pub(crate) fn make(&self, name: &str) -> Result<()> {
        match rustix::fs::mkdirat(&self.descriptor, name, Mode::from_raw_mode(0o750)) {
            Ok(()) | Err(Errno::EXIST) => Ok(()),
            Err(error) => Err(io::Error::from(error)).about(&self.path.join(name)),
        }
    }

    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        let removed = rustix::fs::unlinkat(&self.descriptor, name, AtFlags::REMOVEDIR);
        removed.about(&self.path.join(name))
    }

    /// The names in it.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let listed = rustix::fs::openat(&self.descriptor, ".", flags, Mode::empty());
        let mut entries = listed.and_then(rustix::fs::Dir::new).about(&self.path)?;
        let mut names = Vec::new();
        while let Some(entry) = entries.read() {
            let entry = entry.about(&self.path)?;
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
        names.retain(|name| name != "." && name != "..");
        names.sort();
        Ok(names)
    }

    pub(crate) fn failure(&self, name: &str, what: &str) -> Failure {
        Failure::new(format!("{}: {what}", self.path.join(name).display()))
    }
}

/// In large pieces: some files of tracefs end with the first `read()`, however short
/// (`show_header()` in `kernel/trace/trace_events.c`).
fn whole(mut file: impl Read) -> io::Result<Vec<u8>> {
    let (mut all, mut piece) = (Vec::new(), vec![0; PIECE]);
    while all.len() < LARGEST {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => all.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_can_be_read_only_once_is_read_as_a_whole() {
        struct Once(&'static [u8]);
        impl Read for Once {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let length = std::mem::take(&mut self.0).read(buffer)?;
                Ok(length)
            }
        }
        assert_eq!(whole(Once(&[7; 4000])).unwrap(), [7; 4000]);
    }
}
