// SPDX-License-Identifier: Apache-2.0
//! What was found out about a kernel tree, kept for the next time: `CACHE/model/`.
//!
//! Something kept is used only where all that it was made from is the same: what it was asked
//! for, and the content of every file and folder that was read. Whatever is damaged, of
//! another program, or can't be read or written is as if it weren't there.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

mod digest;
mod envelope;
mod reads;
mod stamp;

pub use digest::Digest;
pub use reads::{Contents, Reader, Reads};
pub use stamp::Stamp;

use digest::Hasher;

/// So many things are kept; more than that, and the oldest goes.
const MOST_KEPT: usize = 64;

/// The folder for what can be made again.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    /// Another build of the program may find out something else.
    program: Option<String>,
}

/// The place of one thing about one tree.
#[derive(Clone, Debug)]
pub struct Slot {
    folder: PathBuf,
    tree: PathBuf,
    /// What it is, and what it was asked for.
    key: Digest,
}

/// Something kept, and what it was made from.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    contents: Contents,
    value: T,
}

/// Where something kept was last found to be that of a tree.
#[derive(Serialize, Deserialize)]
struct Seen {
    file: String,
    stamps: Vec<Option<Stamp>>,
}

impl Cache {
    /// A cache below a folder, which is made when something is kept. `program` is the file
    /// of the running program.
    pub fn new(folder: &Path, program: Option<&Path>) -> Self {
        Self {
            folder: folder.join("model"),
            program: program.and_then(Stamp::of).map(Stamp::of_program),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The place of `what` about a tree; `inputs` is all that it depends on beside the tree.
    pub fn slot(&self, tree: &Path, what: &str, inputs: &[&[u8]]) -> Slot {
        let mut hasher = Hasher::default();
        hasher.add(what.as_bytes());
        hasher.add(self.program.as_deref().unwrap_or_default().as_bytes());
        for input in inputs {
            hasher.add(input);
        }
        Slot {
            folder: self.folder.clone(),
            tree: fs::canonicalize(tree).unwrap_or_else(|_| tree.to_owned()),
            key: hasher.digest(),
        }
    }

    /// How many bytes are kept.
    pub fn size(&self) -> u64 {
        let files = files(&self.folder).into_iter();
        files.map(|(_, about)| about.len()).sum()
    }
}

impl Slot {
    /// What is kept, if it is that of the tree as it is now, and what was read for it.
    pub fn find<T: DeserializeOwned>(&self) -> Option<(T, Contents)> {
        self.seen_before().or_else(|| self.of_another_tree())
    }

    /// Keeps what was made from `reads`, which began at `since`. Where a file changed
    /// meanwhile, nothing is kept. `before` is what it was grown from.
    pub fn keep(
        &self,
        value: &impl Serialize,
        (reads, since): (&Reads, SystemTime),
        before: Option<Contents>,
    ) {
        let Some((contents, stamps)) = Contents::of(&self.tree, reads, since, before) else {
            return;
        };
        let file = format!("{}-{}", self.key, contents.digest());
        if envelope::write(&self.folder.join(&file), &Kept { contents, value }).is_ok() {
            self.note(file, stamps);
        }
        prune(&self.folder);
    }

    /// What was kept of the tree, by whatever way. Who asks checks whether it still holds.
    pub fn find_unchecked<T: DeserializeOwned>(&self) -> Option<T> {
        envelope::read(&self.seen())
    }

    /// Keeps what is checked by who asks for it.
    pub fn keep_unchecked(&self, value: &impl Serialize) {
        let _ = envelope::write(&self.seen(), value);
        prune(&self.folder);
    }

    /// What the tree had the last time; files that were touched since are read.
    fn seen_before<T: DeserializeOwned>(&self) -> Option<(T, Contents)> {
        let seen: Seen = envelope::read(&self.seen())?;
        // A name that this program wrote has no folders in it.
        if seen.file.contains('/') {
            return None;
        }
        let kept: Kept<T> = envelope::read(&self.folder.join(&seen.file))?;
        let now = kept.contents.stamps(&self.tree);
        if now != seen.stamps {
            if !kept.contents.still_hold(&self.tree, &seen.stamps, &now) {
                return None;
            }
            self.note(seen.file, now);
        }
        Some((kept.value, kept.contents))
    }

    /// What another tree had, if this one has the same content.
    fn of_another_tree<T: DeserializeOwned>(&self) -> Option<(T, Contents)> {
        let prefix = format!("{}-", self.key);
        let mut candidates: Vec<String> = files(&self.folder)
            .into_iter()
            .map(|(name, _)| name)
            .filter(|name| name.starts_with(&prefix))
            .collect();
        candidates.sort();
        for file in candidates {
            let Some(kept) = envelope::read::<Kept<T>>(&self.folder.join(&file)) else {
                continue;
            };
            let stamps = kept.contents.stamps(&self.tree);
            if kept.contents.still_hold(&self.tree, &[], &stamps) {
                self.note(file, stamps);
                return Some((kept.value, kept.contents));
            }
        }
        None
    }

    fn note(&self, file: String, stamps: Vec<Option<Stamp>>) {
        let _ = envelope::write(&self.seen(), &Seen { file, stamps });
    }

    fn seen(&self) -> PathBuf {
        let tree = Digest::of(self.tree.as_os_str().as_encoded_bytes());
        self.folder.join(format!("{}.{tree}", self.key))
    }
}

/// The files of a folder.
fn files(folder: &Path) -> Vec<(String, fs::Metadata)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter_map(|entry| {
        let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((entry.file_name().into_string().ok()?, about))
    });
    files.collect()
}

/// Takes away what has not been written for the longest time, where there is too much.
fn prune(folder: &Path) {
    let mut all = files(folder);
    all.sort_by_key(|(_, about)| std::cmp::Reverse(about.modified().ok()));
    for (name, _) in all.iter().skip(MOST_KEPT) {
        let _ = fs::remove_file(folder.join(name));
    }
}
