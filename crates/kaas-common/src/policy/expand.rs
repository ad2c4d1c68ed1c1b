// SPDX-License-Identifier: Apache-2.0
//! `%(name)s` in a check stands for a value of the target.

use super::check::Facts;
use crate::python;

/// The text with its references replaced; `None` where one has no value, or is another of
/// Python's formats, which no rule needs.
pub(super) fn expand(text: &str, target: &Facts) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let (name, after) = reference(rest)?;
        out.push_str(&python::text(target.get(name)?));
        rest = after;
    }
    Some(out + rest)
}

/// The name in `(name)s`, whose own parentheses come in pairs, and what follows.
fn reference(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('(')?;
    let mut depth = 1;
    for (at, character) in inner.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&inner[..at], inner[at + 1..].strip_prefix('s')?));
        }
    }
    None
}
