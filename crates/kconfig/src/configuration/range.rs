// SPDX-License-Identifier: Apache-2.0
//! Bounds of int and hex symbols (`sym_validate_range()`).

use super::Configuration;
use crate::comparison::base;
use crate::expression::Expression;
use crate::model::{PropertyKind, SymbolId};
use crate::number;
use crate::value::{SymbolType, Tristate};

impl Configuration<'_> {
    /// A value out of range becomes the bound it violates, spelled as the bound is.
    pub(super) fn clamp_to_range(&mut self, symbol: SymbolId) {
        let Some(base) = base(self.model.symbols[symbol].kind) else {
            return;
        };
        let Some((low, high)) = self.bounds(symbol) else {
            return;
        };
        let value = number::parse(&self.slots[symbol].text, base).signed().0;
        let bound = if value < self.bound(low, base) {
            low
        } else if value > self.bound(high, base) {
            high
        } else {
            return;
        };
        self.slots[symbol].text = self.raw_text(bound);
    }

    fn bounds(&mut self, symbol: SymbolId) -> Option<(SymbolId, SymbolId)> {
        let (range, _) = self.applicable(symbol, PropertyKind::Range)?;
        match self.model.expressions.get(range.expr?) {
            Expression::Range(low, high) => Some((low, high)),
            _ => None,
        }
    }

    fn bound(&mut self, symbol: SymbolId, base_otherwise: u32) -> i64 {
        self.calculate(symbol);
        let base = base(self.model.symbols[symbol].kind).unwrap_or(base_otherwise);
        number::parse(&self.raw_text(symbol), base).signed().0
    }

    /// Whether `text` may be given to `symbol` now (`sym_string_within_range()`).
    pub fn is_within_range(&mut self, symbol: SymbolId, text: &str) -> bool {
        let kind = self.model.symbols[symbol].kind;
        match kind {
            SymbolType::String => true,
            SymbolType::Int | SymbolType::Hex => {
                number::is_valid(kind, text) && self.number_within_range(symbol, text)
            }
            SymbolType::Bool | SymbolType::Tristate => {
                answer(text).is_some_and(|value| self.tristate_within_range(symbol, value))
            }
            SymbolType::Unknown => false,
        }
    }

    fn number_within_range(&mut self, symbol: SymbolId, text: &str) -> bool {
        let Some((low, high)) = self.bounds(symbol) else {
            return true;
        };
        let base = base(self.model.symbols[symbol].kind).unwrap_or(10);
        let value = number::parse(text, base).signed().0;
        value >= self.bound(low, base) && value <= self.bound(high, base)
    }
}

/// `y`, `m` or `n`, of which only the first letter counts.
pub(super) fn answer(text: &str) -> Option<Tristate> {
    match text.bytes().next()? {
        b'y' | b'Y' => Some(Tristate::Yes),
        b'm' | b'M' => Some(Tristate::Module),
        b'n' | b'N' => Some(Tristate::No),
        _ => None,
    }
}
