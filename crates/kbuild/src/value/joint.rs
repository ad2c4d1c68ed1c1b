// SPDX-License-Identifier: Apache-2.0
//! Values put together piece by piece: a few short texts become one text, so that there
//! is one to work with.

use super::{Item, Value};
use crate::condition::Condition;
use crate::few::Few;
use crate::text::{Text, Texts};

/// A text is joined with others up to this length.
const SHORT: usize = 100;
const FEW: usize = 6;

/// A value in the making.
#[derive(Debug)]
pub(crate) struct Joint {
    /// The first pieces, as long as each is one text that is always there.
    texts: [Text; FEW],
    count: usize,
    rest: Value,
}

impl Joint {
    /// For so many pieces.
    pub(crate) fn new(pieces: usize) -> Self {
        let room = if pieces > FEW { pieces } else { 0 };
        Self {
            texts: [Text::EMPTY; FEW],
            count: 0,
            rest: Value {
                items: Few::with_capacity(room),
            },
        }
    }

    pub(crate) fn push(&mut self, piece: Value) {
        match *piece.items {
            [] => {}
            [Item::Text(Condition::TRUE, text)] if self.rest.is_empty() && self.count < FEW => {
                self.texts[self.count] = text;
                self.count += 1;
            }
            _ => {
                self.settle();
                self.rest.items.append(piece.items);
            }
        }
    }

    /// The texts so far become pieces.
    fn settle(&mut self) {
        let texts = self.texts.into_iter().take(self.count);
        let pieces = texts.map(|text| Item::Text(Condition::TRUE, text));
        self.rest.items.extend(pieces);
        self.count = 0;
    }

    pub(crate) fn value(mut self, texts: &mut Texts) -> Value {
        let pieces = &self.texts[..self.count];
        let length = |all: &[Text]| -> usize { all.iter().map(|text| texts.length(*text)).sum() };
        match pieces {
            [] => {}
            [text] => return Value::text(*text),
            pieces if length(pieces) <= SHORT => {
                let whole = texts.compose(|texts, out| {
                    out.extend(pieces.iter().map(|text| texts.str(*text)));
                });
                return Value::text(whole);
            }
            _ => self.settle(),
        }
        self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_become_one_and_others_stay() {
        let mut texts = Texts::default();
        let [a, b, ab, long] = ["a", "b", "ab", &"c".repeat(SHORT)].map(|text| texts.intern(text));
        for (pieces, expected) in [
            (vec![a], vec![a]),
            (vec![a, b], vec![ab]),
            (vec![a, long], vec![a, long]),
            ([a, b].repeat(4), [a, b].repeat(4)),
        ] {
            let mut joint = Joint::new(pieces.len());
            for text in &pieces {
                joint.push(Value::text(*text));
            }
            let items = expected
                .into_iter()
                .map(|text| Item::Text(Condition::TRUE, text));
            let items = items.collect();
            assert_eq!(joint.value(&mut texts), Value { items });
        }
    }
}
