// SPDX-License-Identifier: Apache-2.0
//! The files that some translation units may include, each scanned once.

mod load;
mod program;
mod search;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::definition::Keywords;
use crate::expression::Words;
use crate::macros::MacroId;
use crate::name::Names;
use crate::scan::{Include, Macro, Scan};
use crate::token::Token;

pub(crate) use load::{CONFIGURATION, Loader};
pub(crate) use program::{Program, Step};
pub(crate) use search::{Search, SearchId};

/// A file of a [`Corpus`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct FileId(pub(crate) u32);

impl FileId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where `#include` leads.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    File(FileId),
    /// It depends on the unit's search path, see [`Corpus::elsewhere`].
    Elsewhere(Box<str>),
    /// It depends on macros.
    Computed,
}

pub(crate) struct File {
    pub(crate) path: Box<str>,
    pub(crate) scan: Scan,
    /// Where each of the scan's includes leads.
    pub(crate) targets: Vec<Target>,
    pub(crate) program: Program,
}

/// All files, and what is known of the names in them.
pub(crate) struct Corpus {
    pub(crate) names: Names,
    pub(crate) files: Vec<File>,
    pub(crate) paths: FxHashMap<Box<str>, FileId>,
    pub(crate) keywords: Keywords,
    pub(crate) words: Words,
    search: Search,
    /// Symbols whose macros are not those of the configuration alone.
    pub(crate) made: FxHashSet<Box<str>>,
}

impl Corpus {
    pub(crate) fn definition(&self, id: MacroId) -> Option<(&Macro, &[Token])> {
        let scan = &self.files.get(id.file as usize)?.scan;
        let definition = scan.macros.get(id.number as usize)?;
        Some((definition, scan.body(&definition.body)))
    }

    /// The file of this name in the directories that a unit adds.
    pub(crate) fn elsewhere(&self, search: SearchId, name: &str) -> Option<FileId> {
        let directories = self.search.further(search).iter();
        let mut paths = directories.filter_map(|directory| search::join(directory, name));
        paths.find_map(|path| self.loaded(&path))
    }

    /// Where an include leads that is known only now.
    pub(crate) fn resolve(
        &self,
        from: &str,
        include: &Include,
        search: SearchId,
    ) -> Option<FileId> {
        let common = self.search.common(from, include);
        let found = common.iter().find_map(|path| self.loaded(path));
        found.or_else(|| match include {
            Include::Quoted(name) | Include::Angled(name) => self.elsewhere(search, name),
            Include::Computed(_) => None,
        })
    }

    /// Whether a file is in the tree, and not empty.
    pub(crate) fn has_text(&self, path: &str) -> bool {
        self.loaded(path).is_some()
    }

    /// A file of the corpus that is not empty.
    fn loaded(&self, path: &str) -> Option<FileId> {
        let id = *self.paths.get(path)?;
        let file = self.files.get(id.index())?;
        (!file.scan.events.is_empty()).then_some(id)
    }
}
