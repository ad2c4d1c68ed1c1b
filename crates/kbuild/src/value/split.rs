// SPDX-License-Identifier: Apache-2.0
//! Values into words.

use super::spelling::fork;
use super::{Item, Value, Word};
use crate::condition::{Condition, Conditions};
use crate::few::Few;
use crate::text::{Text, Texts};

impl Value {
    /// The words of the text, in order, each with its condition. A word made of
    /// several guarded pieces is there once for each of its spellings.
    pub fn words(
        &self,
        within: Condition,
        conditions: &mut Conditions,
        texts: &mut Texts,
    ) -> Few<Word> {
        match &*self.items {
            [] => Few::None,
            [Item::Text(guard, text)] => {
                let (guard, text) = (conditions.and(*guard, within), *text);
                if guard.is_false() || text == Text::EMPTY {
                    return Few::None;
                }
                if !texts.has_space(text) {
                    return Few::One(Word { guard, text });
                }
                let words = texts.split(text);
                words.iter().map(|&text| Word { guard, text }).collect()
            }
            items => split(items, within, conditions, texts),
        }
    }
}

fn split(
    items: &[Item],
    within: Condition,
    conditions: &mut Conditions,
    texts: &mut Texts,
) -> Few<Word> {
    let count = items.iter().map(|item| match item {
        Item::List(_, words) => words.len(),
        Item::Text(..) => 1,
        Item::Space => 0,
    });
    let mut splitter = Splitter {
        within,
        open: Few::None,
        words: Few::with_capacity(count.sum()),
        conditions,
        texts,
    };
    for (index, item) in items.iter().enumerate() {
        match item {
            Item::Space => splitter.close(),
            Item::Text(guard, text) if splitter.is_word(*text, items.get(index + 1)) => {
                splitter.emit(*guard, *text);
            }
            Item::Text(guard, text) => splitter.text(*guard, *text),
            Item::List(guard, words) => {
                let ends = splitter.ends_word(*guard, &items[index + 1..]);
                splitter.list(*guard, words, ends);
            }
        }
    }
    splitter.close();
    splitter.words
}

/// A word to which more text may still be attached.
#[derive(Clone)]
enum Draft {
    /// One piece so far.
    Piece(Text),
    Pieces(String),
}

impl Draft {
    fn attach(&mut self, piece: Text, texts: &Texts) {
        if let Self::Piece(first) = self {
            *self = Self::Pieces(texts.str(*first).to_owned());
        }
        if let Self::Pieces(draft) = self {
            draft.push_str(texts.str(piece));
        }
    }
}

/// Splits a value into words. The conditions of the open word's drafts exclude each other.
struct Splitter<'a> {
    within: Condition,
    open: Few<(Condition, Draft)>,
    words: Few<Word>,
    conditions: &'a mut Conditions,
    texts: &'a mut Texts,
}

const WHITE: [char; 3] = [' ', '\t', '\n'];

impl Splitter<'_> {
    /// Whether a text is a word as it stands: nothing comes before it, and only space after.
    fn is_word(&self, text: Text, next: Option<&Item>) -> bool {
        self.open.is_empty()
            && matches!(next, None | Some(Item::Space))
            && text != Text::EMPTY
            && !self.texts.has_space(text)
    }

    fn emit(&mut self, guard: Condition, text: Text) {
        let guard = self.conditions.and(guard, self.within);
        if !guard.is_false() {
            self.words.push(Word { guard, text });
        }
    }

    fn emit_draft(&mut self, guard: Condition, draft: &Draft) {
        if guard.is_false() {
            return;
        }
        let text = match draft {
            Draft::Piece(text) => *text,
            Draft::Pieces(pieces) => self.texts.intern(pieces),
        };
        self.emit(guard, text);
    }

    fn close(&mut self) {
        for (guard, draft) in std::mem::take(&mut self.open) {
            self.emit_draft(guard, &draft);
        }
    }

    /// Ends the open word where `guard` holds; elsewhere it stays open.
    fn close_where(&mut self, guard: Condition) {
        if guard.is_true() {
            return self.close();
        }
        for (condition, draft) in std::mem::take(&mut self.open) {
            let ended = self.conditions.and(condition, guard);
            self.emit_draft(ended, &draft);
            let rest = self.conditions.except(condition, guard);
            if !rest.is_false() {
                self.open.push((rest, draft));
            }
        }
    }

    fn text(&mut self, guard: Condition, text: Text) {
        if !self.texts.has_space(text) {
            if text != Text::EMPTY {
                self.attach(guard, text);
            }
            return;
        }
        let pieces = self.texts.split(text);
        let content = self.texts.str(text);
        let (starts, ends) = (content.starts_with(WHITE), content.ends_with(WHITE));
        if starts {
            self.close_where(guard);
        }
        for (index, &piece) in pieces.iter().enumerate() {
            if index > 0 {
                self.close_where(guard);
            }
            let closes = ends || index + 1 < pieces.len();
            if closes && self.open.is_empty() {
                self.emit(guard, piece);
            } else {
                self.attach(guard, piece);
            }
        }
        if ends {
            self.close_where(guard);
        }
    }

    fn attach(&mut self, guard: Condition, piece: Text) {
        if self.open.is_empty() {
            return self.open.push((guard, Draft::Piece(piece)));
        }
        let mut fresh = guard;
        for (condition, _) in &self.open {
            fresh = self.conditions.except(fresh, *condition);
        }
        let texts = &self.texts;
        fork(&mut self.open, guard, self.conditions, |draft| {
            draft.attach(piece, texts);
        });
        if !fresh.is_false() {
            self.open.push((fresh, Draft::Piece(piece)));
        }
    }

    /// Whether nothing that follows can be attached to a text that is there
    /// under `guard`: white space comes first, or what excludes it.
    fn ends_word(&mut self, guard: Condition, following: &[Item]) -> bool {
        for item in following {
            let other = match item {
                Item::Space => return true,
                Item::Text(other, text) => {
                    if other.is_true() && self.texts.str(*text).starts_with(WHITE) {
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
                self.emit(guard, word.text);
            }
            return;
        }
        // Where an earlier word of the list was there, the next starts anew.
        let mut started = Condition::FALSE;
        for word in words {
            let guard = self.conditions.and(word.guard, guard);
            let anew = self.conditions.and(guard, started);
            self.close_where(anew);
            self.attach(guard, word.text);
            started = self.conditions.or(started, guard);
        }
    }
}
