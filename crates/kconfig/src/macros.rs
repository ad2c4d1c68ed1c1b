// SPDX-License-Identifier: Apache-2.0
//! The macro language: variables, functions and `$(shell ...)`
//! (Documentation/kbuild/kconfig-macro-language.rst, scripts/kconfig/preprocess.c).

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::host::Host;
use crate::text;

/// How deep a user-defined function may call itself.
const DEEPEST: u32 = 1000;
/// The most arguments a call takes, its name counted.
const MOST_ARGUMENTS: usize = 16;
/// Bounds that no real tree comes near; beyond them an expansion is hostile.
const MOST_CLAUSES: u32 = 200_000;
const LONGEST_EXPANSION: usize = 4 << 20;
const DEEPEST_NESTING: u32 = 2_000;

/// The three ways to assign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// `=`: expanded at each use.
    Recursive,
    /// `:=`: expanded once.
    Simple,
    /// `+=`
    Append,
}

#[derive(Debug)]
struct Variable {
    value: Rc<str>,
    flavor: Flavor,
    expanding: u32,
}

/// The state of the macro language while a tree is read.
pub(crate) struct Macros<'h> {
    host: &'h dyn Host,
    variables: FxHashMap<Rc<str>, Variable>,
    /// The environment variables used, in the order of first use.
    pub(crate) environment: Vec<(String, String)>,
    /// What `$(info)` and `$(warning-if)` had to say.
    pub(crate) diagnostics: Vec<Diagnostic>,
    answers: FxHashMap<String, String>,
    clauses: u32,
    nesting: u32,
}

/// An error that ends the reading of the tree.
pub(crate) type Fatal = Box<Diagnostic>;

/// Where an expansion stands, and the arguments of the call around it.
#[derive(Clone, Copy)]
struct Scope<'a> {
    place: &'a Place,
    arguments: &'a [String],
}

impl<'h> Macros<'h> {
    pub(crate) fn new(host: &'h dyn Host) -> Self {
        Self {
            host,
            variables: FxHashMap::default(),
            environment: Vec::new(),
            diagnostics: Vec::new(),
            answers: FxHashMap::default(),
            clauses: 0,
            nesting: 0,
        }
    }

    /// `NAME = value` and its kin (`variable_add()`).
    pub(crate) fn assign(
        &mut self,
        name: &str,
        value: &str,
        flavor: Flavor,
        place: &Place,
    ) -> Result<(), Fatal> {
        let known = self.variables.get(name).map(|variable| variable.flavor);
        let kept = match (flavor, known) {
            (Flavor::Append, Some(kept)) => kept,
            (Flavor::Append, None) => Flavor::Recursive,
            (flavor, _) => flavor,
        };
        let mut new = match kept {
            Flavor::Simple => self.expand(value, place)?,
            _ => value.to_owned(),
        };
        if let (Flavor::Append, Some(old)) = (flavor, self.variables.get(name)) {
            new = format!("{} {new}", old.value);
            check_length(&new, place)?;
        }
        let variable = Variable {
            value: new.into(),
            flavor: kept,
            expanding: 0,
        };
        self.variables.insert(name.into(), variable);
        Ok(())
    }

    /// The whole of `input` with every `$(...)` replaced.
    pub(crate) fn expand(&mut self, input: &str, place: &Place) -> Result<String, Fatal> {
        self.clauses = 0;
        self.expand_in(
            input,
            Scope {
                place,
                arguments: &[],
            },
        )
    }

    /// What follows a `$`: the expansion, and how many bytes of `input` it took.
    /// A `$` that no parenthesis follows is itself (`expand_dollar()`).
    pub(crate) fn expand_dollar(
        &mut self,
        input: &str,
        place: &Place,
    ) -> Result<(String, usize), Fatal> {
        self.clauses = 0;
        self.dollar(
            input,
            Scope {
                place,
                arguments: &[],
            },
        )
    }

    /// A word with references, up to a character that can't be in one, and
    /// its length in `input` (`expand_one_token()`).
    pub(crate) fn expand_token(
        &mut self,
        input: &str,
        place: &Place,
    ) -> Result<(String, usize), Fatal> {
        self.clauses = 0;
        let scope = Scope {
            place,
            arguments: &[],
        };
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        self.expand_while(input, scope, is_word)
    }

    fn expand_in(&mut self, input: &str, scope: Scope<'_>) -> Result<String, Fatal> {
        Ok(self.expand_while(input, scope, |_| true)?.0)
    }

    fn expand_while(
        &mut self,
        input: &str,
        scope: Scope<'_>,
        goes_on: impl Fn(u8) -> bool,
    ) -> Result<(String, usize), Fatal> {
        let bytes = input.as_bytes();
        let mut out = String::new();
        let mut copied = 0;
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'$' {
                out.push_str(&input[copied..at]);
                let (expansion, length) = self.dollar(&input[at + 1..], scope)?;
                out.push_str(&expansion);
                check_length(&out, scope.place)?;
                at += 1 + length;
                copied = at;
            } else if goes_on(bytes[at]) {
                at += 1;
            } else {
                break;
            }
        }
        out.push_str(&input[copied..at]);
        Ok((out, at))
    }

    fn dollar(&mut self, input: &str, scope: Scope<'_>) -> Result<(String, usize), Fatal> {
        let Some(rest) = input.strip_prefix('(') else {
            return Ok(("$".to_owned(), 0));
        };
        let mut depth = 0;
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' if depth == 0 => {
                    self.nesting += 1;
                    let value = self.clause(&rest[..at], scope);
                    self.nesting -= 1;
                    return Ok((value?, at + 2));
                }
                b')' => depth -= 1,
                _ => {}
            }
        }
        fatal(
            scope,
            format!("unterminated reference to '{rest}': missing ')'"),
        )
    }

    /// What stands between the parentheses: an argument, a variable, a
    /// function, or the environment, in this order (`eval_clause()`).
    fn clause(&mut self, clause: &str, scope: Scope<'_>) -> Result<String, Fatal> {
        self.clauses += 1;
        if self.clauses > MOST_CLAUSES || self.nesting > DEEPEST_NESTING {
            return fatal(scope, "Too deep recursive expansion".to_owned());
        }
        if let Some(argument) = positional(clause, scope.arguments) {
            return Ok(argument.clone());
        }
        let parts = split_arguments(clause);
        if parts.len() > MOST_ARGUMENTS {
            return fatal(scope, "too many function arguments".to_owned());
        }
        let mut parts = parts.into_iter();
        let name = self.expand_in(parts.next().unwrap_or_default(), scope)?;
        let arguments = parts
            .map(|part| self.expand_in(part, scope))
            .collect::<Result<Vec<_>, _>>()?;
        self.value_of(&name, &arguments, scope.place)
    }

    fn value_of(
        &mut self,
        name: &str,
        arguments: &[String],
        place: &Place,
    ) -> Result<String, Fatal> {
        let scope = Scope { place, arguments };
        if let Some(value) = self.variable(name, scope)? {
            return Ok(value);
        }
        if let Some(value) = self.function(name, scope)? {
            return Ok(value);
        }
        let from_outside = if arguments.is_empty() {
            self.environment_value(name)
        } else {
            None
        };
        Ok(from_outside.unwrap_or_default())
    }

    fn variable(&mut self, name: &str, scope: Scope<'_>) -> Result<Option<String>, Fatal> {
        let Some(variable) = self.variables.get_mut(name) else {
            return Ok(None);
        };
        if scope.arguments.is_empty() && variable.expanding > 0 {
            let text = format!("Recursive variable '{name}' references itself (eventually)");
            return fatal(scope, text);
        }
        if variable.expanding > DEEPEST {
            return fatal(scope, "Too deep recursive expansion".to_owned());
        }
        let value = Rc::clone(&variable.value);
        if variable.flavor != Flavor::Recursive {
            return Ok(Some(value.as_ref().to_owned()));
        }
        variable.expanding += 1;
        let expanded = self.expand_in(&value, scope);
        if let Some(variable) = self.variables.get_mut(name) {
            variable.expanding -= 1;
        }
        expanded.map(Some)
    }

    fn environment_value(&mut self, name: &str) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        if let Some((_, value)) = self.environment.iter().find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        let value = self.host.variable(name)?;
        self.environment.push((name.to_owned(), value.clone()));
        Some(value)
    }

    /// The built-in functions; a new one is a line here (`function_table`).
    fn function(&mut self, name: &str, scope: Scope<'_>) -> Result<Option<String>, Fatal> {
        let takes = match name {
            "error-if" | "warning-if" => 2,
            "info" | "shell" => 1,
            "filename" | "lineno" => 0,
            _ => return Ok(None),
        };
        let given = scope.arguments.len();
        if given != takes {
            let word = if given < takes { "few" } else { "many" };
            return fatal(
                scope,
                format!("too {word} function arguments passed to '{name}'"),
            );
        }
        self.call(name, scope).map(Some)
    }

    fn call(&mut self, name: &str, scope: Scope<'_>) -> Result<String, Fatal> {
        match (name, scope.arguments) {
            ("filename", _) => return Ok(scope.place.file.as_ref().to_owned()),
            ("lineno", _) => return Ok(scope.place.line.to_string()),
            ("shell", [command]) => return self.shell(command, scope),
            ("info", [text]) => {
                self.diagnostics
                    .push(Diagnostic::general(Severity::Info, text.clone()));
            }
            ("error-if", [condition, text]) if condition == "y" => {
                return fatal(scope, text.clone());
            }
            ("warning-if", [condition, text]) if condition == "y" => {
                let place = scope.place.clone();
                self.diagnostics
                    .push(Diagnostic::new(Severity::Remark, place, text.clone()));
            }
            _ => {}
        }
        Ok(String::new())
    }

    fn shell(&mut self, command: &str, scope: Scope<'_>) -> Result<String, Fatal> {
        if let Some(known) = self.answers.get(command) {
            return Ok(known.clone());
        }
        let raw = self.host.shell(command).or_else(|why| fatal(scope, why))?;
        let answer = one_line(&raw);
        self.answers.insert(command.to_owned(), answer.clone());
        Ok(answer)
    }
}

/// The output as one line, cut at what the C tool's buffer holds (`do_shell()`).
fn one_line(raw: &[u8]) -> String {
    let kept = &raw[..raw.len().min(4095)];
    let end = kept
        .iter()
        .rposition(|byte| *byte != b'\n')
        .map_or(0, |last| last + 1);
    let text = kept[..end]
        .split(|byte| *byte == 0)
        .next()
        .unwrap_or_default();
    text::decode(text).replace('\n', " ")
}

fn fatal<T>(scope: Scope<'_>, text: String) -> Result<T, Fatal> {
    Err(Box::new(Diagnostic::new(
        Severity::Error,
        scope.place.clone(),
        text,
    )))
}

fn check_length(text: &str, place: &Place) -> Result<(), Fatal> {
    if text.len() <= LONGEST_EXPANSION {
        return Ok(());
    }
    let scope = Scope {
        place,
        arguments: &[],
    };
    fatal(
        scope,
        format!("an expansion exceeds {LONGEST_EXPANSION} bytes"),
    )
}

fn positional<'a>(clause: &str, arguments: &'a [String]) -> Option<&'a String> {
    let number: usize = clause.parse().ok()?;
    arguments.get(number.checked_sub(1)?)
}

/// Splits at the commas that stand outside of parentheses.
fn split_arguments(clause: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_i64;
    let mut start = 0;
    for (at, byte) in clause.bytes().enumerate() {
        match byte {
            b',' if depth == 0 => {
                parts.push(&clause[start..at]);
                start = at + 1;
            }
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    parts.push(&clause[start..]);
    parts
}
