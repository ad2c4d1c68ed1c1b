// SPDX-License-Identifier: Apache-2.0
//! One run of make, for all configurations at once: variables and rules.
//!
//! Every statement is executed under the condition of the conditionals around
//! it. A variable is a list of guarded definitions, a rule has a guard, and
//! expansion carries the condition under which its result is wanted.

mod execute;
pub(crate) mod expand;
mod function;
mod lookup;
mod pattern;
mod rule;
mod scope;
mod variable;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::condition::Condition;
use crate::diagnostic::Place;
use crate::few::Few;
use crate::language::Expression;
use crate::text::Text;
use crate::value::{Value, Word};
use crate::world::World;

pub use pattern::{Pattern, Stem};
pub use rule::{Explicit, PatternRule, Prerequisites, Recipe, RecipeId, Rules};
use scope::Scope;
pub use variable::{Body, Fragment, Variable};

/// The variables a sub-make inherits.
pub type Environment = FxHashMap<Text, Rc<Variable>>;

/// A call being expanded.
struct Frame {
    /// `$(0)`, `$(1)`, ...
    arguments: Vec<Value>,
    /// What depends only on them, once it was worked out: by its address, and the condition
    /// within which it was wanted.
    known: Vec<(*const Expression, Condition, Value)>,
}

pub struct Make<'w, 't> {
    pub world: &'w mut World<'t>,
    scope: Scope,
    /// Given on the command line: assignments in Makefiles don't change them.
    pinned: FxHashSet<Text>,
    /// Exported by what called this make.
    inherited: Vec<Text>,
    exported: FxHashSet<Text>,
    /// The calls being expanded.
    frames: Vec<Frame>,
    /// Whether a variable was ever named like an argument of a call.
    numbered: bool,
    pub rules: Rules,
    /// Where the statement being executed stands.
    pub place: Place,
    including: Vec<Rc<str>>,
    expanding: Vec<Text>,
    /// How deep expansion is nested.
    depth: usize,
    /// What expansion produced so far, see [`Value::size`].
    work: usize,
}

impl<'w, 't> Make<'w, 't> {
    /// A make that starts with this environment.
    pub fn new(world: &'w mut World<'t>, environment: &Environment) -> Self {
        Self {
            world,
            scope: Scope::new(environment),
            pinned: FxHashSet::default(),
            inherited: environment.keys().copied().collect(),
            exported: FxHashSet::default(),
            frames: Vec::new(),
            numbered: false,
            rules: Rules::default(),
            place: Place {
                file: "Makefile".into(),
                line: 0,
            },
            including: Vec::new(),
            expanding: Vec::new(),
            depth: 0,
            work: 0,
        }
    }

    pub fn intern(&mut self, text: &str) -> Text {
        self.world.texts.intern(text)
    }

    pub fn report(&mut self, message: impl Into<String>) {
        self.scope.give_up();
        self.world.report(&self.place, message);
    }

    /// Sets a variable as `NAME=VALUE` on the command line does.
    pub fn pin(&mut self, name: Text, value: Value) {
        self.scope.put(name, value);
        self.pinned.insert(name);
        self.exported.insert(name);
    }

    /// Sets a variable for all that follows, as make does with `$@`.
    pub fn set(&mut self, name: &str, value: Value) {
        let name = self.intern(name);
        self.scope.put(name, value);
    }

    /// What sub-makes inherit: the exported variables.
    pub fn environment(&mut self) -> Environment {
        let mut environment = Environment::default();
        let mut names = self.inherited.clone();
        names.extend(self.exported.iter());
        names.sort_unstable();
        names.dedup();
        for name in names {
            let Some(variable) = self.scope.peek(name) else {
                continue;
            };
            let variable = Rc::clone(variable);
            let delayed = variable
                .fragments
                .iter()
                .any(|part| matches!(part.body, Body::Expression(_)));
            let flags = self.world.texts.names_flags(name);
            let inherited = if delayed && !flags {
                let value = self.lookup(name, Condition::TRUE);
                Rc::new(Variable::simple(value))
            } else {
                variable
            };
            environment.insert(name, inherited);
        }
        environment
    }

    /// A variable's value in every configuration.
    pub fn value(&mut self, name: &str) -> Value {
        let name = self.intern(name);
        self.lookup(name, Condition::TRUE)
    }

    /// The raw definitions of a variable, to search what they mention.
    pub fn definitions(&self, name: Text) -> Option<&Rc<Variable>> {
        self.scope.peek(name)
    }

    /// Expands an expression into words.
    pub fn words_of(&mut self, expression: &Expression, within: Condition) -> Few<Word> {
        let value = self.expand(expression, within);
        self.words(&value, within)
    }

    pub fn words(&mut self, value: &Value, within: Condition) -> Few<Word> {
        let World {
            conditions, texts, ..
        } = &mut *self.world;
        let mut words = value.words(within, conditions, texts);
        // A word that is the value of a symbol is there unless that is empty.
        for word in &mut words {
            if self.world.is_unknown(word.text) && self.world.stands_alone(word.text) {
                let empty = self.world.equal(word.text, Text::EMPTY);
                word.guard = self.world.conditions.except(word.guard, empty);
            }
        }
        words
    }

    /// The texts a value can have; reported and empty when there are too many.
    pub fn alternatives(&mut self, value: &Value, within: Condition) -> Few<(Condition, Text)> {
        let World {
            conditions, texts, ..
        } = &mut *self.world;
        if let Some(found) = value.alternatives(within, conditions, texts) {
            return found;
        }
        self.report("too many different texts to tell apart");
        Few::None
    }

    pub fn and(&mut self, left: Condition, right: Condition) -> Condition {
        self.world.conditions.and(left, right)
    }

    pub fn or(&mut self, left: Condition, right: Condition) -> Condition {
        self.world.conditions.or(left, right)
    }

    pub fn except(&mut self, left: Condition, right: Condition) -> Condition {
        self.world.conditions.except(left, right)
    }
}

/// A path as Makefiles write it, relative to the tree.
pub fn in_tree(path: &str) -> &str {
    path.strip_prefix(crate::world::SRCTREE)
        .map_or(path, |rest| rest.trim_start_matches('/'))
}
