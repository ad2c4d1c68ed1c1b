// SPDX-License-Identifier: Apache-2.0
//! Values that depend on the configuration: sequences of guarded texts.
//!
//! `$(CONFIG_X)` is `y` under one condition and `m` under another; what is
//! appended inside `ifdef CONFIG_Y` is there under `Y`. A value keeps every
//! piece with its condition, so one evaluation stands for all configurations.

mod joint;
mod spelling;
mod split;

use std::rc::Rc;

use crate::condition::{Condition, Conditions};
use crate::few::Few;
use crate::text::{Text, Texts};

pub(crate) use joint::Joint;

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
    pub items: Few<Item>,
}

impl Value {
    pub fn text(text: Text) -> Self {
        Self::guarded(Condition::TRUE, text)
    }

    pub fn guarded(guard: Condition, text: Text) -> Self {
        if text == Text::EMPTY || guard.is_false() {
            return Self::default();
        }
        Self {
            items: Few::One(Item::Text(guard, text)),
        }
    }

    /// The words that are there, in order.
    pub fn list(words: impl Into<Few<Word>>) -> Self {
        match words.into() {
            Few::None => Self::default(),
            Few::One(word) => Self::guarded(word.guard, word.text),
            Few::Many(words) => Self {
                items: Few::One(Item::List(Condition::TRUE, Rc::new(words))),
            },
        }
    }

    /// How much there is to copy: pieces, words, and their letters by the line.
    pub fn size(&self, texts: &Texts) -> usize {
        let pieces = self.items.iter().map(|item| match item {
            Item::Text(_, text) => 1 + texts.length(*text) / 64,
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
        match &*self.items {
            [] => Some(Text::EMPTY),
            [Item::Text(Condition::TRUE, text)] => Some(*text),
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

    /// Makes what is there wherever `within` holds unconditional: where it doesn't hold,
    /// the value is of no interest. Simple values are easier to work with.
    pub fn relax(&mut self, within: Condition) {
        let relax = |guard: &mut Condition| {
            if *guard == within {
                *guard = Condition::TRUE;
            }
        };
        for item in &mut self.items {
            match item {
                Item::Text(guard, _) => relax(guard),
                Item::List(guard, words) => {
                    relax(guard);
                    let words = Rc::get_mut(words).into_iter().flatten();
                    words.for_each(|word| relax(&mut word.guard));
                }
                Item::Space => {}
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
}
