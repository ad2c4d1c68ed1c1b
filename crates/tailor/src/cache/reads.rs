// SPDX-License-Identifier: Apache-2.0
//! What was read of a tree, and whether it still is what it was. A file that was looked for
//! and not there counts as much as one that was.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::digest::{Digest, Hasher};
use super::stamp::Stamp;

/// Paths relative to a tree.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    pub files: BTreeSet<String>,
    /// Folders of which the names in them were asked for.
    pub folders: BTreeSet<String>,
}

/// Reads a tree for `locate`, and notes what.
pub struct Reader {
    tree: PathBuf,
    reads: Mutex<Reads>,
}

impl Reader {
    pub fn new(tree: &Path) -> Self {
        Self {
            tree: tree.to_owned(),
            reads: Mutex::default(),
        }
    }

    /// What was read.
    pub fn reads(&self) -> Reads {
        let reads = self.reads.lock();
        reads.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, path: &str, of: impl Fn(&mut Reads) -> &mut BTreeSet<String>) {
        let mut reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        let set = of(&mut reads);
        if !set.contains(path) {
            set.insert(path.to_owned());
        }
    }
}

impl locate::Files for Reader {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.note(path, |reads| &mut reads.files);
        fs::read(self.tree.join(path)).ok()
    }

    fn list(&self, directory: &str) -> Vec<String> {
        self.note(directory, |reads| &mut reads.folders);
        names(&self.tree.join(directory)).unwrap_or_default()
    }
}

fn names(folder: &Path) -> Option<Vec<String>> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    Some(names.collect())
}

/// The content of all that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    files: BTreeMap<String, Option<Digest>>,
    folders: BTreeMap<String, Option<Digest>>,
}

impl Contents {
    /// The content of what was read since a moment, and its stamps; `None` where something
    /// may have changed meanwhile. What is in `before` is known, and was not read again.
    pub(super) fn of(
        tree: &Path,
        reads: &Reads,
        since: SystemTime,
        before: Option<Self>,
    ) -> Option<(Self, Vec<Option<Stamp>>)> {
        let mut contents = before.unwrap_or_default();
        for path in &reads.files {
            let digest = || file(&tree.join(path));
            contents.files.entry(path.clone()).or_insert_with(digest);
        }
        for path in &reads.folders {
            let digest = || folder(&tree.join(path));
            contents.folders.entry(path.clone()).or_insert_with(digest);
        }
        let stamps = contents.stamps(tree);
        let has_changed = |stamp: &Stamp| stamp.may_be_later(since);
        let is_quiet = !stamps.iter().flatten().any(has_changed);
        is_quiet.then_some((contents, stamps))
    }

    /// Of every file and folder, in order.
    pub(super) fn stamps(&self, tree: &Path) -> Vec<Option<Stamp>> {
        let paths = self.files.keys().chain(self.folders.keys());
        paths.map(|path| Stamp::of(&tree.join(path))).collect()
    }

    /// Whether the content of what has other stamps than before is the same. All is read of
    /// which no stamp is known.
    pub(super) fn still_hold(
        &self,
        tree: &Path,
        before: &[Option<Stamp>],
        now: &[Option<Stamp>],
    ) -> bool {
        let is_known = before.len() == now.len();
        let touched = |at: usize| !is_known || before.get(at) != now.get(at);
        let mut files = self.files.iter().enumerate();
        let mut folders = (self.files.len()..).zip(&self.folders);
        files.all(|(at, (path, digest))| !touched(at) || file(&tree.join(path)) == *digest)
            && folders
                .all(|(at, (path, digest))| !touched(at) || folder(&tree.join(path)) == *digest)
    }

    /// Of all of it.
    pub(super) fn digest(&self) -> Digest {
        let mut hasher = Hasher::default();
        for (path, digest) in self.files.iter().chain(&self.folders) {
            hasher.add(path.as_bytes());
            hasher.add(format!("{digest:?}").as_bytes());
        }
        hasher.digest()
    }
}

fn file(path: &Path) -> Option<Digest> {
    Some(Digest::of(&fs::read(path).ok()?))
}

fn folder(path: &Path) -> Option<Digest> {
    let mut names = names(path)?;
    names.sort();
    let mut hasher = Hasher::default();
    for name in names {
        hasher.add(name.as_bytes());
    }
    Some(hasher.digest())
}
