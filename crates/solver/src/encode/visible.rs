// SPDX-License-Identifier: Apache-2.0
//! What prompts allow, and what is made of m where m can't be (`sym_calc_visibility()`).

use kconfig::{SymbolId, SymbolType};

use super::{Encoder, Value};

impl Encoder<'_> {
    /// The highest value that a user can give a symbol that is no member of a choice.
    pub(super) fn visibility(&mut self, symbol: SymbolId) -> Value {
        let model = self.model;
        let declared = model.symbol(symbol);
        if declared.is_transitional {
            return Value::YES;
        }
        let mut visible = Value::NO;
        for id in &declared.properties {
            let property = model.property(*id);
            if property.text.is_some() {
                let condition = self.truth(property.condition);
                visible = visible.max(condition, &mut self.circuit);
            }
        }
        self.promoted(symbol, visible)
    }

    /// A bool takes m for y, and so does a tristate without modules.
    pub(super) fn promoted(&mut self, symbol: SymbolId, value: Value) -> Value {
        if self.kind(symbol) != SymbolType::Tristate {
            return Value::plain(value.on);
        }
        let modules = self.modules();
        let lifted = self.circuit.and(value.on, !modules);
        let yes = self.circuit.or(value.yes, lifted);
        Value { on: value.on, yes }
    }
}
