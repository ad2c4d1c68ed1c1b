// SPDX-License-Identifier: Apache-2.0
//! What a recipe does: compile for the kernel, call make again, or neither.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::{Compile, SubMake, Walk};
use crate::condition::Condition;
use crate::language::{Expression, Function, Part};
use crate::make::{Body, Explicit, Make, RecipeId};
use crate::text::Text;
use crate::value::{Value, Word};

/// What `$(MAKE)` expands to: a word that no Makefile writes.
pub(crate) const MAKE: &str = "\u{2}make";

/// What the lines of a recipe are for.
#[derive(Clone, Debug, Default)]
pub struct Purpose {
    compiles: bool,
    /// Compiles, but without the kernel's flags.
    compiles_apart: bool,
    /// The lines that mention `$(MAKE)`.
    submakes: Vec<usize>,
}

impl Walk<'_, '_, '_> {
    /// Notes what a recipe would do for a target.
    pub(super) fn run(&mut self, target: Text, rule: &Explicit) {
        let purpose = self.purpose(rule.recipe);
        if purpose.compiles || (purpose.compiles_apart && self.is_boot(target)) {
            let words = rule.prerequisites.ordinary();
            for (condition, source) in self.make.first_of(words, rule.guard) {
                let place = self.make.rules.recipe(rule.recipe).place.clone();
                let inherited = self.inherited;
                self.compiled.push(Compile {
                    target,
                    source,
                    condition,
                    inherited,
                    place,
                });
            }
        }
        for line in &purpose.submakes {
            self.submake_line(target, rule, *line);
        }
    }

    /// Boot wrappers have flags of their own, and run before the kernel does.
    fn is_boot(&self, target: Text) -> bool {
        let path = self.make.world.texts.str(target);
        path.starts_with("arch/") && path.contains("/boot/")
    }

    fn purpose(&mut self, recipe: RecipeId) -> Rc<Purpose> {
        if let Some(known) = self.purposes.get(&recipe) {
            return Rc::clone(known);
        }
        let lines = self.make.rules.recipe(recipe).lines.clone();
        let mut purpose = Purpose::default();
        for (index, (_, line)) in lines.iter().enumerate() {
            if mentions_make(line, self.make) {
                purpose.submakes.push(index);
            }
            let mut commands = Commands {
                make: self.make,
                seen: FxHashSet::default(),
                purpose: &mut purpose,
            };
            commands.line(line);
        }
        let purpose = Rc::new(purpose);
        self.purposes.insert(recipe, Rc::clone(&purpose));
        purpose
    }

    fn submake_line(&mut self, target: Text, rule: &Explicit, line: usize) {
        let recipe = self.make.rules.recipe(rule.recipe);
        let place = recipe.place.clone();
        let (guard, line) = recipe.lines[line].clone();
        let within = self.make.and(rule.guard, guard);
        if within.is_false() {
            return;
        }
        self.make.place = place;
        self.automatic(target, rule);
        let mut words = self.make.words_of(&line, within);
        for word in words.iter_mut().filter(|word| word.guard == within) {
            word.guard = Condition::TRUE;
        }
        let starts: Vec<usize> = (0..words.len())
            .filter(|index| self.make.world.texts.str(words[*index].text).contains(MAKE))
            .collect();
        for (order, start) in starts.iter().enumerate() {
            let end = starts.get(order + 1).copied().unwrap_or(words.len());
            let condition = self.make.and(within, words[*start].guard);
            self.submake(&words[start + 1..end], condition);
        }
    }

    fn automatic(&mut self, target: Text, rule: &Explicit) {
        let name = self.make.world.texts.get(target);
        let (directory, base) = name.rsplit_once('/').unwrap_or((".", &name));
        let (directory, base) = (self.make.intern(directory), self.make.intern(base));
        let ordinary = rule.prerequisites.ordinary();
        let first = ordinary
            .first()
            .map(|word| Value::text(word.text))
            .unwrap_or_default();
        self.make.set("@", Value::text(target));
        self.make.set("@D", Value::text(directory));
        self.make.set("@F", Value::text(base));
        self.make.set("*", Value::text(rule.stem));
        self.make.set("<", first);
        self.make.set("^", Value::list(ordinary.to_vec()));
    }

    /// Reads a sub-make's arguments: only directories of Kbuild are followed.
    fn submake(&mut self, words: &[Word], condition: Condition) {
        let mut directory = None;
        let mut kbuild = false;
        let mut assignments: Vec<(Text, Value)> = Vec::new();
        let mut goals = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = self.make.world.texts.get(word.text);
            match text.split_once('=') {
                _ if matches!(&*text, "\\" | "&&" | "||" | ";" | ")") => break,
                _ if &*text == "-f" => {
                    let file = words
                        .next()
                        .map(|word| self.make.world.texts.get(word.text));
                    kbuild = file.is_some_and(|file| file.ends_with("scripts/Makefile.build"));
                }
                Some(("obj", path)) => directory = Some(self.make.intern(path)),
                Some((name, value)) => {
                    let (name, value) = (self.make.intern(name), self.make.intern(value));
                    let value = Value::guarded(word.guard, value);
                    self.argument(&mut assignments, name, &value);
                }
                None if text.starts_with('-') => {}
                None => {
                    let text = self.make.intern(text.trim_end_matches(';'));
                    goals.push(Word {
                        guard: word.guard,
                        text,
                    });
                }
            }
            if text.ends_with(';') {
                break;
            }
        }
        if let Some(directory) = directory.filter(|_| kbuild) {
            let place = self.make.place.clone();
            self.submakes.push(SubMake {
                condition,
                directory,
                assignments,
                goals,
                place,
            });
        }
    }

    /// The same name under several conditions is one assignment.
    fn argument(&mut self, assignments: &mut Vec<(Text, Value)>, name: Text, value: &Value) {
        let conditions = &mut self.make.world.conditions;
        match assignments.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => known.push(value, Condition::TRUE, conditions),
            None => assignments.push((name, value.clone())),
        }
    }
}

fn mentions_make(line: &Expression, make: &Make<'_, '_>) -> bool {
    line.parts.iter().any(|part| match part {
        Part::Variable(name) => make.world.texts.str(*name) == "MAKE",
        Part::Call(_, arguments) => arguments
            .iter()
            .any(|argument| mentions_make(argument, make)),
        _ => false,
    })
}

/// The macros of `scripts/Kbuild.include` that run the command they name.
const RUNNERS: [&str; 6] = [
    "cmd",
    "if_changed",
    "if_changed_dep",
    "if_changed_rule",
    "cmd_and_fixdep",
    "cmd_and_savecmd",
];

/// Looks for compile commands in recipes, through `$(call if_changed_rule,NAME)`,
/// `rule_NAME` and `cmd_NAME`.
struct Commands<'a, 'w, 't> {
    make: &'a Make<'w, 't>,
    seen: FxHashSet<Text>,
    purpose: &'a mut Purpose,
}

impl Commands<'_, '_, '_> {
    fn line(&mut self, line: &Expression) {
        self.spelled(line);
        for part in &line.parts {
            if let Part::Call(function, arguments) = part {
                self.called(*function, arguments);
            }
        }
    }

    fn called(&mut self, function: Function, arguments: &[Expression]) {
        let texts = &self.make.world.texts;
        let literal = |index: usize| {
            let argument: &Expression = arguments.get(index)?;
            Some(texts.str(argument.as_literal()?).trim())
        };
        if function == Function::Call
            && let (Some(runner), Some(name)) = (literal(0), literal(1))
            && RUNNERS.contains(&runner)
        {
            let [rule, command] = ["rule_", "cmd_"].map(|prefix| [prefix, name].concat());
            for name in [texts.find(&rule), texts.find(&command)]
                .into_iter()
                .flatten()
            {
                self.variable(name);
            }
        }
        for argument in arguments {
            self.line(argument);
        }
    }

    fn variable(&mut self, name: Text) {
        if !self.seen.insert(name) {
            return;
        }
        if let Some(variable) = self.make.definitions(name) {
            for fragment in &variable.fragments {
                if let Body::Expression(expression) = &fragment.body {
                    self.line(expression);
                }
            }
        }
    }

    /// Whether a line spells `... -c ... -o $@ ...` or rustc's `--emit=obj=$@`.
    fn spelled(&mut self, line: &Expression) {
        let texts = &self.make.world.texts;
        let compiles = |part: &Part| match part {
            Part::Literal(text) => texts.compiles(*text),
            _ => false,
        };
        if !line.parts.iter().any(compiles) {
            return;
        }
        let mut text = String::new();
        let mut host = false;
        for part in &line.parts {
            match part {
                Part::Literal(literal) => text.push_str(self.make.world.texts.str(*literal)),
                Part::Variable(name) => {
                    let name = self.make.world.texts.str(*name);
                    host |= name.starts_with("HOST") || name.starts_with("user_");
                    text.push_str("$(");
                    text.push_str(name);
                    text.push(')');
                }
                _ => text.push_str("$()"),
            }
        }
        let compiles = text.contains(" -c ") && text.contains("-o $(@)");
        let rust = text.contains("--emit=obj=$(@)");
        if host || !(compiles || rust) {
            return;
        }
        let mut seen = FxHashSet::default();
        if rust || defines_kernel(line, self.make, &mut seen) {
            self.purpose.compiles = true;
        } else {
            self.purpose.compiles_apart = true;
        }
    }
}

/// Whether `-D__KERNEL__` is among the flags that a command refers to.
fn defines_kernel(line: &Expression, make: &Make<'_, '_>, seen: &mut FxHashSet<Text>) -> bool {
    const DEFINITION: &str = "-D__KERNEL__";
    line.parts.iter().any(|part| match part {
        Part::Literal(text) => make.world.texts.str(*text).contains(DEFINITION),
        Part::Variable(name) if seen.insert(*name) => {
            make.definitions(*name).is_some_and(|variable| {
                variable
                    .fragments
                    .iter()
                    .any(|fragment| match &fragment.body {
                        Body::Expression(expression) => defines_kernel(expression, make, seen),
                        _ => false,
                    })
            })
        }
        Part::Variable(_) => false,
        Part::Computed(name) => defines_kernel(name, make, seen),
        Part::Substitution { name, .. } => match name.as_literal() {
            Some(name) => defines_kernel(&Expression::reference(name), make, seen),
            None => false,
        },
        Part::Call(_, arguments) => arguments
            .iter()
            .any(|argument| defines_kernel(argument, make, seen)),
    })
}
