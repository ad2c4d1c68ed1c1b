// SPDX-License-Identifier: Apache-2.0
//! One statement about one symbol, and how it is written in the data files.

use std::fmt;
use std::str::FromStr;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Atom {
    /// Without `CONFIG_`.
    pub symbol: String,
    pub comparison: Comparison,
}

/// How it is written, for a symbol A.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `!A`: n, or not there.
    Off,
    /// `A=y`, `A=0x1`: this value; numbers are compared as numbers.
    Is(String),
    /// `A!=y`: any other value, or none.
    IsNot(String),
    /// `A>=32`
    AtLeast(u64),
    /// `A<=32`
    AtMost(u64),
    /// `A~lockdown`: a list of words, separated by commas, with this one.
    Lists(String),
}

impl Atom {
    /// Whether it holds, given values as in `.config` and none for n.
    pub fn holds(&self, value: &dyn Fn(&str) -> Option<String>) -> bool {
        let value = value(&self.symbol);
        let value = value.as_deref();
        match &self.comparison {
            Comparison::Off => value.is_none(),
            Comparison::Is(wanted) => value.is_some_and(|v| same(v, wanted)),
            Comparison::IsNot(bad) => !value.is_some_and(|v| same(v, bad)),
            Comparison::AtLeast(least) => value.and_then(number).is_some_and(|v| v >= *least),
            Comparison::AtMost(most) => value.and_then(number).is_some_and(|v| v <= *most),
            Comparison::Lists(word) => value.is_some_and(|v| v.split(',').any(|w| w == word)),
        }
    }

    /// Holds where the symbol does not exist.
    pub fn is_absence(&self) -> bool {
        matches!(self.comparison, Comparison::Off | Comparison::IsNot(_))
    }
}

fn same(value: &str, wanted: &str) -> bool {
    match (number(value), number(wanted)) {
        (Some(a), Some(b)) => a == b,
        _ => value == wanted,
    }
}

fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

impl FromStr for Atom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (symbol, rest) = match text.strip_prefix('!') {
            Some(symbol) => (symbol, "!"),
            None => text.split_at(end.unwrap_or(text.len())),
        };
        let is_symbol = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if symbol.is_empty() || !symbol.chars().all(is_symbol) {
            return Err(format!("no symbol in '{}'", text.escape_debug()));
        }
        let comparison = comparison(rest).ok_or_else(|| {
            format!(
                "'{}' is none of A=v A!=v A>=n A<=n A~word !A",
                text.escape_debug()
            )
        })?;
        Ok(Self {
            symbol: symbol.to_owned(),
            comparison,
        })
    }
}

fn comparison(text: &str) -> Option<Comparison> {
    if text == "!" {
        return Some(Comparison::Off);
    }
    let after = |operator| {
        text.strip_prefix(operator)
            .filter(|rest: &&str| !rest.is_empty())
    };
    if let Some(value) = after("!=") {
        Some(Comparison::IsNot(value.to_owned()))
    } else if let Some(least) = after(">=") {
        number(least).map(Comparison::AtLeast)
    } else if let Some(most) = after("<=") {
        number(most).map(Comparison::AtMost)
    } else if let Some(word) = after("~") {
        Some(Comparison::Lists(word.to_owned()))
    } else {
        after("=").map(|value| Comparison::Is(value.to_owned()))
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = &self.symbol;
        match &self.comparison {
            Comparison::Off => write!(f, "!{symbol}"),
            Comparison::Is(value) => write!(f, "{symbol}={value}"),
            Comparison::IsNot(value) => write!(f, "{symbol}!={value}"),
            Comparison::AtLeast(least) => write!(f, "{symbol}>={least}"),
            Comparison::AtMost(most) => write!(f, "{symbol}<={most}"),
            Comparison::Lists(word) => write!(f, "{symbol}~{word}"),
        }
    }
}
