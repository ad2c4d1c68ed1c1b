// SPDX-License-Identifier: Apache-2.0
//! The texts that a value can have, each with its condition.

use rustc_hash::FxHashMap;

use super::{Item, Value, Word};
use crate::condition::{Condition, Conditions};
use crate::few::Few;
use crate::text::{Text, Texts};

/// More different texts than this are not enumerated.
const MAXIMUM_ALTERNATIVES: usize = 4096;

/// Texts in the making; their conditions exclude each other.
type Spellings = Few<(Condition, String)>;

impl Value {
    /// Every text this value can have within a condition, and when. Nothing when
    /// there are too many. The conditions exclude each other and cover `within`.
    pub fn alternatives(
        &self,
        within: Condition,
        conditions: &mut Conditions,
        texts: &mut Texts,
    ) -> Option<Few<(Condition, Text)>> {
        if let Some(text) = self.as_text() {
            return Some(Few::One((within, text)));
        }
        if self.is_whole(within) {
            let text = texts.compose(|texts, out| self.spell(texts, out));
            return Some(Few::One((within, text)));
        }
        let spellings = self.spellings(within, conditions, texts)?;
        let interned = spellings
            .into_iter()
            .map(|(guard, text)| (guard, texts.intern(&text)));
        Some(interned.collect())
    }

    /// Whether no piece is missing anywhere within a condition.
    fn is_whole(&self, within: Condition) -> bool {
        let there = |guard: Condition| guard.is_true() || guard == within;
        self.items.iter().all(|item| match item {
            Item::Space => true,
            Item::Text(guard, _) => there(*guard),
            Item::List(guard, words) => there(*guard) && words.iter().all(|word| there(word.guard)),
        })
    }

    /// Writes the text where no piece is missing.
    fn spell(&self, texts: &Texts, out: &mut String) {
        for item in &self.items {
            match item {
                Item::Space if out.is_empty() => {}
                Item::Space => out.push(' '),
                Item::Text(_, text) => out.push_str(texts.str(*text)),
                Item::List(_, words) => {
                    for (word, separator) in words.iter().zip(separators()) {
                        out.extend([separator, texts.str(word.text)]);
                    }
                }
            }
        }
    }

    fn spellings(
        &self,
        within: Condition,
        conditions: &mut Conditions,
        texts: &Texts,
    ) -> Option<Spellings> {
        let mut spellings = Few::One((within, String::new()));
        for item in &self.items {
            match item {
                Item::Space => {
                    for (_, text) in spellings.iter_mut().filter(|(_, text)| !text.is_empty()) {
                        text.push(' ');
                    }
                }
                Item::Text(guard, text) => {
                    let text = texts.str(*text);
                    fork(&mut spellings, *guard, conditions, |out| out.push_str(text));
                }
                Item::List(guard, words) => {
                    let list = list_spellings(words, within, conditions, texts)?;
                    spellings = joined(&spellings, *guard, &list, conditions);
                }
            }
            merge(&mut spellings, conditions);
            if spellings.len() > MAXIMUM_ALTERNATIVES {
                return None;
            }
        }
        Some(spellings)
    }
}

/// What stands before each word of a list.
fn separators() -> impl Iterator<Item = &'static str> {
    std::iter::once("").chain(std::iter::repeat(" "))
}

/// Splits each alternative into those where `guard` holds, changed, and the rest.
pub(super) fn fork<T: Clone>(
    alternatives: &mut Few<(Condition, T)>,
    guard: Condition,
    conditions: &mut Conditions,
    mut change: impl FnMut(&mut T),
) {
    let mut without = Few::None;
    for (condition, text) in alternatives.iter_mut() {
        let rest = conditions.except(*condition, guard);
        if !rest.is_false() {
            without.push((rest, text.clone()));
        }
        *condition = conditions.and(*condition, guard);
        change(text);
    }
    alternatives.retain(|(condition, _)| !condition.is_false());
    alternatives.append(without);
}

/// Appends each spelling of a list where `guard` holds.
fn joined(
    alternatives: &Spellings,
    guard: Condition,
    list: &Spellings,
    conditions: &mut Conditions,
) -> Spellings {
    let mut next = Few::None;
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

fn list_spellings(
    words: &[Word],
    within: Condition,
    conditions: &mut Conditions,
    texts: &Texts,
) -> Option<Spellings> {
    let mut spellings = Few::One((within, String::new()));
    for word in words {
        let text = texts.str(word.text);
        fork(&mut spellings, word.guard, conditions, |out| {
            out.push_str(if out.is_empty() { "" } else { " " });
            out.push_str(text);
        });
        if spellings.len() > MAXIMUM_ALTERNATIVES {
            return None;
        }
    }
    Some(spellings)
}

/// Makes alternatives with the same text one.
fn merge(alternatives: &mut Spellings, conditions: &mut Conditions) {
    if alternatives.len() < 4 {
        return;
    }
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut merged = Vec::with_capacity(alternatives.len());
    for (condition, text) in std::mem::take(alternatives) {
        if let Some(&index) = seen.get(&text) {
            let (known, _): &mut (Condition, String) = &mut merged[index];
            *known = conditions.or(*known, condition);
        } else {
            seen.insert(text.clone(), merged.len());
            merged.push((condition, text));
        }
    }
    *alternatives = merged.into();
}
