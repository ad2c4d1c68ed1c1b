// SPDX-License-Identifier: Apache-2.0
//! The sentence of a rule as a tree, and what it decides (`oslo_policy/_checks.py`).

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use super::expand::expand;
use super::literal::literal;
use crate::python;

/// Credentials or a target: names and JSON values.
pub type Facts = Map<String, Value>;

/// What a rule demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// `@`
    True,
    /// `!`, and all that is no sentence
    False,
    Not(Box<Check>),
    /// At least two.
    And(Vec<Check>),
    /// At least two.
    Or(Vec<Check>),
    /// `rule:name`
    Rule(String),
    /// `role:name`, which may refer to the target
    Role(String),
    /// `left:right`
    Generic {
        left: String,
        right: String,
    },
}

/// How deep rules may refer to rules: cycles are refused when read, so only absurd ones get here.
const DEPTH: usize = 100;

/// What a check is decided with.
pub(super) struct Question<'a> {
    pub(super) rules: &'a BTreeMap<String, Check>,
    /// The rule that stands for those that are not defined, where it is defined itself.
    pub(super) standard: Option<&'a Check>,
    pub(super) target: &'a Facts,
    pub(super) credentials: &'a Facts,
}

impl Question<'_> {
    pub(super) fn allows(&self, check: &Check) -> bool {
        self.decide(check, DEPTH).unwrap_or(false)
    }

    /// The rule of this name, or the standard one.
    pub(super) fn rule(&self, name: &str) -> Option<&Check> {
        self.rules.get(name).or(self.standard)
    }

    /// `None` when rules refer to each other too deeply, which must deny as a whole: below a
    /// `not`, a denial would allow.
    fn decide(&self, check: &Check, depth: usize) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        Some(match check {
            Check::True => true,
            Check::False => false,
            Check::Not(check) => !self.decide(check, depth)?,
            Check::And(checks) => self.first(checks, false, depth)?,
            Check::Or(checks) => self.first(checks, true, depth)?,
            Check::Rule(name) => match self.rule(name) {
                Some(check) => self.decide(check, depth)?,
                None => false,
            },
            Check::Role(name) => self.has_role(name),
            Check::Generic { left, right } => self.equal(left, right),
        })
    }

    /// `wanted` as soon as one check decides so, the opposite otherwise.
    fn first(&self, checks: &[Check], wanted: bool, depth: usize) -> Option<bool> {
        for check in checks {
            if self.decide(check, depth)? == wanted {
                return Some(wanted);
            }
        }
        Some(!wanted)
    }

    fn has_role(&self, name: &str) -> bool {
        let Some(name) = expand(name, self.target) else {
            return false;
        };
        let roles = self.credentials.get("roles").and_then(Value::as_array);
        let mut roles = roles.into_iter().flatten().filter_map(Value::as_str);
        roles.any(|role| role.to_lowercase() == name.to_lowercase())
    }

    fn equal(&self, left: &str, right: &str) -> bool {
        let Some(right) = expand(right, self.target) else {
            return false;
        };
        if let Some(literal) = literal(left) {
            return literal == right;
        }
        let path: Vec<_> = left.split('.').collect();
        let (first, rest) = (path[0], &path[1..]);
        self.credentials
            .get(first)
            .is_some_and(|value| each_holds(value, rest, &right))
    }
}

/// In a list, one element is enough.
fn each_holds(value: &Value, path: &[&str], text: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| holds(item, path, text)),
        value => holds(value, path, text),
    }
}

fn holds(value: &Value, path: &[&str], text: &str) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return python::text(value) == text;
    };
    value
        .get(first)
        .is_some_and(|value| each_holds(value, rest, text))
}

impl fmt::Display for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |checks: &[Self], word: &str| {
            let checks: Vec<_> = checks.iter().map(Self::to_string).collect();
            format!("({})", checks.join(word))
        };
        match self {
            Self::True => formatter.write_str("@"),
            Self::False => formatter.write_str("!"),
            Self::Not(check) => write!(formatter, "not {check}"),
            Self::And(checks) => formatter.write_str(&join(checks, " and ")),
            Self::Or(checks) => formatter.write_str(&join(checks, " or ")),
            Self::Rule(name) => write!(formatter, "rule:{name}"),
            Self::Role(name) => write!(formatter, "role:{name}"),
            Self::Generic { left, right } => write!(formatter, "{left}:{right}"),
        }
    }
}
