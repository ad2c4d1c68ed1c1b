// SPDX-License-Identifier: Apache-2.0
//! The variables of one make, and what calls gave that read them.
//!
//! `scripts/Makefile.lib` asks `$(call suffix-search,...)` for each object what it is made
//! of, and asks again for the next list. A call that was made before gives what it gave,
//! unless a variable that it read has changed since.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Environment, Variable};
use crate::condition::Condition;
use crate::text::Text;
use crate::value::Value;

/// What tells one call from another: its arguments, the name first, and the condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Call {
    arguments: [Text; MOST_ARGUMENTS],
    count: usize,
    within: Condition,
}

const MOST_ARGUMENTS: usize = 5;

impl Call {
    /// Nothing for a call that is not remembered: one with an argument that is not the same
    /// text in every configuration.
    pub(super) fn new(frame: &[Value], within: Condition) -> Option<Self> {
        let mut arguments = [Text::EMPTY; MOST_ARGUMENTS];
        let known = arguments.get_mut(..frame.len())?;
        for (argument, value) in known.iter_mut().zip(frame) {
            *argument = value.as_text()?;
        }
        Some(Self {
            arguments,
            count: frame.len(),
            within,
        })
    }
}

/// No directory comes near so many different calls.
const MOST_ANSWERS: usize = 1 << 16;

/// How many variables a directory defines, more or less.
const EXPECTED: usize = 700;

#[derive(Debug)]
struct Answer {
    value: Value,
    read: Vec<Text>,
    /// How many answers were noted before, and this one.
    age: usize,
}

#[derive(Debug, Default)]
pub(super) struct Scope {
    variables: Environment,
    answers: FxHashMap<Call, Answer>,
    noted: usize,
    /// How many answers had been noted when a variable was last changed.
    changed: FxHashMap<Text, usize>,
    /// The variables of `$(foreach ...)` around what is being expanded.
    bound: Vec<Text>,
    /// What the call being made read so far, and how many variables were bound before.
    reading: Option<(Vec<Text>, usize)>,
}

impl Scope {
    pub(super) fn new(environment: &Environment) -> Self {
        let mut variables = Environment::default();
        variables.reserve(environment.len() + EXPECTED);
        variables.extend(
            environment
                .iter()
                .map(|(name, known)| (*name, Rc::clone(known))),
        );
        Self {
            variables,
            ..Self::default()
        }
    }

    pub(super) fn read(&mut self, name: Text) -> Option<&Rc<Variable>> {
        if let Some((read, bound)) = &mut self.reading
            && !self.bound[*bound..].contains(&name)
        {
            read.push(name);
        }
        self.variables.get(&name)
    }

    /// Reads a variable without a note.
    pub(super) fn peek(&self, name: Text) -> Option<&Rc<Variable>> {
        self.variables.get(&name)
    }

    /// A variable to be changed, with the definition that it has.
    pub(super) fn change(&mut self, name: Text) -> &mut Rc<Variable> {
        self.note_change(name);
        self.variables.entry(name).or_default()
    }

    pub(super) fn set(&mut self, name: Text, variable: Rc<Variable>) {
        self.note_change(name);
        self.variables.insert(name, variable);
    }

    /// Sets a variable to a text, in the memory that it has.
    pub(super) fn put(&mut self, name: Text, value: Value) {
        self.note_change(name);
        let fresh = Variable::simple(value);
        match self.variables.get_mut(&name).and_then(Rc::get_mut) {
            Some(own) => *own = fresh,
            None => drop(self.variables.insert(name, Rc::new(fresh))),
        }
    }

    fn note_change(&mut self, name: Text) {
        if self.noted > 0 {
            self.changed.insert(name, self.noted);
        }
    }

    /// Gives a variable to a loop; what it was is handed back at the end.
    pub(super) fn bind(&mut self, name: Text) -> Option<Rc<Variable>> {
        self.bound.push(name);
        self.variables.get(&name).cloned()
    }

    pub(super) fn unbind(&mut self, name: Text, before: Option<Rc<Variable>>) {
        self.bound.pop();
        self.note_change(name);
        match before {
            Some(before) => self.variables.insert(name, before),
            None => self.variables.remove(&name),
        };
    }

    /// What a call gives, if it was made before. If not, it is noted from now on what it
    /// reads: what it calls itself is not.
    pub(super) fn begin(&mut self, call: Option<&Call>) -> Option<Value> {
        self.reading = None;
        let call = call?;
        let unchanged = |answer: &&Answer| {
            let changed =
                |name: &Text| self.changed.get(name).is_some_and(|age| *age >= answer.age);
            !answer.read.iter().any(changed)
        };
        let known = self.answers.get(call).filter(unchanged);
        if known.is_none() {
            self.reading = Some((Vec::with_capacity(16), self.bound.len()));
        }
        known.map(|answer| answer.value.clone())
    }

    /// Remembers what a call gave, if all is known that it depends on.
    pub(super) fn end(&mut self, call: Option<Call>, value: &Value) {
        if let (Some(call), Some((read, _))) = (call, self.reading.take())
            && self.answers.len() < MOST_ANSWERS
        {
            self.noted += 1;
            let answer = Answer {
                value: value.clone(),
                read,
                age: self.noted,
            };
            self.answers.insert(call, answer);
        }
    }

    /// The call being made does more than to read variables.
    pub(super) fn give_up(&mut self) {
        self.reading = None;
    }
}
