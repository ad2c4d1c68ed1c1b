// SPDX-License-Identifier: Apache-2.0
//! From texts to values: references replaced, each option converted, once, and everything
//! that is wrong collected.

use std::collections::BTreeMap;
use std::fmt;

use super::kind::Kind;
use super::lookup::{Found, Sources};
use super::option::{Item, Mark, Standard};
use super::problem::{Place, Problem};
use super::schema::{DEFAULT, Schema};
use super::substitute::substitute;
use super::value::Value;
use crate::secret::MASK;

/// The value of an option and where it comes from.
#[derive(Clone, PartialEq)]
pub struct Resolved {
    pub value: Value,
    pub place: Place,
    /// Then no message may show the value.
    pub is_secret: bool,
}

impl fmt::Debug for Resolved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.is_secret {
            MASK.to_owned()
        } else {
            self.value.text()
        };
        write!(formatter, "{shown} ({})", self.place)
    }
}

/// `(group, name)` of a declared option.
pub(super) type Key = (&'static str, &'static str);

/// Resolves options and remembers them; those being resolved stand in `open`.
pub(super) struct Resolver<'a> {
    schema: Schema<'a>,
    sources: &'a Sources<'a>,
    open: Vec<Key>,
    done: BTreeMap<Key, Result<Resolved, Problem>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(schema: Schema<'a>, sources: &'a Sources<'a>) -> Self {
        Self {
            schema,
            sources,
            open: vec![],
            done: BTreeMap::new(),
        }
    }

    /// Every option of the schema.
    pub(super) fn all(mut self) -> BTreeMap<Key, Result<Resolved, Problem>> {
        for item in self.schema.items() {
            // The outcome is kept in `done`.
            let _ = self.option(item);
        }
        self.done
    }

    fn option(&mut self, item: &Item) -> Result<Resolved, Problem> {
        let key = (item.group, item.name);
        if let Some(done) = self.done.get(&key) {
            return done.clone();
        }
        self.open.push(key);
        let mut resolved = match self.sources.find(item) {
            Some(found) => self.found(item, &found),
            None => self.standard(item),
        };
        if let Err(problem) = &mut resolved {
            problem.option.get_or_insert_with(|| item.title());
        }
        self.open.pop();
        self.done.insert(key, resolved.clone());
        resolved
    }

    fn found(&mut self, item: &Item, found: &Found) -> Result<Resolved, Problem> {
        let mut values = Vec::new();
        let mut place = Place::Default;
        for (text, at) in &found.texts {
            values.push(self.convert(item, item.kind, text, at)?);
            place = at.clone();
        }
        let value = if item.is(Mark::Repeated) {
            Value::List(values)
        } else {
            values.pop().unwrap_or(Value::None)
        };
        Ok(Resolved {
            value,
            place,
            is_secret: item.is(Mark::Secret),
        })
    }

    fn standard(&mut self, item: &Item) -> Result<Resolved, Problem> {
        let value = match item.standard {
            Standard::Unset => Value::None,
            Standard::Text(text) => self.convert(item, item.kind, text, &Place::Default)?,
            Standard::Items(texts) => {
                let kind = match item.kind {
                    Kind::List(kind) if !item.is(Mark::Repeated) => *kind,
                    kind => kind,
                };
                let convert = |text: &&str| self.convert(item, kind, text, &Place::Default);
                Value::List(texts.iter().map(convert).collect::<Result<_, _>>()?)
            }
        };
        Ok(Resolved {
            value,
            place: Place::Default,
            is_secret: item.is(Mark::Secret),
        })
    }

    fn convert(
        &mut self,
        item: &Item,
        kind: Kind,
        text: &str,
        place: &Place,
    ) -> Result<Value, Problem> {
        let text = substitute(text, |name| self.reference(item.group, name, place))?;
        kind.convert(&text).map_err(|wrong| {
            let what = if item.is(Mark::Secret) {
                wrong
            } else {
                format!("= {} {wrong}", crate::python::quoted(&text))
            };
            Problem::new(place.clone(), what, format!("write {}", kind.expected()))
        })
    }

    /// The text of the option that `$name` means in an option of this group.
    fn reference(&mut self, group: &str, name: &str, place: &Place) -> Result<String, Problem> {
        let wrong = |what: String| {
            let remedy = "name an option, or write `$$` where a dollar is meant";
            Problem::new(place.clone(), what, remedy)
        };
        let item = self.target(group, name).map_err(wrong)?;
        if self.open.contains(&(item.group, item.name)) {
            return Err(wrong(
                "refers to itself, by other options or at once".to_owned(),
            ));
        }
        let resolved = self.option(item).map_err(|_| {
            wrong(format!(
                "refers to {}, which has no valid value",
                item.title()
            ))
        })?;
        Ok(match resolved.value {
            Value::None => String::new(),
            value => value.text(),
        })
    }

    /// A name without a dot is first looked for in the option's own group, then in DEFAULT.
    /// What is not found is not repeated: it may be a part of a password.
    fn target(&self, group: &str, name: &str) -> Result<&'a Item, String> {
        let schema = self.schema;
        let found = match name.split_once('.') {
            // DEFAULT is no group that could be named: `ConfigOpts.StrSubWrapper`.
            Some((DEFAULT, _)) => None,
            Some((group, name)) => schema.find(group, name),
            None => schema
                .find(group, name)
                .or_else(|| schema.find(DEFAULT, name)),
        };
        found.ok_or_else(|| {
            if schema.has_group(name) {
                return "refers to a group where an option is needed".to_owned();
            }
            "has a `$` before what is no option's name".to_owned()
        })
    }
}
