// SPDX-License-Identifier: Apache-2.0
//! Interned strings: a word of a Makefile is a number, compared and hashed as one.

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// A string known to one [`Texts`]; equal strings have equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(u32);

impl Text {
    /// The empty string, in every [`Texts`].
    pub const EMPTY: Self = Self(0);
}

/// The strings of one evaluation. They are never forgotten.
#[derive(Debug)]
pub struct Texts {
    by_content: FxHashMap<Rc<str>, Text>,
    contents: Vec<Rc<str>>,
}

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Self {
            by_content: FxHashMap::default(),
            contents: Vec::new(),
        };
        texts.intern("");
        texts
    }
}

impl Texts {
    pub fn intern(&mut self, content: &str) -> Text {
        if let Some(&known) = self.by_content.get(content) {
            return known;
        }
        let text = Text(u32::try_from(self.contents.len()).unwrap_or(u32::MAX));
        let content: Rc<str> = content.into();
        self.contents.push(Rc::clone(&content));
        self.by_content.insert(content, text);
        text
    }

    /// The number of a string that was seen before.
    pub fn find(&self, content: &str) -> Option<Text> {
        self.by_content.get(content).copied()
    }

    pub fn get(&self, text: Text) -> Rc<str> {
        Rc::clone(&self.contents[text.0 as usize])
    }

    pub fn str(&self, text: Text) -> &str {
        &self.contents[text.0 as usize]
    }
}
