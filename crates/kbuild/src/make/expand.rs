// SPDX-License-Identifier: Apache-2.0
//! Expansion: from expressions to guarded values.

use super::{Make, Pattern};
use crate::condition::Condition;
use crate::few::Few;
use crate::language::{Expression, Part};
use crate::text::Text;
use crate::value::{Joint, Value, Word};

/// Expansion nested deeper than this is a loop.
const MAXIMUM_DEPTH: usize = 160;

/// A Makefile whose references produce more than this, all together, has no end
/// in sight: some forty letters suffice for a text that doubles forever.
const MAXIMUM_WORK: usize = 1_000_000;

/// So many values are remembered of a call: they are searched one after the other.
const MOST_LOCAL: usize = 8;

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
        let value = if expression.local && !self.numbered {
            self.local(expression, within)
        } else {
            self.parts(expression, within)
        };
        self.depth -= 1;
        value
    }

    /// What depends only on the arguments of a call is worked out once in that call.
    fn local(&mut self, expression: &Expression, within: Condition) -> Value {
        let address = std::ptr::from_ref(expression);
        let known = self.frames.last().and_then(|frame| {
            let same = |known: &&(_, _, Value)| known.0 == address && known.1 == within;
            frame.known.iter().find(same)
        });
        if let Some((_, _, value)) = known {
            return value.clone();
        }
        let value = self.parts(expression, within);
        let frame = self.frames.last_mut();
        if let Some(frame) = frame.filter(|frame| frame.known.len() < MOST_LOCAL) {
            frame.known.push((address, within, value.clone()));
        }
        value
    }

    fn parts(&mut self, expression: &Expression, within: Condition) -> Value {
        if let [part] = expression.parts.as_slice() {
            return self.part(part, within).unwrap_or_default();
        }
        let mut joint = Joint::new(expression.parts.len());
        for part in &expression.parts {
            let Some(piece) = self.part(part, within) else {
                break;
            };
            joint.push(piece);
        }
        joint.value(&mut self.world.texts)
    }

    /// Nothing when there was too much work before.
    fn part(&mut self, part: &Part, within: Condition) -> Option<Value> {
        let piece = match part {
            Part::Literal(text) => return Some(Value::text(*text)),
            Part::Variable(name) => self.lookup(*name, within),
            Part::Computed(name) => self.computed(name, within),
            Part::Substitution { name, from, to } => self.substitution(name, (from, to), within),
            Part::Call(function, arguments) => self.function(*function, arguments, within),
        };
        let exhausted = self.is_exhausted(piece.size(&self.world.texts));
        (!exhausted).then_some(piece)
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
        let mut result = Few::None;
        for (guard, from) in self.alternatives(&from, within) {
            // `$(X:a=b)` is `$(patsubst %a,%b,$(X))` (make manual, "Substitution Refs").
            let plain = !self.world.texts.has_percent(from);
            let from = if plain {
                self.after_percent(from)
            } else {
                from
            };
            for (both, to) in self.alternatives(&to, guard) {
                let to = if plain { self.after_percent(to) } else { to };
                self.patsubst(&words, (from, to), both, &mut result);
            }
        }
        Value::list(result)
    }

    fn after_percent(&mut self, text: Text) -> Text {
        let texts = &mut self.world.texts;
        texts.compose(|texts, out| out.extend(["%", texts.str(text)]))
    }

    /// Replaces in each word that matches; appends all words to `result`.
    pub fn patsubst(
        &mut self,
        words: &[Word],
        (from, to): (Text, Text),
        within: Condition,
        result: &mut Few<Word>,
    ) {
        let [from, to] = [from, to].map(|text| {
            let text = self.world.texts.trim(text);
            Pattern::new(text, &self.world.texts)
        });
        for word in words {
            let guard = self.and(word.guard, within);
            if guard.is_false() {
                continue;
            }
            let texts = &mut self.world.texts;
            let replaced = match from.stem(texts.str(word.text), texts) {
                None => word.text,
                Some(_) if from.is_plain() => texts.compose(|texts, out| to.fill("%", texts, out)),
                Some(stem) => texts.compose(|texts, out| {
                    to.fill(&texts.str(word.text)[stem], texts, out);
                }),
            };
            if !texts.has_space(replaced) && replaced != Text::EMPTY {
                result.push(Word {
                    guard,
                    text: replaced,
                });
                continue;
            }
            for &text in texts.split(replaced).iter() {
                result.push(Word { guard, text });
            }
        }
    }
}
