// SPDX-License-Identifier: Apache-2.0
//! The files that the agent downloaded. Its folder is its own, so what is in it may be anything
//! and may change at any time: what counts is the digest of the bytes that were really used.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use kaas_types::release::{Release, Role};
use ring::digest::{Context, SHA256};
use rustix::fs::{CWD, Mode, OFlags};

use super::archive;
use super::machine::Machine;
use super::request::{MissingFile, STAGING};
use super::trust::hexadecimal;
use crate::failure::{About as _, Failure, Result};

/// A file of a release whose bytes are digested while they are read.
pub(super) struct Staged {
    file: io::Take<File>,
    path: PathBuf,
    digest: Context,
    sha256: String,
    /// Of the bytes that are still to come.
    left: u64,
}

impl Staged {
    /// Refuses what is no plain file, or of another size.
    pub(super) fn open(machine: &Machine, file: &kaas_types::release::File) -> Result<Self> {
        let path = machine.layout.at(STAGING).join(&file.sha256);
        let opened = open(&path)?;
        let metadata = opened.metadata().about(&path)?;
        if !metadata.is_file() || metadata.len() != file.size {
            let (name, length) = (&file.name, metadata.len());
            let message = format!("{name} has {length} bytes of {}: truncated?", file.size);
            return Err(Failure::new(message));
        }
        Ok(Self {
            file: opened.take(file.size),
            path,
            digest: Context::new(&SHA256),
            sha256: file.sha256.clone(),
            left: file.size,
        })
    }

    /// An error unless everything was read, and was what the release says.
    pub(super) fn finish(self) -> Result<()> {
        let digest = hexadecimal(self.digest.finish().as_ref());
        if self.left == 0 && digest == self.sha256 {
            return Ok(());
        }
        let message = format!("{}: not the content that was signed", self.path.display());
        Err(Failure::new(message))
    }
}

impl Read for Staged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.digest.update(&buffer[..count]);
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}

fn open(path: &Path) -> Result<File> {
    // Neither follows a link nor waits for the other end of a pipe.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    rustix::fs::openat(CWD, path, flags, Mode::empty())
        .map(File::from)
        .about(path)
}

/// Those that are not there, or in another size.
pub(super) fn missing(machine: &Machine, release: &Release) -> Vec<MissingFile> {
    let files = release.files.iter();
    let missing = files.filter(|file| Staged::open(machine, file).is_err());
    let missing = missing.map(|file| MissingFile {
        sha256: file.sha256.clone(),
        size: file.size,
    });
    missing.collect()
}

/// Reads all of them once, before anything is touched.
pub(super) fn verify(machine: &Machine, release: &Release) -> Result<()> {
    for file in &release.files {
        let mut staged = Staged::open(machine, file)?;
        if file.role() == Ok(Role::Modules) {
            archive::read(&mut staged, |_, _| Ok(()))?;
        } else {
            io::copy(&mut staged, &mut io::sink()).about(&staged.path.clone())?;
        }
        staged.finish()?;
    }
    Ok(())
}
