// SPDX-License-Identifier: Apache-2.0
//! What a second reading changes: only options marked mutable; of others it is said that
//! their change has no effect before a restart.

use super::option::{Item, Mark};
use super::problem::Place;
use super::schema::Schema;
use super::value::Value;
use super::{Config, shown};

/// An option whose value is another one now. The values are as they may be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `group.name`
    pub option: String,
    pub old: String,
    pub new: String,
}

/// The outcome of a reload.
#[derive(Debug)]
pub struct Reload {
    /// The new values of mutable options, and the old ones of all others.
    pub config: Config,
    pub changed: Vec<Change>,
    /// `group.name` of each option that changed but is not mutable.
    pub ignored: Vec<String>,
}

/// The two readings compared; neither is changed.
pub fn reload(schema: Schema<'_>, old: &Config, new: Config) -> Reload {
    let mut outcome = Reload {
        config: new,
        changed: vec![],
        ignored: vec![],
    };
    for item in schema.items() {
        outcome.compare(item, old);
    }
    outcome.changed.sort_by(|a, b| a.option.cmp(&b.option));
    outcome.ignored.sort();
    outcome
}

impl Reload {
    fn compare(&mut self, item: &Item, old: &Config) {
        let key = (item.group, item.name);
        let (Some(before), Some(after)) = (old.values.get(&key), self.config.values.get(&key))
        else {
            return;
        };
        if same(&before.value, &after.value) {
            return;
        }
        let option = format!("{}.{}", item.group, item.name);
        if item.is(Mark::Mutable) {
            let (old, new) = (shown(item, &before.value), shown(item, &after.value));
            self.changed.push(Change { option, old, new });
        } else {
            // One that is set nowhere changes with what its default refers to, which is named.
            if before.place != Place::Default || after.place != Place::Default {
                self.ignored.push(option);
            }
            self.config.values.insert(key, before.clone());
        }
    }
}

/// A number that is none is the same as before.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
        (one, other) => one == other,
    }
}
