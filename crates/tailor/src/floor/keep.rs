// SPDX-License-Identifier: Apache-2.0
//! Symbols that stay on where the baseline has them on, unless what they protect is gone.

use std::sync::Arc;

use super::rule::{Alternative, Source};

/// A promise over symbols by the pattern of their names.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    /// File and name: `lsm/security`.
    pub id: String,
    pub source: Arc<Source>,
    pub protects: String,
    /// Names; a `*` stands for any characters.
    pub symbols: Vec<String>,
    /// Patterns of names that `symbols` matches, but that protect nothing.
    pub except: Vec<String>,
    /// The promise is void where one of these holds in the result.
    pub unless: Vec<Alternative>,
    /// Architectures as given to make; empty: all.
    pub arch: Vec<String>,
}

impl Keep {
    pub fn concerns(&self, arch: &str) -> bool {
        self.arch.is_empty() || self.arch.iter().any(|a| a == arch)
    }

    /// Whether the promise is about this symbol.
    pub fn covers(&self, symbol: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|p| matches(p, symbol));
        any(&self.symbols) && !any(&self.except)
    }

    /// Whether what it protects is gone, given the values of the result.
    pub fn is_void(&self, value: &dyn Fn(&str) -> Option<String>) -> bool {
        self.unless
            .iter()
            .any(|all| all.iter().all(|atom| atom.holds(value)))
    }
}

/// Linear: a part after a `*` is taken at its first occurrence, the last one at the end.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match name.split_once(part) {
            Some((_, after)) => name = after,
            None => return false,
        }
    }
    name.ends_with(tail)
}
