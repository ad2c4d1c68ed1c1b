// SPDX-License-Identifier: Apache-2.0
//! Functions on lists of words: filters, substitution, sorting, selection.

use rustc_hash::FxHashMap;

use crate::condition::Condition;
use crate::few::Few;
use crate::language::{Expression, Function};
use crate::make::{Make, Pattern};
use crate::text::Text;
use crate::value::{Item, Value, Word};
use crate::world::World;

/// The patterns of a filter: plain words by their text, and those with `%`.
struct Patterns {
    plain: FxHashMap<Text, Condition>,
    wild: Vec<(Pattern, Condition)>,
}

/// A word that isn't known is compared with at most so many others: each
/// comparison is a variable of its own, and conditions on many do not stay small.
const MAXIMUM_COMPARISONS: usize = 8;

impl Make<'_, '_> {
    pub(super) fn filter(
        &mut self,
        arguments: &[Expression],
        within: Condition,
        keep: bool,
    ) -> Value {
        let patterns = self.argument_words(arguments, 0, within);
        let words = self.argument_words(arguments, 1, within);
        if words.is_empty() {
            return Value::default();
        }
        let patterns = self.patterns(&patterns);
        let mut result = Vec::with_capacity(words.len());
        for word in words {
            let matched = self.matched(&patterns, word.text);
            let guard = if keep {
                self.and(word.guard, matched)
            } else {
                self.except(word.guard, matched)
            };
            if !guard.is_false() {
                result.push(Word {
                    guard,
                    text: word.text,
                });
            }
        }
        Value::list(result)
    }

    fn patterns(&mut self, words: &[Word]) -> Patterns {
        let mut patterns = Patterns {
            plain: FxHashMap::default(),
            wild: Vec::new(),
        };
        for word in words {
            if self.world.texts.has_percent(word.text) {
                let pattern = Pattern::new(word.text, &self.world.texts);
                patterns.wild.push((pattern, word.guard));
            } else if self.world.is_unknown(word.text) {
                self.report("a filter's pattern is not known before the build");
            } else {
                let guard = patterns.plain.entry(word.text).or_insert(Condition::FALSE);
                *guard = self.world.conditions.or(*guard, word.guard);
            }
        }
        patterns
    }

    /// When any of the patterns is there and matches.
    fn matched(&mut self, patterns: &Patterns, word: Text) -> Condition {
        if self.world.is_unknown(word) {
            if patterns.plain.len() > MAXIMUM_COMPARISONS {
                self.report("a filter of a word that is not known before the build");
                return Condition::FALSE;
            }
            let mut plain: Vec<_> = patterns.plain.iter().collect();
            plain.sort_unstable();
            let mut any = Condition::FALSE;
            for (text, guard) in plain {
                let equal = self.world.equal(word, *text);
                let here = self.and(equal, *guard);
                any = self.or(any, here);
            }
            return any;
        }
        let mut any = Condition::FALSE;
        if !patterns.plain.is_empty() {
            any = patterns.plain.get(&word).copied().unwrap_or(any);
        }
        let World {
            conditions, texts, ..
        } = &mut *self.world;
        let text = texts.str(word);
        for (pattern, guard) in &patterns.wild {
            if !any.is_true() && pattern.stem(text, texts).is_some() {
                any = conditions.or(any, *guard);
            }
        }
        any
    }

    pub(super) fn patsubst_function(
        &mut self,
        arguments: &[Expression],
        within: Condition,
    ) -> Value {
        let from = self.argument(arguments, 0, within);
        let to = self.argument(arguments, 1, within);
        let words = self.argument_words(arguments, 2, within);
        if words.is_empty() {
            return Value::default();
        }
        let mut result = Few::None;
        for (guard, from) in self.alternatives(&from, within) {
            for (both, to) in self.alternatives(&to, guard) {
                self.patsubst(&words, (from, to), both, &mut result);
            }
        }
        Value::list(result)
    }

    pub(super) fn subst(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let from = self.argument(arguments, 0, within);
        let to = self.argument(arguments, 1, within);
        let text = self.argument(arguments, 2, within);
        let mut result = Value::default();
        for (guard, from) in self.alternatives(&from, within) {
            for (both, to) in self.alternatives(&to, guard) {
                let (from, to) = (self.world.texts.get(from), self.world.texts.get(to));
                let part = self.replaced(&text, &from, &to);
                result.push(&part, both, &mut self.world.conditions);
            }
        }
        result
    }

    /// Replaces in every piece; a match across pieces with different guards is not seen.
    fn replaced(&mut self, value: &Value, from: &str, to: &str) -> Value {
        let mut result = Value::default();
        let change = |make: &mut Self, text: Text| {
            let text = make.world.texts.get(text);
            let changed = if from.is_empty() {
                format!("{text}{to}")
            } else {
                text.replace(from, to)
            };
            make.intern(&changed)
        };
        for item in &value.items {
            match item {
                Item::Space if from == " " && !to.trim().is_empty() => {
                    let text = self.intern(to);
                    result.items.push(Item::Text(Condition::TRUE, text));
                }
                Item::Space => result.items.push(Item::Space),
                Item::Text(guard, text) => {
                    let text = change(self, *text);
                    result.items.push(Item::Text(*guard, text));
                }
                Item::List(guard, words) => {
                    let mut separator = None;
                    for word in words.iter() {
                        result.items.extend(separator.replace(Item::Space));
                        let guard = self.and(word.guard, *guard);
                        let text = change(self, word.text);
                        result.items.push(Item::Text(guard, text));
                    }
                }
            }
        }
        result
    }

    pub(super) fn findstring(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let needle = self.argument(arguments, 0, within);
        let text = self.argument(arguments, 1, within);
        let mut result = Value::default();
        for (guard, needle) in self.alternatives(&needle, within) {
            for (both, text) in self.alternatives(&text, guard) {
                let found = self
                    .world
                    .texts
                    .str(text)
                    .contains(self.world.texts.str(needle));
                if found {
                    let part = Value::text(needle);
                    result.push(&part, both, &mut self.world.conditions);
                }
            }
        }
        result
    }

    /// Sorts and makes equal words one, there when any of them is.
    pub(super) fn sort(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let mut words = self.argument_words(arguments, 0, within);
        let texts = &self.world.texts;
        words.sort_by(|a, b| texts.str(a.text).cmp(texts.str(b.text)));
        let result: Few<Word> = words
            .chunk_by(|a, b| a.text == b.text)
            .map(|same| {
                let guard = self
                    .world
                    .conditions
                    .any(same.iter().map(|word| word.guard));
                Word {
                    guard,
                    text: same[0].text,
                }
            })
            .collect();
        Value::list(result)
    }

    pub(super) fn end_word(
        &mut self,
        arguments: &[Expression],
        within: Condition,
        first: bool,
    ) -> Value {
        let mut words = self.argument_words(arguments, 0, within);
        if !first {
            words.reverse();
        }
        let mut result = Value::default();
        for (guard, text) in self.first_of(&words, within) {
            let part = Value::text(text);
            result.push(&part, guard, &mut self.world.conditions);
        }
        result
    }

    /// Which word is the first that is there, and when.
    pub fn first_of(&mut self, words: &[Word], within: Condition) -> Vec<(Condition, Text)> {
        let mut open = within;
        let mut result = Vec::new();
        for word in words {
            let here = self.and(open, word.guard);
            if !here.is_false() {
                result.push((here, word.text));
            }
            open = self.except(open, word.guard);
            if open.is_false() {
                break;
            }
        }
        result
    }

    pub(super) fn word_function(
        &mut self,
        function: Function,
        arguments: &[Expression],
        within: Condition,
    ) -> Value {
        let list = arguments.len().saturating_sub(1);
        let words = self.argument_words(arguments, list, within);
        let mut number = |index: usize| {
            let text = self.expand_text(arguments.get(index)?, within)?;
            self.world.texts.str(text).trim().parse::<usize>().ok()
        };
        let (start, end) = match function {
            Function::Word => (number(0), number(0)),
            Function::Wordlist => (number(0), number(1)),
            _ => (None, None),
        };
        let mut result = Value::default();
        for (guard, present) in self.present_words(&words, within) {
            let part = if let (Some(start), Some(end)) = (start, end) {
                let chosen = present.get(start.saturating_sub(1)..end.min(present.len()));
                chosen.unwrap_or_default().to_vec()
            } else {
                vec![self.intern(&present.len().to_string())]
            };
            let part: Few<Word> = part
                .into_iter()
                .map(|text| Word {
                    guard: Condition::TRUE,
                    text,
                })
                .collect();
            result.push(&Value::list(part), guard, &mut self.world.conditions);
        }
        result
    }

    /// The lists that can be there. Many guarded words make too many lists.
    fn present_words(&mut self, words: &[Word], within: Condition) -> Vec<(Condition, Vec<Text>)> {
        let mut lists = vec![(within, Vec::new())];
        for word in words {
            let mut next = Vec::new();
            for (guard, mut list) in lists {
                let without = self.except(guard, word.guard);
                if !without.is_false() {
                    next.push((without, list.clone()));
                }
                let with = self.and(guard, word.guard);
                if !with.is_false() {
                    list.push(word.text);
                    next.push((with, list));
                }
            }
            lists = next;
            if lists.len() > 1024 {
                self.report("too many different lists to count");
                return Vec::new();
            }
        }
        lists
    }

    pub(super) fn join(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let left = self.argument_words(arguments, 0, within);
        let right = self.argument_words(arguments, 1, within);
        let open = |words: &[Word]| {
            words
                .iter()
                .any(|word| word.guard != within && !word.guard.is_true())
        };
        if open(&left) || open(&right) {
            self.report("$(join ...) of lists that depend on the configuration");
        }
        let mut result = Vec::new();
        for index in 0..left.len().max(right.len()) {
            let text = self.world.texts.compose(|texts, out| {
                let words = [left.get(index), right.get(index)];
                out.extend(words.into_iter().flatten().map(|word| texts.str(word.text)));
            });
            result.push(Word {
                guard: within,
                text,
            });
        }
        Value::list(result)
    }
}
