// SPDX-License-Identifier: Apache-2.0
//! What all directories of one evaluation share: strings, conditions, parsed
//! files, the meaning of `$(CONFIG_X)`, and what was reported.

use std::rc::Rc;

use kconfig::{SymbolType, Tristate};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::condition::{Condition, Conditions, Variable};
use crate::diagnostic::{Diagnostic, Error, Place};
use crate::language::line::{MAXIMUM_LENGTH, logical_lines};
use crate::language::{Expression, Function, Statement, statement};
use crate::make;
use crate::shell::Shell;
use crate::symbol::{SymbolTypes, Values};
use crate::text::{Text, Texts};
use crate::tree::Tree;
use crate::value::Value;

/// Where the source tree lies for the Makefiles: they compute with the path,
/// and it must be told from paths in the output directory.
pub const SRCTREE: &str = "/srctree";
/// Where the output directory lies.
pub const OBJTREE: &str = "/objtree";

/// Encloses a text that only a shell or a configuration knows.
pub const UNKNOWN: char = '\u{1}';

/// What an evaluation is given.
#[derive(Clone, Copy)]
pub struct Inputs<'t> {
    pub tree: &'t Tree,
    pub types: &'t dyn SymbolTypes,
    /// With values, every condition is decided; without, symbols stay open.
    pub values: Option<&'t dyn Values>,
    pub shell: &'t dyn Shell,
}

/// A parsed Makefile.
#[derive(Debug)]
pub struct Makefile {
    pub path: Rc<str>,
    pub statements: Vec<Statement>,
}

pub struct World<'t> {
    pub inputs: Inputs<'t>,
    pub texts: Texts,
    pub conditions: Conditions,
    makefiles: FxHashMap<String, Rc<Makefile>>,
    snippets: FxHashMap<Text, Rc<Vec<Statement>>>,
    expressions: FxHashMap<Text, Rc<Expression>>,
    symbols: FxHashMap<Text, Value>,
    /// By the address of what they are expanded to, which they keep alive.
    recursive: FxHashMap<*const Expression, Rc<make::Variable>>,
    functions: FxHashMap<Text, Function>,
    diagnostics: Vec<Diagnostic>,
    reported: FxHashSet<Diagnostic>,
}

impl<'t> World<'t> {
    pub fn new(inputs: Inputs<'t>) -> Self {
        let mut texts = Texts::default();
        let functions = Function::all();
        let functions = functions.map(|(name, function)| (texts.intern(name), function));
        Self {
            inputs,
            functions: functions.collect(),
            recursive: FxHashMap::default(),
            texts,
            conditions: Conditions::default(),
            makefiles: FxHashMap::default(),
            snippets: FxHashMap::default(),
            expressions: FxHashMap::default(),
            symbols: FxHashMap::default(),
            diagnostics: Vec::new(),
            reported: FxHashSet::default(),
        }
    }

    /// Reports once, however often the place is evaluated.
    pub fn report(&mut self, place: &Place, message: impl Into<String>) {
        let diagnostic = Diagnostic {
            place: place.clone(),
            message: message.into(),
        };
        if self.reported.insert(diagnostic.clone()) {
            self.diagnostics.push(diagnostic);
        }
    }

    pub fn into_diagnostics(self) -> (Conditions, Vec<Diagnostic>) {
        let mut diagnostics = self.diagnostics;
        diagnostics.sort_unstable();
        (self.conditions, diagnostics)
    }

    /// The parsed file at a path relative to the tree.
    pub fn makefile(&mut self, path: &str, from: &Place) -> Result<Rc<Makefile>, Error> {
        if let Some(known) = self.makefiles.get(path) {
            return Ok(Rc::clone(known));
        }
        let content = self.inputs.tree.read(path, from)?;
        let name: Rc<str> = path.into();
        check_lengths(&content, &name)?;
        let (statements, trouble) = statement::parse(&content, &mut self.texts);
        for (line, message) in trouble {
            self.report(
                &Place {
                    file: Rc::clone(&name),
                    line,
                },
                message,
            );
        }
        let makefile = Rc::new(Makefile {
            path: name,
            statements,
        });
        self.makefiles.insert(path.to_owned(), Rc::clone(&makefile));
        Ok(makefile)
    }

    /// The statements of a text given to `$(eval ...)`.
    pub fn snippet(&mut self, text: Text, place: &Place) -> Rc<Vec<Statement>> {
        if let Some(known) = self.snippets.get(&text) {
            return Rc::clone(known);
        }
        let content = self.texts.get(text);
        let (statements, trouble) = statement::parse(&content, &mut self.texts);
        for (_, message) in trouble {
            self.report(place, format!("in an evaluated text: {message}"));
        }
        let statements = Rc::new(statements);
        self.snippets.insert(text, Rc::clone(&statements));
        statements
    }

    pub fn expression(&mut self, text: Text) -> Rc<Expression> {
        if let Some(known) = self.expressions.get(&text) {
            return Rc::clone(known);
        }
        let content = self.texts.get(text);
        let parsed = Rc::new(Expression::parse(&content, &mut self.texts));
        self.expressions.insert(text, Rc::clone(&parsed));
        parsed
    }

    /// The variable that `= EXPRESSION` makes: directories by the thousand have the same.
    pub(crate) fn recursive(&mut self, expression: &Rc<Expression>) -> Rc<make::Variable> {
        let make = || Rc::new(make::Variable::recursive(Rc::clone(expression)));
        let known = self.recursive.entry(Rc::as_ptr(expression));
        Rc::clone(known.or_insert_with(make))
    }

    /// The function that a name calls.
    pub(crate) fn function(&self, name: Text) -> Option<Function> {
        self.functions.get(&name).copied()
    }

    /// The value of `$(CONFIG_NAME)`; empty for a name that nothing defines.
    pub fn symbol(&mut self, variable: Text) -> Value {
        if let Some(known) = self.symbols.get(&variable) {
            return known.clone();
        }
        let full = self.texts.get(variable);
        let name = full.strip_prefix("CONFIG_").unwrap_or(&full);
        let value = match self.inputs.values {
            Some(values) => {
                let known = values
                    .value(name)
                    .filter(|value| *value != "n")
                    .unwrap_or_default();
                Value::text(self.texts.intern(known))
            }
            None => self.open_symbol(name),
        };
        self.symbols.insert(variable, value.clone());
        value
    }

    fn open_symbol(&mut self, name: &str) -> Value {
        let kind = self.inputs.types.symbol_type(name);
        let mut value = Value::default();
        match kind {
            SymbolType::Bool | SymbolType::Tristate => {
                for tristate in [Tristate::Yes, Tristate::Module] {
                    let guard = self.conditions.symbol(name, kind, tristate);
                    let text = self.texts.intern(tristate.as_str());
                    let piece = Value::guarded(guard, text);
                    value.push(&piece, Condition::TRUE, &mut self.conditions);
                }
            }
            SymbolType::Int | SymbolType::Hex | SymbolType::String => {
                value = Value::text(self.texts.intern(&format!("{UNKNOWN}{name}{UNKNOWN}")));
            }
            SymbolType::Unknown => {}
        }
        value
    }

    /// What a shell command prints; a text that stands for it when nobody knows.
    pub fn shell(&mut self, command: &str) -> Text {
        match self.inputs.shell.answer(command) {
            Some(answer) => {
                let answer = answer.trim_end_matches('\n').replace('\n', " ");
                self.texts.intern(&answer)
            }
            None if command.contains(UNKNOWN) => {
                let command: String = command.chars().filter(|c| *c != UNKNOWN).collect();
                self.texts.intern(&format!("{UNKNOWN}${command}{UNKNOWN}"))
            }
            None => self.texts.intern(&format!("{UNKNOWN}${command}{UNKNOWN}")),
        }
    }

    pub fn is_unknown(&self, text: Text) -> bool {
        self.texts.is_unknown(text)
    }

    /// Whether a text is one unknown text and nothing else.
    pub fn stands_alone(&self, text: Text) -> bool {
        let inner = self.texts.str(text).strip_prefix(UNKNOWN);
        let inner = inner.and_then(|rest| rest.strip_suffix(UNKNOWN));
        inner.is_some_and(|inner| !inner.contains(UNKNOWN))
    }

    /// When two texts are equal, one of which may not be known before the build.
    pub fn equal(&mut self, left: Text, right: Text) -> Condition {
        if left == right {
            return Condition::TRUE;
        }
        match (self.is_unknown(left), self.is_unknown(right)) {
            (false, false) => Condition::FALSE,
            (true, _) => self.is(left, right),
            (false, true) => self.is(right, left),
        }
    }

    fn is(&mut self, unknown: Text, known: Text) -> Condition {
        let (unknown, known) = (self.texts.get(unknown), self.texts.get(known));
        let value: String = known.chars().filter(|c| *c != UNKNOWN).collect();
        let inner = unknown
            .strip_prefix(UNKNOWN)
            .and_then(|rest| rest.strip_suffix(UNKNOWN));
        let whole = inner.filter(|inner| !inner.contains(UNKNOWN));
        let variable = match whole {
            Some(name) if !name.starts_with('$') => Variable::Equals {
                name: name.to_owned(),
                value,
            },
            _ => {
                let command: String = unknown.chars().filter(|c| *c != UNKNOWN).collect();
                Variable::Answers {
                    command,
                    output: value,
                }
            }
        };
        if self.inputs.values.is_some() {
            // Nobody ran the command: it is taken to have printed something else.
            return Condition::FALSE;
        }
        self.conditions.holds(variable)
    }
}

fn check_lengths(content: &str, file: &Rc<str>) -> Result<(), Error> {
    if content.len() <= MAXIMUM_LENGTH {
        return Ok(());
    }
    match logical_lines(content)
        .iter()
        .find(|line| line.text.len() > MAXIMUM_LENGTH)
    {
        Some(line) => Err(Error::TooLarge {
            place: Place {
                file: Rc::clone(file),
                line: line.number,
            },
            limit: MAXIMUM_LENGTH,
        }),
        None => Ok(()),
    }
}
