// SPDX-License-Identifier: Apache-2.0
//! Reading variables, and telling flags from what decides objects.

use std::rc::Rc;

use super::{Body, Make};
use crate::condition::Condition;
use crate::language::{Assignment, Flavor};
use crate::text::{Text, Texts};
use crate::value::{Item, Value};
use crate::world::UNKNOWN;

/// Whether a variable holds flags of a compiler, assembler or linker. These
/// are built up by hundreds of tests of the toolchain and never decide which
/// object is compiled; their texts are kept, and never expanded. So are the
/// lists from which `scripts/Makefile.build` makes directories and reads saved
/// commands: what exists is of no interest where nothing was built.
pub(crate) fn holds_flags(texts: &Texts, name: Text) -> bool {
    const BUILT: [&str; 4] = [
        "LINUXINCLUDE",
        "obj-dirs",
        "existing-dirs",
        "existing-targets",
    ];
    let content = texts.str(name);
    if texts.has_flags(name) {
        content != "MAKEFLAGS"
    } else {
        BUILT.contains(&content)
    }
}

impl Make<'_, '_> {
    /// A variable's value within a condition.
    pub fn lookup(&mut self, name: Text, within: Condition) -> Value {
        let Some(variable) = self.variables.get(&name) else {
            return self.undefined(name);
        };
        let variable = Rc::clone(variable);
        if !variable.fragments.is_empty() && holds_flags(&self.world.texts, name) {
            let text = self.world.texts.str(name);
            let mark = format!("{UNKNOWN}${{{text}}}{UNKNOWN}");
            return Value::text(self.intern(&mark));
        }
        let mut value = Value::default();
        for fragment in &variable.fragments {
            let here = self.and(fragment.guard, within);
            if here.is_false() {
                continue;
            }
            match &fragment.body {
                Body::Space => value.items.push(Item::Space),
                Body::Value(part) => {
                    value.push(part, fragment.guard, &mut self.world.conditions);
                }
                Body::Expression(expression) => {
                    if self.expanding.contains(&name) && self.frames.is_empty() {
                        let name = self.world.texts.get(name);
                        self.report(format!("{name} refers to itself"));
                        continue;
                    }
                    self.expanding.push(name);
                    let part = self.expand(expression, here);
                    self.expanding.pop();
                    value.push(&part, fragment.guard, &mut self.world.conditions);
                }
            }
        }
        value
    }

    fn undefined(&mut self, name: Text) -> Value {
        let text = self.world.texts.get(name);
        if let Ok(index) = text.parse::<usize>() {
            let argument = self.frames.last().and_then(|frame| frame.get(index));
            return argument.cloned().unwrap_or_default();
        }
        if text.starts_with("CONFIG_") {
            return self.world.symbol(name);
        }
        Value::default()
    }

    /// When a variable is defined and its text is not empty (`ifdef`).
    pub fn defined(&mut self, name: Text, within: Condition) -> Condition {
        if let Some(variable) = self.variables.get(&name) {
            // `ifdef` looks at the unexpanded text.
            let variable = Rc::clone(variable);
            let mut any = Vec::new();
            for fragment in &variable.fragments {
                let here = match &fragment.body {
                    Body::Space => continue,
                    Body::Value(value) => {
                        let nonempty = value.nonempty(&mut self.world.conditions);
                        self.and(fragment.guard, nonempty)
                    }
                    Body::Expression(text) if text.parts.is_empty() => continue,
                    Body::Expression(_) => fragment.guard,
                };
                any.push(here);
            }
            return self.world.conditions.any(any);
        }
        let value = self.undefined(name);
        self.nonempty(&value, within)
    }

    /// When a value's text is not empty; a text nobody knows may be empty.
    pub fn nonempty(&mut self, value: &Value, within: Condition) -> Condition {
        if let Some(text) = value.as_text()
            && self.world.is_unknown(text)
        {
            let empty = self.world.equal(text, Text::EMPTY);
            return self.except(within, empty);
        }
        let any = value.nonempty(&mut self.world.conditions);
        self.and(any, within)
    }

    /// Executes an assignment to one name within a condition.
    pub fn assign(&mut self, name: Text, within: Condition, assignment: &Assignment) {
        if within.is_false() || self.pinned.contains(&name) {
            return;
        }
        let delayed = || Body::Expression(Rc::clone(&assignment.value));
        let flags = holds_flags(&self.world.texts, name);
        let value = if flags {
            None
        } else {
            self.value_now(name, within, assignment)
        };
        // Taken out, not copied: a list grows by thousands of `+=`.
        let known = self.variables.remove(&name);
        let mut variable = known.map(Rc::unwrap_or_clone).unwrap_or_default();
        let conditions = &mut self.world.conditions;
        match assignment.flavor {
            Flavor::Recursive => {
                variable.clear(within, conditions);
                variable.add(within, delayed(), conditions);
            }
            // Older definitions of flags stay, for the new may mention them.
            Flavor::Simple | Flavor::Append | Flavor::Shell if flags => {
                variable.append(within, delayed(), conditions);
            }
            Flavor::Simple | Flavor::Shell => {
                variable.clear(within, conditions);
                variable.add(within, Body::Value(value.unwrap_or_default()), conditions);
                if assignment.flavor == Flavor::Simple {
                    variable.simple.0 = conditions.or(variable.simple.0, within);
                }
            }
            Flavor::Append => {
                let now = conditions.and(within, variable.simple.0);
                let later = conditions.except(within, variable.simple.0);
                variable.append(now, Body::Value(value.unwrap_or_default()), conditions);
                variable.append(later, delayed(), conditions);
            }
            Flavor::IfUndefined => {
                let defined = variable.defined(conditions);
                let fresh = conditions.except(within, defined);
                variable.add(fresh, delayed(), conditions);
            }
        }
        self.variables.insert(name, Rc::new(variable));
    }

    /// What the right side is at once, where the assignment doesn't put it off.
    fn value_now(
        &mut self,
        name: Text,
        within: Condition,
        assignment: &Assignment,
    ) -> Option<Value> {
        match assignment.flavor {
            Flavor::Simple => Some(self.expand(&assignment.value, within)),
            Flavor::Shell => Some(self.shell(&assignment.value, within)),
            Flavor::Append => {
                let known = self.variables.get(&name);
                let simple = known.map_or(Condition::FALSE, |known| known.simple.0);
                let now = self.and(within, simple);
                (!now.is_false()).then(|| self.expand(&assignment.value, now))
            }
            Flavor::Recursive | Flavor::IfUndefined => None,
        }
    }

    pub fn undefine(&mut self, name: Text, within: Condition) {
        if let Some(known) = self.variables.get(&name) {
            let mut variable = known.as_ref().clone();
            variable.clear(within, &mut self.world.conditions);
            self.variables.insert(name, Rc::new(variable));
        }
    }

    pub fn export(&mut self, name: Text) {
        self.exported.insert(name);
    }
}
