// SPDX-License-Identifier: Apache-2.0
//! What single sources say, whatever is configured: each read once, and not again while its
//! stamp is the same.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, Slot, Stamp};
use crate::pipeline::summary;
use crate::registry::{Named, named};

/// What one source says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub lines: u64,
    /// Bodies of functions: braces that open alone on a line (the kernel's
    /// `Documentation/process/coding-style.rst`, 3).
    pub functions: u64,
    /// The sources (not headers) that it includes, as it names them.
    pub includes: Vec<String>,
    /// The names that it gives to structures.
    pub names: Vec<Named>,
}

/// A source, and its stamp where it stands for the content.
type Known = (Option<Stamp>, Rc<Source>);

/// What the sources of one tree say.
pub struct Facts {
    tree: PathBuf,
    slot: Option<Slot>,
    /// What was kept; it may be of a file that has changed.
    kept: HashMap<String, (Stamp, Source)>,
    /// Those that were asked for.
    known: RefCell<BTreeMap<String, Known>>,
    /// Whether any of them had to be read.
    has_more: Cell<bool>,
}

impl Facts {
    pub fn new(tree: &Path, cache: Option<&Cache>) -> Self {
        let slot = cache.map(|cache| cache.slot(tree, "sources", &[]));
        let kept = slot.as_ref().and_then(Slot::find_unchecked);
        Self {
            tree: tree.to_owned(),
            slot,
            kept: kept.unwrap_or_default(),
            known: RefCell::default(),
            has_more: Cell::default(),
        }
    }

    /// What a source of the tree says; nothing where it can't be read.
    pub fn of(&self, path: &str) -> Rc<Source> {
        if let Some((_, source)) = self.known.borrow().get(path) {
            return Rc::clone(source);
        }
        let (stamp, source) = self.look_up(path);
        let source = Rc::new(source);
        let entry = (stamp, Rc::clone(&source));
        self.known.borrow_mut().insert(path.to_owned(), entry);
        source
    }

    fn look_up(&self, path: &str) -> (Option<Stamp>, Source) {
        let file = self.tree.join(path);
        let stamp = Stamp::of(&file);
        let kept = self.kept.get(path);
        if let Some((_, source)) = kept.filter(|(before, _)| Some(*before) == stamp) {
            return (stamp, source.clone());
        }
        self.has_more.set(true);
        let bytes = fs::read(&file).unwrap_or_default();
        // Of a file in motion, nobody knows what the stamp is of.
        let now = SystemTime::now();
        let stamp = stamp.filter(|stamp| !stamp.may_be_later(now));
        (
            stamp.filter(|it| Stamp::of(&file) == Some(*it)),
            read(&bytes),
        )
    }

    /// Keeps what was asked for, beside what was kept before.
    pub fn keep(&self) {
        let Some(slot) = self.slot.as_ref().filter(|_| self.has_more.replace(false)) else {
            return;
        };
        let known = self.known.borrow();
        let known = known
            .iter()
            .filter_map(|(path, (stamp, source))| Some((path, ((*stamp)?, &**source))));
        let mut all: BTreeMap<&String, (Stamp, &Source)> = self
            .kept
            .iter()
            .map(|(path, (stamp, source))| (path, (*stamp, source)))
            .collect();
        all.extend(known);
        slot.keep_unchecked(&all);
    }
}

fn read(bytes: &[u8]) -> Source {
    Source {
        lines: memchr::memchr_iter(b'\n', bytes).count() as u64,
        functions: memchr::memmem::find_iter(bytes, b"\n{\n").count() as u64,
        includes: summary::included(bytes),
        names: named(bytes),
    }
}
