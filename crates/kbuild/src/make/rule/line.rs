// SPDX-License-Identifier: Apache-2.0
//! A rule's line, taken apart at its colons.

use std::ops::Range;

use crate::condition::Condition;
use crate::few::Few;
use crate::make::Make;
use crate::text::{Text, Texts};
use crate::value::{Item, Value, Word};

/// `TARGETS: PREREQUISITES`, or `TARGETS: PATTERNS: PREREQUISITES`.
pub(super) struct Line {
    pub(super) targets: Few<Word>,
    pub(super) patterns: Option<Few<Word>>,
    pub(super) prerequisites: Few<Word>,
}

impl Make<'_, '_> {
    /// Nothing where the colon is there in some configurations only.
    pub(super) fn line(&mut self, value: &Value, within: Condition) -> Option<Line> {
        if let Some(text) = value.as_text()
            && !self.world.is_unknown(text)
        {
            return whole_line(text, &mut self.world.texts);
        }
        let (targets, rest) = self.split_at_colon(value)?;
        let targets = self.words(&targets, within);
        let (patterns, prerequisites) = match self.split_at_colon(&rest) {
            Some((patterns, prerequisites)) => (Some(patterns), prerequisites),
            None => (None, rest),
        };
        Some(Line {
            targets,
            patterns: patterns.map(|patterns| self.words(&patterns, within)),
            prerequisites: self.words(&prerequisites, within),
        })
    }

    /// Splits at the first colon of an unconditional piece.
    fn split_at_colon(&mut self, value: &Value) -> Option<(Value, Value)> {
        let texts = &mut self.world.texts;
        for (index, item) in value.items.iter().enumerate() {
            let Item::Text(guard, text) = item else {
                continue;
            };
            let Some((left, right)) = around_colon(texts.str(*text)) else {
                continue;
            };
            if !guard.is_true() {
                return None;
            }
            let mut targets = Value {
                items: value.items[..index].iter().cloned().collect(),
            };
            if !left.is_empty() {
                let left = texts.part(*text, left);
                targets.items.push(Item::Text(Condition::TRUE, left));
            }
            let mut rest = Value::text(texts.part(*text, right));
            rest.items.extend(value.items[index + 1..].iter().cloned());
            return Some((targets, rest));
        }
        None
    }
}

/// A line that is the same in every configuration.
fn whole_line(line: Text, texts: &mut Texts) -> Option<Line> {
    let (left, right) = around_colon(texts.str(line))?;
    let (middle, right) = match around_colon(&texts.str(line)[right.clone()]) {
        Some((pattern, rest)) => {
            let shift = |part: Range<usize>| right.start + part.start..right.start + part.end;
            (Some(shift(pattern)), shift(rest))
        }
        None => (None, right),
    };
    let mut words = |part: Range<usize>| -> Few<Word> {
        let words = texts.words(line, part).into_iter();
        let always = |text| Word {
            guard: Condition::TRUE,
            text,
        };
        words.map(always).collect()
    };
    Some(Line {
        targets: words(left),
        patterns: middle.map(&mut words),
        prerequisites: words(right),
    })
}

/// What stands left and right of the first colon, be it `:`, `::` or `&:`.
fn around_colon(line: &str) -> Option<(Range<usize>, Range<usize>)> {
    let colon = line.find(':')?;
    let left = line[..colon].trim_end_matches('&').len();
    let right = line[colon + 1..].trim_start_matches(':').len();
    Some((0..left, line.len() - right..line.len()))
}
