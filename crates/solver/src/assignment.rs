// SPDX-License-Identifier: Apache-2.0
//! A solution: the value of every bool and tristate.

use kconfig::{Arena, SymbolId, Tristate};

use crate::encode::{Encoding, Value};

/// The values that the solver gives; numbers and strings follow from the baseline.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub(crate) values: Arena<SymbolId, Tristate>,
    /// Whether what a user says of the symbol counts.
    pub(crate) visible: Arena<SymbolId, bool>,
}

impl Assignment {
    pub fn tristate(&self, symbol: SymbolId) -> Tristate {
        self.values[symbol]
    }

    /// Whether a user's value for the symbol counts.
    pub fn is_visible(&self, symbol: SymbolId) -> bool {
        self.visible[symbol]
    }

    /// What `encoding` comes to with the inputs that are true.
    pub(crate) fn of(encoding: &Encoding, input: impl Fn(usize) -> bool) -> Self {
        let gates = encoding.circuit.evaluate(input);
        let (mut values, mut visible) = (Arena::default(), Arena::default());
        for (symbol, Value { on, yes }) in encoding.values.iter() {
            let [on, yes] = [on, yes].map(|lit| lit.value(gates[lit.gate()]));
            values.push(match (on, yes) {
                (false, _) => Tristate::No,
                (true, false) => Tristate::Module,
                (true, true) => Tristate::Yes,
            });
            let lit = encoding.visible[symbol];
            visible.push(lit.value(gates[lit.gate()]));
        }
        Self { values, visible }
    }
}
