// SPDX-License-Identifier: Apache-2.0
//! Conditions on a machine: `KIND FIELD=PATTERN ...`, true when a fact of that kind has
//! fields like these; `_` in a pattern is any character. Two kinds are of no inventory: `socket-in-use name=`, a protocol of
//! which there are sockets, and `executed function=`, a function that was traced.

use ftrace::inventory::{Fact, SocketProtocol};
use serde::Deserialize;

use super::Machine;

const SOCKET_IN_USE: &str = "socket-in-use";
const EXECUTED: &str = "executed";

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Predicate {
    kind: String,
    fields: Vec<(String, String)>,
}

impl TryFrom<String> for Predicate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut words = text.split(' ');
        let kind = words.next().unwrap_or_default().to_owned();
        let field = |word: &str| {
            let (name, pattern) = word.split_once('=')?;
            Some((name.to_owned(), pattern.to_owned()))
        };
        let fields: Option<Vec<_>> = words.map(field).collect();
        match fields {
            Some(fields) if !kind.is_empty() => Ok(Self { kind, fields }),
            _ => Err(format!("`{text}` is not KIND FIELD=PATTERN ...")),
        }
    }
}

impl Predicate {
    pub(super) fn holds(&self, machine: &Machine<'_>) -> bool {
        if self.kind == EXECUTED {
            return machine.functions.iter().any(|name| self.names(name));
        }
        let inventory = machine.inventory;
        let mut facts = inventory.evidence.iter().map(|evidence| &evidence.fact);
        facts.any(|fact| self.describes(fact))
    }

    fn names(&self, function: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.all(|(field, pattern)| field == "function" && matches_pattern(pattern, function))
    }

    pub(super) fn describes(&self, fact: &Fact) -> bool {
        let in_use =
            matches!(fact, Fact::SocketProtocol(SocketProtocol { sockets, .. }) if *sockets > 0);
        let of_kind = fact.kind() == self.kind || (in_use && self.kind == SOCKET_IN_USE);
        if !of_kind {
            return false;
        }
        let said = fact.fields();
        self.fields.iter().all(|(name, pattern)| {
            let mut said = said.iter();
            said.any(|(field, text)| field == name && matches_pattern(pattern, text))
        })
    }
}

/// `*` is any text, `[0-9]` any digit and `[1-9]` any but zero.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let digit = |digits: &str, rest: &str| {
        let mut characters = text.chars();
        let first = characters.next();
        first.is_some_and(|it| digits.contains(it)) && matches_pattern(rest, characters.as_str())
    };
    if let Some(rest) = pattern.strip_prefix('*') {
        return (0..=text.len())
            .filter(|at| text.is_char_boundary(*at))
            .any(|at| matches_pattern(rest, &text[at..]));
    }
    if let Some(rest) = pattern.strip_prefix("[0-9]") {
        return digit("0123456789", rest);
    }
    if let Some(rest) = pattern.strip_prefix("[1-9]") {
        return digit("123456789", rest);
    }
    let (mut wanted, mut given) = (pattern.chars(), text.chars());
    match (wanted.next(), given.next()) {
        (None, None) => true,
        (Some(a), Some(b)) if a == b || a == '_' => {
            matches_pattern(wanted.as_str(), given.as_str())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_simple() {
        for (pattern, text, expected) in [
            ("ttyS*", "ttyS0", true),
            ("tty[0-9]*", "ttyS0", false),
            ("tty[0-9]*", "tty1", true),
            ("[1-9]*", "0", false),
            ("", "", true),
            ("ext4", "ext3", false),
            ("i8042_kbd", "i8042 kbd", true),
        ] {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }
}
