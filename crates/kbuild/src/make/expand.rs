// SPDX-License-Identifier: Apache-2.0
//! Expansion: from expressions to guarded values.

use super::Make;
use crate::condition::Condition;
use crate::language::{Expression, Part};
use crate::text::Text;
use crate::value::{Item, Value, Word};

/// Expansion nested deeper than this is a loop.
const MAXIMUM_DEPTH: usize = 160;

/// A Makefile whose references produce more than this, all together, has no end
/// in sight: some forty letters suffice for a text that doubles forever.
const MAXIMUM_WORK: usize = 1_000_000;

impl Make<'_, '_> {
    /// What an expression is within a condition; elsewhere the result means nothing.
    pub fn expand(&mut self, expression: &Expression, within: Condition) -> Value {
        if self.depth > MAXIMUM_DEPTH {
            self.report("references nested too deep");
            return Value::default();
        }
        if self.is_exhausted(1) {
            return Value::default();
        }
        self.depth += 1;
        let mut value = Value::default();
        for part in &expression.parts {
            let piece = match part {
                Part::Literal(text) => {
                    value.items.push(Item::Text(Condition::TRUE, *text));
                    continue;
                }
                Part::Variable(name) => self.lookup(*name, within),
                Part::Computed(name) => self.computed(name, within),
                Part::Substitution { name, from, to } => {
                    self.substitution(name, (from, to), within)
                }
                Part::Call(function, arguments) => self.function(*function, arguments, within),
            };
            if self.is_exhausted(piece.size(&self.world.texts)) {
                break;
            }
            if expression.parts.len() == 1 {
                value = piece;
            } else {
                value.items.append(piece.items);
            }
        }
        self.depth -= 1;
        value
    }

    /// Counts work; true from when there was too much of it, which is reported once.
    fn is_exhausted(&mut self, work: usize) -> bool {
        let exhausted = self.work > MAXIMUM_WORK;
        if !exhausted {
            self.work += work;
            if self.work > MAXIMUM_WORK {
                self.report("references expand without end");
            }
        }
        exhausted
    }

    /// A text that is the same in every configuration, if it is.
    pub fn expand_text(&mut self, expression: &Expression, within: Condition) -> Option<Text> {
        match expression.as_literal() {
            Some(text) => Some(text),
            None => self.expand(expression, within).as_text(),
        }
    }

    fn computed(&mut self, name: &Expression, within: Condition) -> Value {
        let name = self.expand(name, within);
        self.lookup_named(&name, within)
    }

    /// The value of the variable whose name is a value.
    pub fn lookup_named(&mut self, name: &Value, within: Condition) -> Value {
        if let Some(name) = name.as_text() {
            return self.lookup(name, within);
        }
        let mut value = Value::default();
        for (guard, name) in self.alternatives(name, within) {
            let part = self.lookup(name, guard);
            value.push(&part, guard, &mut self.world.conditions);
        }
        value
    }

    fn substitution(
        &mut self,
        name: &Expression,
        (from, to): (&Expression, &Expression),
        within: Condition,
    ) -> Value {
        let value = match name.as_literal() {
            Some(name) => self.lookup(name, within),
            None => self.computed(name, within),
        };
        let words = self.words(&value, within);
        let (from, to) = (self.expand(from, within), self.expand(to, within));
        // `$(X:a=b)` is `$(patsubst %a,%b,$(X))` (make manual, "Substitution Refs").
        let with_percent = |make: &mut Self, text: Text, always: bool| {
            let text = make.world.texts.get(text);
            if always {
                make.intern(&format!("%{text}"))
            } else {
                make.intern(&text)
            }
        };
        let mut result = Vec::new();
        for (guard, from) in self.alternatives(&from, within) {
            let plain = !self.world.texts.str(from).contains('%');
            let from = with_percent(self, from, plain);
            for (both, to) in self.alternatives(&to, guard) {
                let to = with_percent(self, to, plain);
                self.patsubst(&words, (from, to), both, &mut result);
            }
        }
        Value::list(result)
    }

    /// Replaces in each word that matches; appends all words to `result`.
    pub fn patsubst(
        &mut self,
        words: &[Word],
        (from, to): (Text, Text),
        within: Condition,
        result: &mut Vec<Word>,
    ) {
        let (from, to) = (self.world.texts.get(from), self.world.texts.get(to));
        let (from, to) = (from.trim(), to.trim());
        for word in words {
            let guard = self.and(word.guard, within);
            if guard.is_false() {
                continue;
            }
            let text = self.world.texts.get(word.text);
            let Some(stem) = stem(from, &text) else {
                result.push(Word {
                    guard,
                    text: word.text,
                });
                continue;
            };
            let replaced = if from.contains('%') {
                fill(to, stem)
            } else {
                to.to_owned()
            };
            for piece in replaced.split_ascii_whitespace() {
                let text = self.intern(piece);
                result.push(Word { guard, text });
            }
        }
    }
}

/// What `%` stands for when a word matches a pattern; the empty text when a
/// pattern without `%` is the word itself.
pub(crate) fn stem<'w>(pattern: &str, word: &'w str) -> Option<&'w str> {
    match pattern.split_once('%') {
        None => (pattern == word).then_some(""),
        Some((head, tail)) => {
            let rest = word.strip_prefix(head)?;
            rest.strip_suffix(tail)
        }
    }
}

/// The pattern with its first `%` replaced.
pub(crate) fn fill(pattern: &str, stem: &str) -> String {
    match pattern.split_once('%') {
        None => pattern.to_owned(),
        Some((head, tail)) => format!("{head}{stem}{tail}"),
    }
}
