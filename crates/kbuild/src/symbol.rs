// SPDX-License-Identifier: Apache-2.0
//! What Kbuild needs to know of Kconfig: the types of symbols, and their values.

use kconfig::{SymbolType, Tristate};

/// The declared type of each symbol, named without `CONFIG_`.
pub trait SymbolTypes {
    /// [`SymbolType::Unknown`] for a name that nothing defines: it is always empty.
    fn symbol_type(&self, name: &str) -> SymbolType;
}

/// The value of each symbol as `include/config/auto.conf` gives it to make:
/// `y`, `m`, a number, or a string without quotes; nothing where it is n.
pub trait Values {
    fn value(&self, name: &str) -> Option<&str>;
}

impl<S: std::hash::BuildHasher> SymbolTypes for std::collections::HashMap<String, SymbolType, S> {
    fn symbol_type(&self, name: &str) -> SymbolType {
        self.get(name).copied().unwrap_or_default()
    }
}

impl<S: std::hash::BuildHasher> Values for std::collections::HashMap<String, String, S> {
    fn value(&self, name: &str) -> Option<&str> {
        self.get(name).map(String::as_str)
    }
}

/// A symbol's value as a tristate; anything else than `y` and `m` is n.
pub fn tristate(values: &dyn Values, name: &str) -> Tristate {
    values
        .value(name)
        .and_then(Tristate::parse)
        .unwrap_or_default()
}
