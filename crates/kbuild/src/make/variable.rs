// SPDX-License-Identifier: Apache-2.0
//! Variables: guarded definitions, each expanded at once or on every use.

use std::rc::Rc;

use crate::condition::{Condition, Conditions};
use crate::few::Few;
use crate::language::{Assignment, Expression, Flavor};
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
    pub fragments: Few<Fragment>,
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
    /// What `:=` makes of a text.
    pub fn simple(value: Value) -> Self {
        Self {
            simple: Guard(Condition::TRUE),
            ..Self::always(Body::Value(value))
        }
    }

    /// What `=` makes of a text: it is expanded on every use.
    pub fn recursive(expression: Rc<Expression>) -> Self {
        Self::always(Body::Expression(expression))
    }

    fn always(body: Body) -> Self {
        let guard = Condition::TRUE;
        let mut variable = Self::default();
        if body.is_empty() {
            variable.empty = Guard(guard);
        } else {
            variable.fragments.push(Fragment { guard, body });
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

    /// Carries out an assignment where `within` holds. `now` is what the right side is at
    /// once, if it is of interest, and whether the variable holds flags: their older
    /// definitions stay, for the new may mention them.
    pub fn assign(
        &mut self,
        assignment: &Assignment,
        now: (Option<Value>, bool),
        within: Condition,
        conditions: &mut Conditions,
    ) {
        let later = || Body::Expression(Rc::clone(&assignment.value));
        let (value, flags) = now;
        let value = Body::Value(value.unwrap_or_default());
        match assignment.flavor {
            Flavor::Recursive => {
                self.clear(within, conditions);
                self.add(within, later(), conditions);
            }
            Flavor::Simple | Flavor::Append | Flavor::Shell if flags => {
                self.append(within, later(), conditions);
            }
            Flavor::Simple | Flavor::Shell => {
                self.clear(within, conditions);
                self.add(within, value, conditions);
                if assignment.flavor == Flavor::Simple {
                    self.simple.0 = conditions.or(self.simple.0, within);
                }
            }
            Flavor::Append => {
                let put_off = conditions.except(within, self.simple.0);
                let at_once = conditions.and(within, self.simple.0);
                self.append(at_once, value, conditions);
                self.append(put_off, later(), conditions);
            }
            Flavor::IfUndefined => {
                let defined = self.defined(conditions);
                let fresh = conditions.except(within, defined);
                self.add(fresh, later(), conditions);
            }
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
