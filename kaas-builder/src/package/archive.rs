// SPDX-License-Identifier: Apache-2.0
//! Archives whose bytes depend on nothing but the files in them: sorted, of root, with the
//! time of the source.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use super::Parts;
use crate::compile;
use crate::harvest;
use crate::trouble::{About as _, Result};

/// An archive that grows.
pub(super) struct Archive<W: Write> {
    builder: Builder<W>,
    epoch: u64,
}

impl<W: Write> Archive<W> {
    pub(super) fn new(to: W, epoch: u64) -> Self {
        let builder = Builder::new(to);
        Self { builder, epoch }
    }

    /// A folder, with those above it left to the caller.
    pub(super) fn folder(&mut self, name: &str) -> io::Result<()> {
        let header = self.header(EntryType::Directory, 0, 0o755);
        self.builder
            .append_data(&mut header.clone(), format!("{name}/"), io::empty())
    }

    pub(super) fn bytes(&mut self, name: &str, mode: u32, bytes: &[u8]) -> io::Result<()> {
        let mut header = self.header(EntryType::Regular, bytes.len() as u64, mode);
        self.builder.append_data(&mut header, name, bytes)
    }

    pub(super) fn file(&mut self, name: &str, file: &File) -> io::Result<()> {
        let mut header = self.header(EntryType::Regular, file.metadata()?.len(), 0o644);
        self.builder.append_data(&mut header, name, file)
    }

    pub(super) fn finish(self) -> io::Result<W> {
        self.builder.into_inner()
    }

    fn header(&self, kind: EntryType, size: u64, mode: u32) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(mode);
        header.set_mtime(self.epoch);
        header.set_uid(0);
        header.set_gid(0);
        header
    }
}

/// Compressed without a name or a time of its own.
pub(super) fn gzip<W: Write>(to: W) -> flate2::write::GzEncoder<W> {
    GzBuilder::new().mtime(0).write(to, Compression::default())
}

/// Adds all below `folder`, under `prefix`, with the folders on the way.
pub(super) fn add_all<W: Write>(
    archive: &mut Archive<W>,
    (folder, prefix): (&Path, &str),
) -> Result<()> {
    let mut last = String::new();
    for name in harvest::files(folder)? {
        let file = harvest::open(folder, &name)?;
        let name = format!("{prefix}{}", name.display());
        for parent in new_folders(&last, &name) {
            archive.folder(parent).about(folder)?;
        }
        archive.file(&name, &file).about(folder)?;
        last = name;
    }
    Ok(())
}

/// The folders of `name` that are not those of `last`, from the top.
fn new_folders<'n>(last: &str, name: &'n str) -> Vec<&'n str> {
    let ends = name.match_indices('/').map(|(at, _)| at);
    let folders = ends.filter_map(|at| name.get(..at));
    let is_known = |folder: &str| {
        last.strip_prefix(folder)
            .is_some_and(|it| it.starts_with('/'))
    };
    folders
        .filter(|it| !it.is_empty() && *it != "." && !is_known(it))
        .collect()
}

/// `modules.tar.gz`: `lib/modules/RELEASE`.
pub(super) fn modules(parts: &Parts<'_>) -> Result<()> {
    let path = parts.at.join("modules.tar.gz");
    let file = File::create(&path).about(&path)?;
    let mut archive = Archive::new(gzip(file), parts.compiled.recipe.epoch);
    add_all(&mut archive, (&parts.products.join(compile::MODULES), ""))?;
    let gzip = archive.finish().about(&path)?;
    gzip.finish().about(&path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_comes_once_and_before_what_is_in_it() {
        assert_eq!(new_folders("", "./a/b/c"), ["./a", "./a/b"]);
        assert_eq!(new_folders("a/b/c", "a/b/d"), Vec::<&str>::new());
        assert_eq!(new_folders("a/b/c", "a/bc/d"), ["a/bc"]);
    }
}
