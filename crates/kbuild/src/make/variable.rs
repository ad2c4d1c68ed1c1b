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

#[derive(Clone, Debug)]
pub struct Fragment {
    pub guard: Condition,
    pub body: Body,
}

/// A variable's text is that of its fragments, in order, where they hold.
#[derive(Clone, Debug, Default)]
pub struct Variable {
    pub fragments: Vec<Fragment>,
    /// When anything was assigned, be it empty.
    pub defined: Guard,
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
        let always = Guard(Condition::TRUE);
        let fragments = if value.is_empty() {
            Vec::new()
        } else {
            vec![Fragment {
                guard: Condition::TRUE,
                body: Body::Value(value),
            }]
        };
        Self {
            fragments,
            defined: always,
            simple: always,
        }
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
        self.defined.0 = conditions.except(self.defined.0, guard);
        self.simple.0 = conditions.except(self.simple.0, guard);
    }

    /// Adds the text of a plain assignment where `guard` holds.
    pub fn add(&mut self, guard: Condition, body: Body) {
        if !guard.is_false() && !matches!(&body, Body::Value(value) if value.is_empty()) {
            self.fragments.push(Fragment { guard, body });
        }
    }

    /// Adds text as `+=` does: after a space if there was text before.
    pub fn append(&mut self, guard: Condition, body: Body) {
        if guard.is_false() || matches!(&body, Body::Value(value) if value.is_empty()) {
            return;
        }
        if !self.fragments.is_empty() {
            self.fragments.push(Fragment {
                guard: Condition::TRUE,
                body: Body::Space,
            });
        }
        self.fragments.push(Fragment { guard, body });
    }
}
