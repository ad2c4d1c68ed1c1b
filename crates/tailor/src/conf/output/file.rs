// SPDX-License-Identifier: Apache-2.0
//! Files put in place as a whole: written beside their place, then renamed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use kconfig::text;

use tailor::host::path;

/// Makes the folders above the file `name` (scripts/kconfig/confdata.c: `make_parent_dir()`).
pub(super) fn make_parents(name: &str) -> io::Result<()> {
    match name.rfind('/') {
        Some(end) => DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(path(&name[..=end])),
        None => Ok(()),
    }
}

/// Creates or empties a file.
pub(super) fn create(name: &str) -> io::Result<File> {
    File::create(path(name))
}

/// Writes a decoded text as the bytes it stands for.
pub(super) fn write(mut file: File, content: &str) -> io::Result<()> {
    file.write_all(&text::encode(content))
}

pub(super) fn rename(from: &str, to: &str) -> io::Result<()> {
    fs::rename(path(from), path(to))
}

pub(super) fn remove(name: &str) -> io::Result<()> {
    fs::remove_file(path(name))
}

/// Creates or empties a file that only its time of change matters of.
pub(super) fn touch(name: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o644)
        .open(path(name))
        .map(|_| ())
}

pub(super) fn exists(name: &str) -> bool {
    path(name).exists()
}

pub(super) fn is_folder(name: &str) -> bool {
    path(name).is_dir()
}

/// Whether both files can be read and hold the same bytes, and any at all.
pub(super) fn are_same(one: &str, other: &str) -> bool {
    let read = |name: &str| {
        fs::read(Path::new(&path(name)))
            .ok()
            .filter(|bytes| !bytes.is_empty())
    };
    read(one).is_some_and(|bytes| read(other).is_some_and(|others| bytes == others))
}

/// The system's words for an error, as `perror()` prints them.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.find(" (os error")
        .map_or(text.clone(), |end| text[..end].to_owned())
}
