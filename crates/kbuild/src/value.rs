// SPDX-License-Identifier: Apache-2.0
//! Values that depend on the configuration: sequences of guarded texts.
//!
//! `$(CONFIG_X)` is `y` under one condition and `m` under another; what is
//! appended inside `ifdef CONFIG_Y` is there under `Y`. A value keeps every
//! piece with its condition, so one evaluation stands for all configurations.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::condition::{Condition, Conditions};
use crate::text::{Text, Texts};

/// One word of a list and when it is there. It has no white space and isn't empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    pub guard: Condition,
    pub text: Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// Any text, white space included.
    Text(Condition, Text),
    /// What `+=` puts between the old value and the new: it only separates.
    Space,
    /// The words that are there, joined by single spaces, if the condition holds.
    List(Condition, Rc<Vec<Word>>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Value {
    pub items: Vec<Item>,
}

/// More different texts than this are not enumerated.
const MAXIMUM_ALTERNATIVES: usize = 4096;

impl Value {
    pub fn text(text: Text) -> Self {
        Self::guarded(Condition::TRUE, text)
    }

    pub fn guarded(guard: Condition, text: Text) -> Self {
        if text == Text::EMPTY || guard.is_false() {
            return Self::default();
        }
        Self {
            items: vec![Item::Text(guard, text)],
        }
    }

    pub fn list(words: Vec<Word>) -> Self {
        if words.is_empty() {
            return Self::default();
        }
        Self {
            items: vec![Item::List(Condition::TRUE, Rc::new(words))],
        }
    }

    /// How much there is to copy: pieces, words, and their letters by the line.
    pub fn size(&self, texts: &Texts) -> usize {
        let pieces = self.items.iter().map(|item| match item {
            Item::Text(_, text) => 1 + texts.str(*text).len() / 64,
            Item::Space => 1,
            Item::List(_, words) => 1 + words.len(),
        });
        pieces.sum()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The one text that this value has in every configuration, if it is one piece.
    pub fn as_text(&self) -> Option<Text> {
        match self.items.as_slice() {
            [] => Some(Text::EMPTY),
            [Item::Text(Condition::TRUE, text)] => Some(*text),
            [Item::List(Condition::TRUE, words)] => match words.as_slice() {
                [
                    Word {
                        guard: Condition::TRUE,
                        text,
                    },
                ] => Some(*text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Appends what `other` is where `guard` holds.
    pub fn push(&mut self, other: &Self, guard: Condition, conditions: &mut Conditions) {
        for item in &other.items {
            let item = match item {
                Item::Text(inner, text) => Item::Text(conditions.and(*inner, guard), *text),
                Item::List(inner, words) => {
                    Item::List(conditions.and(*inner, guard), Rc::clone(words))
                }
                Item::Space => Item::Space,
            };
            if !matches!(
                item,
                Item::Text(Condition::FALSE, _) | Item::List(Condition::FALSE, _)
            ) {
                self.items.push(item);
            }
        }
    }

    /// When the text is not empty.
    pub fn nonempty(&self, conditions: &mut Conditions) -> Condition {
        let mut any = Vec::new();
        for item in &self.items {
            let here = match item {
                Item::Text(guard, text) if *text != Text::EMPTY => *guard,
                Item::List(guard, words) => {
                    let present = conditions.any(words.iter().map(|word| word.guard));
                    conditions.and(*guard, present)
                }
                Item::Text(..) | Item::Space => continue,
            };
            any.push(here);
            if here.is_true() {
                break;
            }
        }
        conditions.any(any)
    }

    /// The words of the text, in order, each with its condition. A word made of
    /// several guarded pieces is there once for each of its spellings.
    pub fn words(
        &self,
        within: Condition,
        conditions: &mut Conditions,
        texts: &mut Texts,
    ) -> Vec<Word> {
        let mut splitter = Splitter {
            within,
            open: Vec::new(),
            words: Vec::new(),
            conditions,
            texts,
        };
        for (index, item) in self.items.iter().enumerate() {
            match item {
                Item::Space => splitter.close(),
                Item::Text(guard, text) => splitter.text(*guard, *text),
                Item::List(guard, words) => {
                    let ends = splitter.ends_word(*guard, &self.items[index + 1..]);
                    splitter.list(*guard, words, ends);
                }
            }
        }
        splitter.close();
        splitter.words
    }

    /// Every text this value can have within a condition, and when. Nothing when
    /// there are too many. The conditions exclude each other and cover `within`.
    pub fn alternatives(
        &self,
        within: Condition,
        conditions: &mut Conditions,
        texts: &mut Texts,
    ) -> Option<Vec<(Condition, Text)>> {
        if let Some(text) = self.as_text() {
            return Some(vec![(within, text)]);
        }
        let mut alternatives = vec![(within, String::new())];
        for item in &self.items {
            match item {
                Item::Space => {
                    for (_, text) in alternatives.iter_mut().filter(|(_, text)| !text.is_empty()) {
                        text.push(' ');
                    }
                }
                Item::Text(guard, text) => {
                    let text = texts.get(*text);
                    fork(&mut alternatives, *guard, conditions, |out| {
                        out.push_str(&text);
                    });
                }
                Item::List(guard, words) => {
                    let list = list_alternatives(words, within, conditions, texts)?;
                    alternatives = joined(&alternatives, *guard, &list, conditions);
                }
            }
            merge(&mut alternatives, conditions);
            if alternatives.len() > MAXIMUM_ALTERNATIVES {
                return None;
            }
        }
        Some(
            alternatives
                .into_iter()
                .map(|(guard, text)| (guard, texts.intern(&text)))
                .collect(),
        )
    }
}

type Spellings = Vec<(Condition, String)>;

/// Splits each alternative into those where `guard` holds, changed, and the rest.
fn fork(
    alternatives: &mut Spellings,
    guard: Condition,
    conditions: &mut Conditions,
    change: impl Fn(&mut String),
) {
    let mut without = Vec::new();
    for (condition, text) in alternatives.iter_mut() {
        let rest = conditions.except(*condition, guard);
        if !rest.is_false() {
            without.push((rest, text.clone()));
        }
        *condition = conditions.and(*condition, guard);
        change(text);
    }
    alternatives.retain(|(condition, _)| !condition.is_false());
    alternatives.append(&mut without);
}

/// Appends each spelling of a list where `guard` holds.
fn joined(
    alternatives: &Spellings,
    guard: Condition,
    list: &Spellings,
    conditions: &mut Conditions,
) -> Spellings {
    let mut next = Vec::new();
    for (condition, text) in alternatives {
        next.push((conditions.except(*condition, guard), text.clone()));
        let with = conditions.and(*condition, guard);
        for (other, tail) in list {
            next.push((conditions.and(with, *other), format!("{text}{tail}")));
        }
    }
    next.retain(|(condition, _)| !condition.is_false());
    next
}

fn list_alternatives(
    words: &[Word],
    within: Condition,
    conditions: &mut Conditions,
    texts: &Texts,
) -> Option<Spellings> {
    let mut alternatives = vec![(within, String::new())];
    for word in words {
        let text = texts.get(word.text);
        fork(&mut alternatives, word.guard, conditions, |out| {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&text);
        });
        if alternatives.len() > MAXIMUM_ALTERNATIVES {
            return None;
        }
    }
    Some(alternatives)
}

/// Makes alternatives with the same text one.
fn merge(alternatives: &mut Spellings, conditions: &mut Conditions) {
    if alternatives.len() < 4 {
        return;
    }
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut merged: Spellings = Vec::with_capacity(alternatives.len());
    for (condition, text) in alternatives.drain(..) {
        if let Some(&index) = seen.get(&text) {
            merged[index].0 = conditions.or(merged[index].0, condition);
        } else {
            seen.insert(text.clone(), merged.len());
            merged.push((condition, text));
        }
    }
    *alternatives = merged;
}

/// Splits a value into words. `open` holds the spellings of the word that more
/// text may still be attached to; their conditions exclude each other.
struct Splitter<'a> {
    within: Condition,
    open: Spellings,
    words: Vec<Word>,
    conditions: &'a mut Conditions,
    texts: &'a mut Texts,
}

impl Splitter<'_> {
    fn emit(&mut self, guard: Condition, text: &str) {
        let guard = self.conditions.and(guard, self.within);
        if !guard.is_false() {
            let text = self.texts.intern(text);
            self.words.push(Word { guard, text });
        }
    }

    fn close(&mut self) {
        for (guard, text) in std::mem::take(&mut self.open) {
            self.emit(guard, &text);
        }
    }

    /// Ends the open word where `guard` holds; elsewhere it stays open.
    fn close_where(&mut self, guard: Condition) {
        if guard.is_true() {
            return self.close();
        }
        for (condition, text) in std::mem::take(&mut self.open) {
            let ended = self.conditions.and(condition, guard);
            self.emit(ended, &text);
            let rest = self.conditions.except(condition, guard);
            if !rest.is_false() {
                self.open.push((rest, text));
            }
        }
    }

    fn text(&mut self, guard: Condition, text: Text) {
        let text = self.texts.get(text);
        if text.starts_with([' ', '\t', '\n']) {
            self.close_where(guard);
        }
        let mut pieces = text.split_ascii_whitespace().peekable();
        let mut first = true;
        while let Some(piece) = pieces.next() {
            if !first {
                self.close_where(guard);
            }
            let closes = pieces.peek().is_some() || text.ends_with([' ', '\t', '\n']);
            if closes && self.open.is_empty() {
                self.emit(guard, piece);
            } else {
                self.attach(guard, piece);
            }
            first = false;
        }
        if text.ends_with([' ', '\t', '\n']) {
            self.close_where(guard);
        }
    }

    fn attach(&mut self, guard: Condition, piece: &str) {
        let mut fresh = guard;
        for (condition, _) in &self.open {
            fresh = self.conditions.except(fresh, *condition);
        }
        fork(&mut self.open, guard, self.conditions, |out| {
            out.push_str(piece);
        });
        if !fresh.is_false() {
            self.open.push((fresh, piece.to_owned()));
        }
    }

    /// Whether nothing that follows can be attached to a text that is there
    /// under `guard`: white space comes first, or what excludes it.
    fn ends_word(&mut self, guard: Condition, following: &[Item]) -> bool {
        for item in following {
            let other = match item {
                Item::Space => return true,
                Item::Text(other, text) => {
                    if other.is_true() && self.texts.str(*text).starts_with([' ', '\t', '\n']) {
                        return true;
                    }
                    *other
                }
                Item::List(other, _) => *other,
            };
            if !self.conditions.and(guard, other).is_false() {
                return false;
            }
        }
        true
    }

    fn list(&mut self, guard: Condition, words: &[Word], ends: bool) {
        if self.open.is_empty() && ends {
            for word in words {
                let guard = self.conditions.and(word.guard, guard);
                let guard = self.conditions.and(guard, self.within);
                if !guard.is_false() {
                    self.words.push(Word {
                        guard,
                        text: word.text,
                    });
                }
            }
            return;
        }
        // Where an earlier word of the list was there, the next starts anew.
        let mut started = Condition::FALSE;
        for word in words {
            let guard = self.conditions.and(word.guard, guard);
            let anew = self.conditions.and(guard, started);
            self.close_where(anew);
            let text = self.texts.get(word.text);
            self.attach(guard, &text);
            started = self.conditions.or(started, guard);
        }
    }
}
