// SPDX-License-Identifier: Apache-2.0
//! A solution: the value of every bool and tristate.

use std::rc::Rc;

use kconfig::{Arena, SymbolId, Tristate};
use rustc_hash::FxHashMap;

use crate::encode::{Encoding, Value};
use crate::formula::Atom;

/// The values that the solver gives; numbers and strings follow from the baseline.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub(crate) values: Arena<SymbolId, Tristate>,
    /// Whether what a user says of the symbol counts.
    pub(crate) visible: Arena<SymbolId, bool>,
    /// The numbers and strings that anything depends on.
    texts: FxHashMap<SymbolId, Rc<str>>,
}

impl Assignment {
    pub fn tristate(&self, symbol: SymbolId) -> Tristate {
        self.values[symbol]
    }

    /// Whether a user's value for the symbol counts.
    pub fn is_visible(&self, symbol: SymbolId) -> bool {
        self.visible[symbol]
    }

    /// Whether what `atom` says is so.
    pub fn has(&self, atom: &Atom) -> bool {
        match atom {
            Atom::AtLeast(symbol, least) => self.values[*symbol] >= *least,
            Atom::Text(symbol, text) => self.texts.get(symbol) == Some(text),
        }
    }

    /// What `encoding` comes to with these values of its gates.
    pub(crate) fn of(encoding: &Encoding, gates: &[bool]) -> Self {
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
        let mut texts = FxHashMap::default();
        for (symbol, all) in encoding.texts.iter() {
            let this = all.iter().find(|(_, lit)| lit.value(gates[lit.gate()]));
            texts.extend(this.map(|(text, _)| (symbol, Rc::clone(text))));
        }
        Self {
            values,
            visible,
            texts,
        }
    }
}
