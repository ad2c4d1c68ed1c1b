// SPDX-License-Identifier: Apache-2.0
//! What a configuration is without some of its symbols, and nothing else changed.

use std::collections::HashMap;

use kbuild::symbol::Values;

/// A configuration in which symbols are n, whatever selects them.
pub(super) struct Without<'v, S> {
    pub(super) values: &'v HashMap<String, String>,
    pub(super) symbols: &'v [S],
}

impl<S: AsRef<str>> Values for Without<'_, S> {
    fn value(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name).map(String::as_str);
        let is_off = self.symbols.iter().any(|symbol| symbol.as_ref() == name);
        value.filter(|_| !is_off)
    }
}
