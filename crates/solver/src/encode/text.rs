// SPDX-License-Identifier: Apache-2.0
//! Numbers and strings: the few texts that each can have, by case distinction. A user's
//! text is the baseline's.

use std::rc::Rc;

use kconfig::expression::Expression;
use kconfig::{PropertyKind, SymbolId, SymbolType, comparison};

use super::{Encoder, Texts};
use crate::circuit::Lit;

/// A lower and an upper bound that a range may have at the same time.
struct Bounds {
    low: Rc<str>,
    high: Rc<str>,
    lit: Lit,
}

impl Encoder<'_> {
    /// Encodes the texts of an int, hex or string (`sym_calc_value()`).
    pub(super) fn text(&mut self, symbol: SymbolId) {
        let kind = self.kind(symbol);
        if kind == SymbolType::Unknown {
            return;
        }
        let visible = self.visibility(symbol).on;
        self.visible[symbol] = visible;
        let texts = self.text_before_range(symbol, visible);
        self.texts[symbol] = match kind {
            SymbolType::Int | SymbolType::Hex => self.clamped(symbol, kind, texts),
            _ => texts,
        };
    }

    fn text_before_range(&mut self, symbol: SymbolId, visible: Lit) -> Texts {
        let model = self.model;
        let mut texts = Texts::new();
        let mut open = Lit::TRUE;
        if let Some(user) = self.problem.baseline.texts[symbol].clone() {
            texts.push((user, visible));
            open = !visible;
        }
        for property in model.properties_of(symbol, PropertyKind::Default) {
            let condition = self.truth(property.condition).on;
            let here = self.circuit.and(open, condition);
            open = self.circuit.and(open, !condition);
            let source = model.property_symbol(property);
            let stated = source.map_or_else(|| self.zero(symbol), |source| self.raw(source));
            for (text, lit) in stated {
                let lit = self.circuit.and(here, lit);
                self.offer(&mut texts, text, lit);
            }
        }
        for (text, _) in self.zero(symbol) {
            self.offer(&mut texts, text, open);
        }
        texts
    }

    /// The first range whose condition isn't n bounds the value.
    fn clamped(&mut self, symbol: SymbolId, kind: SymbolType, texts: Texts) -> Texts {
        let model = self.model;
        let mut clamped = Texts::new();
        let mut open = Lit::TRUE;
        for property in model.properties_of(symbol, PropertyKind::Range) {
            let condition = self.truth(property.condition).on;
            let here = self.circuit.and(open, condition);
            open = self.circuit.and(open, !condition);
            let Some(Expression::Range(low, high)) =
                property.expr.map(|expr| model.expressions().get(expr))
            else {
                continue;
            };
            let kinds = (self.kind(low), self.kind(high));
            let bounds = self.pairs(low, high);
            for (text, lit) in &texts {
                for bounds in &bounds {
                    let low = (kinds.0, &*bounds.low);
                    let high = (kinds.1, &*bounds.high);
                    let bounded = comparison::clamped((kind, text), low, high);
                    let lit = self.circuit.and_all([here, *lit, bounds.lit]);
                    self.offer(&mut clamped, Rc::from(bounded), lit);
                }
            }
        }
        for (text, lit) in texts {
            let lit = self.circuit.and(open, lit);
            self.offer(&mut clamped, text, lit);
        }
        clamped
    }

    /// The texts of two bounds, with the condition of each pair.
    fn pairs(&mut self, low: SymbolId, high: SymbolId) -> Vec<Bounds> {
        let mut pairs = Vec::new();
        for (low, if_low) in self.raw(low) {
            for (high, if_high) in self.raw(high) {
                let both = self.circuit.and(if_low, if_high);
                pairs.push(Bounds {
                    low: Rc::clone(&low),
                    high,
                    lit: both,
                });
            }
        }
        pairs
    }

    /// `text` is one of `texts` if `lit`, too.
    fn offer(&mut self, texts: &mut Texts, text: Rc<str>, lit: Lit) {
        if lit == Lit::FALSE {
            return;
        }
        match texts.iter_mut().find(|(known, _)| *known == text) {
            Some((_, known)) => *known = self.circuit.or(*known, lit),
            None => texts.push((text, lit)),
        }
    }

    /// The value without any default.
    fn zero(&self, symbol: SymbolId) -> Texts {
        let zero = self.model.dialect().numbers_default_to_zero;
        let text = match self.kind(symbol) {
            SymbolType::Int if zero => "0",
            SymbolType::Hex if zero => "0x0",
            _ => "",
        };
        vec![(Rc::from(text), Lit::TRUE)]
    }

    /// What a default or a bound takes from `source`: of a bool or tristate that is
    /// no constant always `n` (`curr.val`).
    fn raw(&self, source: SymbolId) -> Texts {
        match self.kind(source) {
            SymbolType::Unknown => vec![(self.name(source), Lit::TRUE)],
            kind if kind.is_logical() && source > SymbolId::YES => {
                vec![(Rc::from("n"), Lit::TRUE)]
            }
            kind if kind.is_logical() => vec![(self.name(source), Lit::TRUE)],
            _ => self.texts[source].clone(),
        }
    }

    pub(super) fn name(&self, symbol: SymbolId) -> Rc<str> {
        let name = self.model.symbol(symbol).name.clone();
        name.unwrap_or_else(|| Rc::from(""))
    }
}
