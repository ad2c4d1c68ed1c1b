// SPDX-License-Identifier: Apache-2.0
//! The left side of a check when it is a literal of Python: a text in quotes, a number, `True`,
//! `False`, `None`. Anything else is the name of a credential.

use crate::python;

/// What `str()` makes of the literal; `None` when it is none.
pub(super) fn literal(text: &str) -> Option<String> {
    if matches!(text, "True" | "False" | "None") {
        return Some(text.to_owned());
    }
    quoted(text).or_else(|| number(text))
}

/// Without the quotes; a text with a backslash is none, for its escapes are Python's.
fn quoted(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains([quote, '\\'])).then(|| inner.to_owned())
}

/// Decimal numbers, signed or not; a whole one has no zero in front.
fn number(text: &str) -> Option<String> {
    let figures = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !figures.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if figures.chars().all(|c| c.is_ascii_digit()) {
        let plain = !figures.starts_with('0') || figures.chars().all(|c| c == '0');
        return text
            .parse::<i128>()
            .ok()
            .filter(|_| plain)
            .map(|number| number.to_string());
    }
    let number: f64 = text.parse().ok()?;
    Some(python::float(number))
}
