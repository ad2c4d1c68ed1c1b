// SPDX-License-Identifier: Apache-2.0
//! Interned strings: a word of a Makefile is a number, compared and hashed as one.

mod mark;

use std::hash::BuildHasher;
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::few::Few;
use crate::table::Table;
use mark::Marks;

/// A string known to one [`Texts`]; equal strings have equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(u32);

impl Text {
    /// The empty string, in every [`Texts`].
    pub const EMPTY: Self = Self(0);
}

/// What the name of a variable says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// An argument of a call: `$(1)`.
    Argument,
    /// A symbol of Kconfig: `$(CONFIG_X)`.
    Symbol,
    Other,
}

/// Where a string lies, and what is known of it.
#[derive(Debug)]
struct Known {
    start: usize,
    length: usize,
    marks: Marks,
}

/// The strings of one evaluation. They are never forgotten.
#[derive(Debug)]
pub struct Texts {
    /// All strings, one after the other; some are parts of others.
    content: String,
    all: Vec<Known>,
    by_content: Table,
    /// What [`Self::compose`] writes to.
    draft: String,
    split: FxHashMap<Text, Rc<[Text]>>,
}

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Self {
            content: String::new(),
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
        let next = self.next();
        let hash = FxBuildHasher.hash_one(content);
        let is = |number: u32| known(&self.content, &self.all, number) == content;
        let number = self.by_content.find_or_insert(hash, next, is);
        if number == next {
            let start = self.content.len();
            self.content.push_str(content);
            self.keep(start..self.content.len());
        }
        Text(number)
    }

    /// Interns a part of a text, which needs no memory for its content.
    pub fn part(&mut self, text: Text, part: Range<usize>) -> Text {
        let Known { start, length, .. } = self.all[text.0 as usize];
        if part == (0..length) {
            return text;
        }
        let part = start + part.start..start + part.end;
        let next = self.next();
        let content = &self.content[part.clone()];
        let hash = FxBuildHasher.hash_one(content);
        let is = |number: u32| known(&self.content, &self.all, number) == content;
        let number = self.by_content.find_or_insert(hash, next, is);
        if number == next {
            self.keep(part);
        }
        Text(number)
    }

    fn next(&self) -> u32 {
        u32::try_from(self.all.len()).unwrap_or(u32::MAX)
    }

    fn keep(&mut self, place: Range<usize>) {
        self.all.push(Known {
            marks: Marks::of(&self.content[place.clone()]),
            start: place.start,
            length: place.len(),
        });
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
        let words = Vec::from(self.words(text, 0..self.length(text)));
        let words: Rc<[Text]> = words.into();
        self.split.insert(text, Rc::clone(&words));
        words
    }

    /// The words of a part of a text, which white space separates.
    pub fn words(&mut self, text: Text, part: Range<usize>) -> Few<Text> {
        let mut words = Few::None;
        let mut at = part.start;
        while let Some(word) = next_word(&self.str(text)[at..part.end]) {
            words.push(self.part(text, at + word.start..at + word.end));
            at += word.end;
        }
        words
    }

    /// A text without the white space around it.
    pub fn trim(&mut self, text: Text) -> Text {
        if !self.has_space(text) {
            return text;
        }
        let content = self.str(text);
        let start = content.len() - content.trim_start().len();
        let length = content.trim().len();
        self.part(text, start..start + length)
    }

    /// The number of a string that was seen before.
    pub fn find(&self, content: &str) -> Option<Text> {
        let hash = FxBuildHasher.hash_one(content);
        let is = |number: u32| known(&self.content, &self.all, number) == content;
        self.by_content.find(hash, is).map(Text)
    }

    /// A copy of a text, for when texts are interned while it is read.
    pub fn get(&self, text: Text) -> Rc<str> {
        self.str(text).into()
    }

    pub fn str(&self, text: Text) -> &str {
        known(&self.content, &self.all, text.0)
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

    /// What an undefined variable of this name is.
    pub fn naming(&self, text: Text) -> Naming {
        let marks = self.known(text).marks;
        if marks.has(Marks::SYMBOL) {
            Naming::Symbol
        } else if marks.has(Marks::NUMBER) {
            Naming::Argument
        } else {
            Naming::Other
        }
    }

    /// Whether a variable of this name holds flags of a compiler, assembler or linker.
    /// These are built up by hundreds of tests of the toolchain and never decide which
    /// object is compiled; their texts are kept, and never expanded. So are the lists from
    /// which `scripts/Makefile.build` makes directories and reads saved commands: what
    /// exists is of no interest where nothing was built.
    pub fn names_flags(&self, text: Text) -> bool {
        self.known(text).marks.has(Marks::FLAGS)
    }

    /// Whether a recipe with this text in it runs a compiler.
    pub fn compiles(&self, text: Text) -> bool {
        self.known(text).marks.has(Marks::COMPILES)
    }

    /// The number of bytes.
    pub fn length(&self, text: Text) -> usize {
        self.known(text).length
    }

    fn known(&self, text: Text) -> &Known {
        &self.all[text.0 as usize]
    }
}

/// Where the first word is.
fn next_word(content: &str) -> Option<Range<usize>> {
    let space = |byte: u8| byte.is_ascii_whitespace();
    let start = content.bytes().position(|byte| !space(byte))?;
    let end = content.bytes().skip(start).position(space);
    Some(start..end.map_or(content.len(), |length| start + length))
}

fn known<'c>(content: &'c str, all: &[Known], number: u32) -> &'c str {
    let Known { start, length, .. } = all[number as usize];
    &content[start..start + length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_are_one_text_however_they_were_made() {
        let mut texts = Texts::default();
        let line = texts.intern(" a.o  b.o ");
        let words = texts.split(line);
        assert_eq!(*words, [texts.intern("a.o"), texts.intern("b.o")]);
        assert_eq!(texts.part(line, 1..4), words[0]);
        assert_eq!(texts.part(line, 0..10), line);
        assert_eq!(texts.compose(|_, out| out.push_str("b.o")), words[1]);
        assert_eq!(texts.trim(line), texts.intern("a.o  b.o"));
        assert_eq!(texts.find("a.o"), Some(words[0]));
        assert_eq!(texts.find("c.o"), None);
        assert_eq!(texts.trim(Text::EMPTY), Text::EMPTY);
        let space = texts.intern(" ");
        assert_eq!(texts.trim(space), Text::EMPTY);
    }
}
