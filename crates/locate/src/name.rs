// SPDX-License-Identifier: Apache-2.0
//! Interned texts: identifiers, numbers and strings of C, each once.

use std::sync::Mutex;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// An interned text; equal texts of the same [`Names`] have equal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Name(pub(crate) u32);

impl Name {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What knows the texts of names.
pub(crate) trait Texts {
    fn text(&self, name: Name) -> &str;
}

/// All texts, in the order in which they were first seen.
#[derive(Debug, Default)]
pub(crate) struct Names {
    ids: FxHashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Names {
    /// The names that have these texts, in this order.
    pub(crate) fn of(texts: Vec<Box<str>>) -> Self {
        let ids = texts.iter().cloned().zip(0..).collect();
        Self { ids, texts }
    }

    pub(crate) fn into_texts(self) -> Vec<Box<str>> {
        self.texts
    }

    pub(crate) fn intern(&mut self, text: &str) -> Name {
        if let Some(&id) = self.ids.get(text) {
            return Name(id);
        }
        let id = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.into());
        self.ids.insert(text.into(), id);
        Name(id)
    }

    pub(crate) fn find(&self, text: &str) -> Option<Name> {
        self.ids.get(text).map(|&id| Name(id))
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }
}

impl Texts for Names {
    fn text(&self, name: Name) -> &str {
        self.texts.get(name.index()).map_or("", |text| text)
    }
}

/// Names while several threads scan: what a file has used before needs no lock.
pub(crate) struct Interner<'n, 't> {
    shared: &'n Mutex<Names>,
    known: FxHashMap<&'t str, Name>,
}

impl<'n, 't> Interner<'n, 't> {
    pub(crate) fn new(shared: &'n Mutex<Names>) -> Self {
        Self {
            shared,
            known: FxHashMap::default(),
        }
    }

    pub(crate) fn intern(&mut self, text: &'t str) -> Name {
        let shared = self.shared;
        *self.known.entry(text).or_insert_with(|| {
            let mut names = shared
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            names.intern(text)
        })
    }
}

/// Frozen names, and those that one translation unit makes by pasting.
pub(crate) struct Overlay<'n> {
    base: &'n Names,
    own: Names,
}

impl<'n> Overlay<'n> {
    pub(crate) fn new(base: &'n Names) -> Self {
        Self {
            base,
            own: Names::default(),
        }
    }

    /// The texts that are not those of the frozen names.
    pub(crate) fn into_own(self) -> Vec<Box<str>> {
        self.own.into_texts()
    }

    pub(crate) fn intern(&mut self, text: &str) -> Name {
        if let Some(name) = self.base.find(text) {
            return name;
        }
        let Name(own) = self.own.intern(text);
        let base = u32::try_from(self.base.len()).unwrap_or(u32::MAX);
        Name(base.saturating_add(own))
    }
}

impl Texts for Overlay<'_> {
    fn text(&self, name: Name) -> &str {
        match name.index().checked_sub(self.base.len()) {
            Some(own) => self.own.text(Name(u32::try_from(own).unwrap_or(u32::MAX))),
            None => self.base.text(name),
        }
    }
}
