// SPDX-License-Identifier: Apache-2.0
//! Reading and assigning variables.

use std::rc::Rc;

use super::{Body, Make};
use crate::condition::Condition;
use crate::few::Few;
use crate::language::{Assignment, Flavor};
use crate::text::{Naming, Text};
use crate::value::{Item, Value};
use crate::world::UNKNOWN;

impl Make<'_, '_> {
    /// A variable's value within a condition.
    pub fn lookup(&mut self, name: Text, within: Condition) -> Value {
        let Some(variable) = self.scope.read(name) else {
            return self.undefined(name);
        };
        let variable = Rc::clone(variable);
        if !variable.fragments.is_empty() && self.world.texts.names_flags(name) {
            let text = self.world.texts.str(name);
            let mark = format!("{UNKNOWN}${{{text}}}{UNKNOWN}");
            return Value::text(self.intern(&mark));
        }
        let mut value = Value {
            items: Few::with_capacity(variable.fragments.len()),
        };
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
        let texts = &self.world.texts;
        match texts.naming(name) {
            Naming::Symbol => self.world.symbol(name),
            Naming::Argument => {
                let index: Option<usize> = texts.str(name).parse().ok();
                let argument = index.and_then(|index| self.frames.last()?.arguments.get(index));
                argument.cloned().unwrap_or_default()
            }
            Naming::Other => Value::default(),
        }
    }

    /// When a variable is defined and its text is not empty (`ifdef`).
    pub fn defined(&mut self, name: Text, within: Condition) -> Condition {
        if let Some(variable) = self.scope.read(name) {
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
        self.numbered |= self.world.texts.naming(name) == Naming::Argument;
        if assignment.flavor == Flavor::Recursive && within.is_true() {
            let variable = self.world.recursive(&assignment.value);
            return self.scope.set(name, variable);
        }
        let flags = self.world.texts.names_flags(name);
        let value = if flags {
            None
        } else {
            self.value_now(name, within, assignment)
        };
        let variable = self.scope.change(name);
        let conditions = &mut self.world.conditions;
        // Its own copy, where others have it too: a list grows by thousands of `+=`.
        Rc::make_mut(variable).assign(assignment, (value, flags), within, conditions);
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
                let known = self.scope.peek(name);
                let simple = known.map_or(Condition::FALSE, |known| known.simple.0);
                let now = self.and(within, simple);
                (!now.is_false()).then(|| self.expand(&assignment.value, now))
            }
            Flavor::Recursive | Flavor::IfUndefined => None,
        }
    }

    pub fn undefine(&mut self, name: Text, within: Condition) {
        if self.scope.peek(name).is_some() {
            let variable = Rc::make_mut(self.scope.change(name));
            variable.clear(within, &mut self.world.conditions);
        }
    }

    pub fn export(&mut self, name: Text) {
        self.exported.insert(name);
    }
}
