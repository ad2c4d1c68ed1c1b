// SPDX-License-Identifier: Apache-2.0
//! The kernel tree: the only door to files. It reads below one root, and nothing else.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Error, Place};

/// No file of a kernel tree that describes the build comes near this size.
const MAXIMUM_SIZE: usize = 8 << 20;

/// A kernel source tree, read lazily and remembered. Paths are relative to its
/// root; `.` and `..` are resolved as text, and nothing above the root exists.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    directories: RefCell<FxHashMap<String, Option<Rc<FxHashSet<String>>>>>,
    /// The files that were read, or looked for.
    files: RefCell<BTreeSet<String>>,
}

impl Tree {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            directories: RefCell::default(),
            files: RefCell::default(),
        }
    }

    /// Whether a file or directory has this path.
    pub fn exists(&self, path: &str) -> bool {
        let Some(path) = normal(path) else {
            return false;
        };
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let entries = self.entries(directory);
        entries.is_some_and(|entries| name.is_empty() || entries.contains(name))
    }

    pub fn is_directory(&self, path: &str) -> bool {
        normal(path).is_some_and(|path| self.entries(&path).is_some())
    }

    /// The names in a directory, sorted; empty where there is none.
    pub fn list(&self, path: &str) -> Vec<String> {
        let entries = normal(path).and_then(|path| self.entries(&path));
        let mut names: Vec<String> = entries
            .map(|entries| entries.iter().cloned().collect())
            .unwrap_or_default();
        names.sort_unstable();
        names
    }

    /// The content of a file; bytes that are not UTF-8 are replaced.
    pub fn read(&self, path: &str, from: &Place) -> Result<String, Error> {
        let unreadable = |cause| Error::Unreadable {
            place: from.clone(),
            path: path.to_owned(),
            cause,
        };
        let inside = normal(path)
            .ok_or_else(|| unreadable(std::io::Error::other("the path leaves the tree")))?;
        self.files.borrow_mut().insert(inside.clone().into_owned());
        let file = std::fs::File::open(self.root.join(&*inside)).map_err(unreadable)?;
        let mut bytes = Vec::with_capacity(size(&file));
        file.take(MAXIMUM_SIZE as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        if bytes.len() > MAXIMUM_SIZE {
            let line = bytes.split(|byte| *byte == b'\n').count();
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            let place = Place {
                file: path.into(),
                line,
            };
            return Err(Error::TooLarge {
                place,
                limit: MAXIMUM_SIZE,
            });
        }
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// All that anything was found out from: the files that were read, and the directories
    /// that were listed. Some of them are not there.
    pub fn reads(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let directories = self.directories.borrow().keys().cloned().collect();
        (self.files.borrow().clone(), directories)
    }

    fn entries(&self, directory: &str) -> Option<Rc<FxHashSet<String>>> {
        if let Some(known) = self.directories.borrow().get(directory) {
            return known.clone();
        }
        let found = std::fs::read_dir(self.root.join(directory))
            .ok()
            .map(|entries| {
                Rc::new(
                    entries
                        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                        .collect::<FxHashSet<String>>(),
                )
            });
        self.directories
            .borrow_mut()
            .insert(directory.to_owned(), found.clone());
        found
    }
}

/// How much of a file may be read; a guess where that isn't known.
fn size(file: &std::fs::File) -> usize {
    let length = file.metadata().map_or(0, |about| about.len());
    usize::try_from(length).map_or(MAXIMUM_SIZE, |length| length.min(MAXIMUM_SIZE))
}

/// [`normalize`], without a copy where the path is normal.
pub fn normal(path: &str) -> Option<Cow<'_, str>> {
    let mut before = b'/';
    let mut odd = path.ends_with('/');
    for byte in path.bytes() {
        // A part that is empty, or starts with a dot.
        odd |= before == b'/' && matches!(byte, b'/' | b'.');
        before = byte;
    }
    if odd {
        normalize(path).map(Cow::from)
    } else {
        Some(path.into())
    }
}

/// A relative path without `.`, `..` and double slashes; none above the root.
pub fn normalize(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}
