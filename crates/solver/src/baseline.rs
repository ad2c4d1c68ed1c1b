// SPDX-License-Identifier: Apache-2.0
//! The configuration that a solution is held against: it says what may stay on, and
//! gives every number and string its value.

use std::rc::Rc;

use kconfig::{Arena, Configuration, SymbolId, Tristate, comparison};

/// The values of a complete configuration.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Of a bool, tristate or choice; n of anything else.
    pub(crate) values: Arena<SymbolId, Tristate>,
    /// What the user says of a number or string: its value, where it is written at all
    /// and can be read again.
    pub(crate) texts: Arena<SymbolId, Option<Rc<str>>>,
}

impl Baseline {
    /// What `configuration` comes to; calculates all of it.
    pub fn of(configuration: &mut Configuration<'_>) -> Self {
        configuration.invalidate();
        configuration.calculate_all();
        let mut baseline = Self::default();
        for (symbol, declared) in configuration.model().symbols() {
            let is_text = !declared.kind.is_logical() && configuration.is_written(symbol);
            let text = is_text.then(|| configuration.string_value(symbol));
            let text = text.filter(|text| comparison::is_valid((declared.kind, text)));
            baseline.values.push(configuration.tristate(symbol));
            baseline.texts.push(text);
        }
        baseline
    }

    /// The value of a number or string; `None` where it isn't written.
    pub fn text(&self, symbol: SymbolId) -> Option<&str> {
        self.texts[symbol].as_deref()
    }

    pub fn tristate(&self, symbol: SymbolId) -> Tristate {
        self.values[symbol]
    }
}
