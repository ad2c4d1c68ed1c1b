// SPDX-License-Identifier: Apache-2.0
//! The conditionals around a line of a file, as a condition on symbols.

mod read;

use std::fmt;

use crate::name::Names;
use crate::scan::{Event, Scan, Test};

/// How the preprocessor asks for a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked {
    /// `#ifdef CONFIG_X`, `IS_BUILTIN(CONFIG_X)`: it is y, or has a value that is no tristate.
    BuiltIn,
    /// `#ifdef CONFIG_X_MODULE`, `IS_MODULE(CONFIG_X)`: it is m.
    Module,
    /// `IS_ENABLED(CONFIG_X)`: it is y or m.
    Enabled,
    /// `IS_REACHABLE(CONFIG_X)`: it is y, or it is m and the code is part of a module.
    Reachable,
}

/// What has to hold for a line to be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Constant(bool),
    /// A symbol, without `CONFIG_`.
    Symbol {
        name: String,
        asked: Asked,
    },
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    /// Something else than symbols decides: other macros, numbers.
    Unknown(String),
}

impl Condition {
    /// The condition on all conditionals of a file that a line stands in. An include guard is
    /// none of them.
    pub(crate) fn of_line(scan: &Scan, names: &Names, line: u32) -> Self {
        let mut open: Vec<Vec<Self>> = Vec::new();
        let events = scan.events.iter().zip(&scan.lines).enumerate();
        for (at, (event, _)) in events.take_while(|(_, (_, start))| **start < line) {
            match *event {
                Event::If { test, .. } => {
                    let is_guard = is_guard(scan, at, test);
                    let condition = if is_guard {
                        Self::Constant(true)
                    } else {
                        read::test(scan, names, test)
                    };
                    open.push(vec![condition]);
                }
                Event::Elif { test, .. } => {
                    if let Some(branches) = open.last_mut() {
                        branches.push(read::test(scan, names, test));
                    }
                }
                Event::Else { .. } => {
                    if let Some(branches) = open.last_mut() {
                        branches.push(Self::Constant(true));
                    }
                }
                Event::Endif => {
                    open.pop();
                }
                _ => {}
            }
        }
        Self::all(open.into_iter().flat_map(taken))
    }

    /// Whether the condition holds, as far as symbols decide it. `value` gives a symbol's
    /// value, none for n; `in_module` says whether the code is part of a module.
    pub fn evaluate<'v>(
        &self,
        value: &dyn Fn(&str) -> Option<&'v str>,
        in_module: bool,
    ) -> Option<bool> {
        match self {
            Self::Constant(constant) => Some(*constant),
            Self::Symbol { name, asked } => {
                let value = value(name).filter(|value| *value != "n");
                let is_module = value == Some("m");
                Some(match asked {
                    Asked::BuiltIn => value.is_some() && !is_module,
                    Asked::Module => is_module,
                    Asked::Enabled => value.is_some(),
                    Asked::Reachable => value.is_some() && (in_module || !is_module),
                })
            }
            Self::Not(inner) => inner.evaluate(value, in_module).map(|holds| !holds),
            Self::All(parts) => decide(parts, false, value, in_module),
            Self::Any(parts) => decide(parts, true, value, in_module),
            Self::Unknown(_) => None,
        }
    }

    /// The condition, where what is asked of some symbols is not answered by the
    /// configuration: something else than Kconfig defines their macros.
    pub(crate) fn unless_made(self, is_made: &dyn Fn(&str) -> bool) -> Self {
        let each = |parts: Vec<Self>| {
            parts
                .into_iter()
                .map(|part| part.unless_made(is_made))
                .collect()
        };
        match self {
            Self::Symbol { ref name, .. } if is_made(name) => Self::Unknown(self.to_string()),
            Self::Not(inner) => inner.unless_made(is_made).negated(),
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            other => other,
        }
    }

    pub fn is_true(&self) -> bool {
        *self == Self::Constant(true)
    }

    pub(crate) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, false)
    }

    pub(crate) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, true)
    }

    /// Joins conditions of which one that is `decisive` decides.
    fn join(parts: impl IntoIterator<Item = Self>, decisive: bool) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::Constant(constant) if constant == decisive => return part,
                Self::Constant(_) => {}
                Self::All(inner) if !decisive => kept.extend(inner),
                Self::Any(inner) if decisive => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::Constant(!decisive),
            1 => kept.remove(0),
            _ if decisive => Self::Any(kept),
            _ => Self::All(kept),
        }
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Constant(constant) => Self::Constant(!constant),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

/// The condition of the last of some branches: its own, and that of none before it.
fn taken(mut branches: Vec<Condition>) -> Vec<Condition> {
    let last = branches.pop();
    let mut parts: Vec<Condition> = branches.into_iter().map(Condition::negated).collect();
    parts.extend(last);
    parts
}

/// Whether a conditional only keeps a file from being read twice: `#ifndef X`, `#define X`.
fn is_guard(scan: &Scan, at: usize, test: u32) -> bool {
    let Some(Test::NotDefined(name)) = scan.tests.get(test as usize) else {
        return false;
    };
    match scan.events.get(at + 1) {
        Some(Event::Define(number)) => {
            let definition = scan.macros.get(*number as usize);
            definition.is_some_and(|definition| definition.name == *name)
        }
        _ => false,
    }
}

fn decide<'v>(
    parts: &[Condition],
    decisive: bool,
    value: &dyn Fn(&str) -> Option<&'v str>,
    in_module: bool,
) -> Option<bool> {
    let mut is_known = true;
    for part in parts {
        match part.evaluate(value, in_module) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => is_known = false,
        }
    }
    is_known.then_some(!decisive)
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |f: &mut fmt::Formatter<'_>, parts: &[Self], sign: &str| {
            for (at, part) in parts.iter().enumerate() {
                let sign = if at == 0 { "" } else { sign };
                match part {
                    Self::All(_) | Self::Any(_) => write!(f, "{sign}({part})")?,
                    _ => write!(f, "{sign}{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::Constant(true) => f.write_str("y"),
            Self::Constant(false) => f.write_str("n"),
            Self::Symbol { name, asked } => match asked {
                Asked::BuiltIn => write!(f, "{name}=y"),
                Asked::Module => write!(f, "{name}=m"),
                Asked::Enabled => f.write_str(name),
                Asked::Reachable => write!(f, "reachable({name})"),
            },
            Self::Not(inner) => write!(f, "!({inner})"),
            Self::All(parts) => listed(f, parts, " && "),
            Self::Any(parts) => listed(f, parts, " || "),
            Self::Unknown(text) => write!(f, "\"{text}\""),
        }
    }
}
