// SPDX-License-Identifier: Apache-2.0
//! Interned strings: a word of a Makefile is a number, compared and hashed as one.

mod mark;

use std::hash::BuildHasher;
use std::rc::Rc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::table::Table;
use mark::Marks;

/// A string known to one [`Texts`]; equal strings have equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(u32);

impl Text {
    /// The empty string, in every [`Texts`].
    pub const EMPTY: Self = Self(0);
}

#[derive(Debug)]
struct Known {
    content: Rc<str>,
    marks: Marks,
}

/// The strings of one evaluation. They are never forgotten.
#[derive(Debug)]
pub struct Texts {
    all: Vec<Known>,
    by_content: Table,
    /// What [`Self::compose`] writes to.
    draft: String,
    split: FxHashMap<Text, Rc<[Text]>>,
}

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Self {
            all: Vec::new(),
            by_content: Table::default(),
            draft: String::new(),
            split: FxHashMap::default(),
        };
        texts.intern("");
        texts
    }
}

impl Texts {
    pub fn intern(&mut self, content: &str) -> Text {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let hash = FxBuildHasher.hash_one(content);
        let all = &self.all;
        let is = |number: u32| &*all[number as usize].content == content;
        let number = self.by_content.find_or_insert(hash, next, is);
        if number == next {
            self.all.push(Known {
                content: content.into(),
                marks: Marks::of(content),
            });
        }
        Text(number)
    }

    /// Interns what `write` writes, without memory of its own.
    pub fn compose(&mut self, write: impl FnOnce(&Self, &mut String)) -> Text {
        let mut draft = std::mem::take(&mut self.draft);
        draft.clear();
        write(self, &mut draft);
        let text = self.intern(&draft);
        self.draft = draft;
        text
    }

    /// The words of a text, which white space separates.
    pub fn split(&mut self, text: Text) -> Rc<[Text]> {
        if let Some(known) = self.split.get(&text) {
            return Rc::clone(known);
        }
        let content = self.get(text);
        let pieces = content.split_ascii_whitespace();
        let words: Rc<[Text]> = pieces.map(|piece| self.intern(piece)).collect();
        self.split.insert(text, Rc::clone(&words));
        words
    }

    /// The number of a string that was seen before.
    pub fn find(&self, content: &str) -> Option<Text> {
        let hash = FxBuildHasher.hash_one(content);
        let is = |number: u32| &*self.all[number as usize].content == content;
        self.by_content.find(hash, is).map(Text)
    }

    pub fn get(&self, text: Text) -> Rc<str> {
        Rc::clone(&self.known(text).content)
    }

    pub fn str(&self, text: Text) -> &str {
        &self.known(text).content
    }

    /// Whether there is white space in it.
    pub fn has_space(&self, text: Text) -> bool {
        self.known(text).marks.has(Marks::SPACE)
    }

    /// Whether it is a pattern, or what looks like one: there is a `%` in it.
    pub fn has_percent(&self, text: Text) -> bool {
        self.known(text).marks.has(Marks::PERCENT)
    }

    /// Whether a part of it is not known before the build (see [`crate::world::UNKNOWN`]).
    pub fn is_unknown(&self, text: Text) -> bool {
        self.known(text).marks.has(Marks::UNKNOWN)
    }

    /// Whether it may name an argument of a call: it is a number.
    pub fn is_number(&self, text: Text) -> bool {
        self.known(text).marks.has(Marks::NUMBER)
    }

    /// Whether it names a symbol: it starts with `CONFIG_`.
    pub fn is_symbol(&self, text: Text) -> bool {
        self.known(text).marks.has(Marks::SYMBOL)
    }

    /// Whether it speaks of flags of a compiler, assembler or linker.
    pub fn has_flags(&self, text: Text) -> bool {
        self.known(text).marks.has(Marks::FLAGS)
    }

    fn known(&self, text: Text) -> &Known {
        &self.all[text.0 as usize]
    }
}
