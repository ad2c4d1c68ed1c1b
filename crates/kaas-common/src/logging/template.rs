// SPDX-License-Identifier: Apache-2.0
//! A format of Python's logging, `%(name)s`, read once and filled for every line.

/// A format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// Filled with zeros to this many digits.
    Value {
        name: &'static str,
        digits: usize,
    },
}

/// A part of a format that says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`%{0}` is none of the values that a log line has; write `%%` for a percent sign")]
pub struct Unknown(String);

/// The values that a line has.
pub(super) const NAMES: &[&str] = &[
    "asctime",
    "color",
    "domain",
    "filename",
    "funcName",
    "global_request_id",
    "instance",
    "isotime",
    "levelname",
    "lineno",
    "message",
    "module",
    "msecs",
    "name",
    "pathname",
    "process",
    "processName",
    "project",
    "project_domain",
    "project_name",
    "request_id",
    "resource",
    "system_scope",
    "thread",
    "threadName",
    "user",
    "user_domain",
    "user_identity",
    "user_name",
];

impl Template {
    /// The format of this text.
    pub fn parse(text: &str) -> Result<Self, Unknown> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            pieces.push(Piece::Text(rest[..at].to_owned()));
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                pieces.push(Piece::Text("%".to_owned()));
                rest = after;
                continue;
            }
            let (piece, after) = value(rest)
                .ok_or_else(|| Unknown(rest.split(' ').next().unwrap_or_default().to_owned()))?;
            pieces.push(piece);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// The line, its values given by name.
    pub fn fill(&self, value: impl Fn(&str) -> String) -> String {
        let piece = |out: String, piece: &Piece| match piece {
            Piece::Text(text) => out + text,
            Piece::Value { name, digits } => out + &format!("{:0>digits$}", value(name)),
        };
        self.0.iter().fold(String::new(), piece)
    }
}

/// `(name)s`, `(name)d` or `(name)03d`, and what follows.
fn value(text: &str) -> Option<(Piece, &str)> {
    let (name, after) = text.strip_prefix('(')?.split_once(')')?;
    let name = NAMES.iter().find(|known| **known == name)?;
    let end = after.find(['s', 'd'])?;
    let digits = match &after[..end] {
        "" => 0,
        digits => digits
            .strip_prefix('0')?
            .parse()
            .ok()
            .filter(|digits| *digits <= 9)?,
    };
    Some((Piece::Value { name, digits }, &after[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<String, Unknown> {
        Ok(Template::parse(text)?.fill(|name| {
            if name == "msecs" {
                "7".to_owned()
            } else {
                format!("<{name}>")
            }
        }))
    }

    #[test]
    fn values_take_the_place_of_their_names() {
        assert_eq!(
            fill("%(name)s.%(msecs)03d 100%%").unwrap(),
            "<name>.007 100%"
        );
        assert_eq!(fill("%(message)s").unwrap(), "<message>");
        assert_eq!(fill("").unwrap(), "");
    }

    #[test]
    fn what_is_no_value_is_said() {
        for (text, said) in [
            ("%(nmae)s x", "(nmae)s"),
            ("%d", "d"),
            ("%(name)99999d", "(name)99999d"),
            ("%", ""),
        ] {
            assert_eq!(fill(text), Err(Unknown(said.to_owned())));
        }
    }
}
