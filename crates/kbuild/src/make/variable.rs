// SPDX-License-Identifier: Apache-2.0
//! Variables: guarded definitions, each expanded at once or on every use.

use std::rc::Rc;

use crate::condition::{Condition, Conditions};
use crate::language::Expression;
use crate::value::Value;

#[derive(Clone, Debug)]
pub enum Body {
    /// Expanded when it was assigned.
    Value(Value),
    /// Expanded when it is used.
    Expression(Rc<Expression>),
    /// The space of `+=`.
    Space,
}

impl Body {
    fn is_empty(&self) -> bool {
        match self {
            Self::Value(value) => value.is_empty(),
            Self::Expression(expression) => expression.parts.is_empty(),
            Self::Space => false,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Fragment {
    pub guard: Condition,
    pub body: Body,
}

/// A variable's text is that of its fragments, in order, where they hold.
#[derive(Clone, Debug, Default)]
pub struct Variable {
    pub fragments: Vec<Fragment>,
    /// When an empty text was assigned, which leaves no fragment.
    pub empty: Guard,
    /// When the last plain assignment was `:=`: then `+=` expands at once.
    pub simple: Guard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard(pub Condition);

impl Default for Guard {
    fn default() -> Self {
        Self(Condition::FALSE)
    }
}

impl Variable {
    pub fn simple(value: Value) -> Self {
        let mut variable = Self {
            simple: Guard(Condition::TRUE),
            ..Self::default()
        };
        if value.is_empty() {
            variable.empty = Guard(Condition::TRUE);
        } else {
            variable.fragments.push(Fragment {
                guard: Condition::TRUE,
                body: Body::Value(value),
            });
        }
        variable
    }

    /// When anything was assigned, be it empty.
    pub fn defined(&self, conditions: &mut Conditions) -> Condition {
        let fragments = self.fragments.iter();
        let text = fragments.filter(|fragment| !matches!(fragment.body, Body::Space));
        let guards = text.map(|fragment| fragment.guard);
        conditions.any(guards.chain([self.empty.0]))
    }

    /// Forgets the definition where `guard` holds.
    pub fn clear(&mut self, guard: Condition, conditions: &mut Conditions) {
        if guard.is_true() {
            *self = Self::default();
            return;
        }
        for fragment in &mut self.fragments {
            fragment.guard = conditions.except(fragment.guard, guard);
        }
        self.fragments.retain(|fragment| !fragment.guard.is_false());
        self.empty.0 = conditions.except(self.empty.0, guard);
        self.simple.0 = conditions.except(self.simple.0, guard);
    }

    /// Adds the text of a plain assignment where `guard` holds.
    pub fn add(&mut self, guard: Condition, body: Body, conditions: &mut Conditions) {
        if body.is_empty() {
            self.empty.0 = conditions.or(self.empty.0, guard);
        } else if !guard.is_false() {
            self.fragments.push(Fragment { guard, body });
        }
    }

    /// Adds text as `+=` does: after a space if there was text before.
    pub fn append(&mut self, guard: Condition, body: Body, conditions: &mut Conditions) {
        if !self.fragments.is_empty() && !guard.is_false() && !body.is_empty() {
            self.fragments.push(Fragment {
                guard: Condition::TRUE,
                body: Body::Space,
            });
        }
        self.add(guard, body, conditions);
    }
}
