// SPDX-License-Identifier: Apache-2.0
//! Every change that a deployment makes to a file system, so that a test can let the power fail
//! at each. When an operation returns, what it did outlasts a power cut.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, IFlags, RenameFlags};

use crate::failure::{About as _, Result};

/// The operations.
pub(crate) trait Disk {
    /// A folder whose parent is there.
    fn make_folder(&mut self, path: &Path) -> Result<()>;
    /// A new file; never one in place of another.
    fn create(&mut self, path: &Path, from: &mut dyn Read) -> Result<()>;
    /// A file with this content, or as it was: nothing in between.
    fn replace(&mut self, path: &Path, content: &[u8]) -> Result<()>;
    /// Writes over the blocks that a file has, which stay where they are. May tear.
    fn overwrite(&mut self, path: &Path, content: &[u8]) -> Result<()>;
    /// Another name; never that of something which is there.
    fn rename(&mut self, from: &Path, to: &Path) -> Result<()>;
    /// Removes a file, or a folder with all that is in it. What isn't there is removed.
    fn remove(&mut self, path: &Path) -> Result<()>;
    /// Makes what other programs wrote outlast a power cut.
    fn sync(&mut self) -> Result<()>;
    /// Sets a variable of the firmware: attributes and value as efivarfs takes them.
    fn set_variable(&mut self, path: &Path, content: &[u8]) -> Result<()>;
}

/// The real one.
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn make_folder(&mut self, path: &Path) -> Result<()> {
        fs::create_dir(path)
            .and_then(|()| sync_parent(path))
            .about(path)
    }

    fn create(&mut self, path: &Path, from: &mut dyn Read) -> Result<()> {
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o644)
            .open(path)
            .about(path)?;
        let copied = io::copy(from, &mut file).and_then(|_| file.sync_all());
        copied.and_then(|()| sync_parent(path)).about(path)
    }

    fn replace(&mut self, path: &Path, content: &[u8]) -> Result<()> {
        replace(path, content)
            .inspect_err(|_| drop(fs::remove_file(beside(path))))
            .about(path)
    }

    fn overwrite(&mut self, path: &Path, content: &[u8]) -> Result<()> {
        let opened = OpenOptions::new().write(true).open(path);
        let written = opened.and_then(|mut file| {
            file.rewind()?;
            file.write_all(content)?;
            file.sync_all()
        });
        written.about(path)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<()> {
        rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).about(to)?;
        sync_parent(to).about(to)
    }

    fn remove(&mut self, path: &Path) -> Result<()> {
        let removed = match fs::symlink_metadata(path) {
            Ok(there) if there.is_dir() => fs::remove_dir_all(path),
            Ok(_) => {
                make_mutable(path);
                fs::remove_file(path)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => Err(error),
        };
        removed.and_then(|()| sync_parent(path)).about(path)
    }

    fn sync(&mut self) -> Result<()> {
        rustix::fs::sync();
        Ok(())
    }

    fn set_variable(&mut self, path: &Path, content: &[u8]) -> Result<()> {
        make_mutable(path);
        let mut options = OpenOptions::new();
        let opened = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .open(path);
        // The kernel takes a variable in one write, or not at all.
        opened
            .and_then(|mut file| file.write_all(content))
            .about(path)
    }
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mode = fs::metadata(path).map_or(0o644, |there| there.permissions().mode());
    let new = beside(path);
    let mut file = File::create(&new)?;
    file.set_permissions(Permissions::from_mode(mode & 0o7777))?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_parent(path)
}

/// Where the new content of a file is until it is complete.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.kaas-new"))
}

fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// Variables that the kernel doesn't know are immutable until somebody means it.
fn make_mutable(path: &Path) {
    if let Ok(file) = File::open(path)
        && let Ok(flags) = rustix::fs::ioctl_getflags(&file)
        && flags.contains(IFlags::IMMUTABLE)
    {
        let _ = rustix::fs::ioctl_setflags(&file, flags - IFlags::IMMUTABLE);
    }
}
