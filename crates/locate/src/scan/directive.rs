// SPDX-License-Identifier: Apache-2.0
//! Lines that start with `#` (ISO C 6.10).

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::scanner::{Branching, Scanner, index};
use super::{Event, Include, Lexeme, Macro, Test};
use crate::name::Name;
use crate::token::{Token, punctuator};

/// The parameters of a macro. Few have many.
#[derive(Default)]
struct Parameters<'t> {
    few: Vec<&'t str>,
    many: FxHashMap<&'t str, usize>,
}

/// More parameters than this are looked up by hash.
const FEW: usize = 16;

impl<'t> Parameters<'t> {
    fn new(names: Vec<&'t str>) -> Self {
        if names.len() <= FEW {
            return Self {
                few: names,
                many: FxHashMap::default(),
            };
        }
        let many = names.iter().enumerate().rev();
        Self {
            many: many.map(|(at, name)| (*name, at)).collect(),
            few: Vec::new(),
        }
    }

    fn position(&self, name: &str) -> Option<u16> {
        let few = self.few.iter().position(|known| *known == name);
        let at = few.or_else(|| self.many.get(name).copied());
        at.and_then(|at| u16::try_from(at).ok())
    }
}

impl<'t> Scanner<'_, '_, 't> {
    /// Reads a directive; the cursor is at its `#`, and ends at its newline.
    pub(super) fn directive(&mut self) {
        let line = self.cursor.line;
        self.cursor.bump();
        self.cursor.skip_blanks();
        let Some(keyword) = self.word() else {
            return self.cursor.skip_directive();
        };
        match keyword {
            "define" => self.define(line),
            "undef" => {
                if let Some(name) = self.next_name() {
                    self.interrupt();
                    self.event(Event::Undefine(name), line);
                }
            }
            "include" | "include_next" | "import" => self.include(line),
            "if" | "ifdef" | "ifndef" => self.begin_conditional(keyword, line),
            "elif" | "elifdef" | "elifndef" | "else" => self.branch(keyword, line),
            "endif" => {
                self.interrupt();
                self.end_conditional();
            }
            _ => {}
        }
        self.cursor.skip_directive();
    }

    /// An identifier that starts here.
    fn word(&mut self) -> Option<&'t str> {
        match self.cursor.peek() {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') => match self.cursor.lexeme() {
                Lexeme::Identifier(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    fn next_name(&mut self) -> Option<Name> {
        self.cursor.skip_blanks();
        let word = self.word()?;
        Some(self.name(word))
    }

    fn define(&mut self, line: u32) {
        let Some(name) = self.next_name() else {
            return;
        };
        self.interrupt();
        let mut parameters = Vec::new();
        let mut variadic = false;
        let is_function = self.cursor.peek() == Some(b'(');
        if is_function {
            self.cursor.bump();
            variadic = self.parameters(&mut parameters);
        }
        let count = u16::try_from(parameters.len()).unwrap_or(u16::MAX);
        let body = self.rest_of_line(&Parameters::new(parameters));
        let definition = index(self.scan.macros.len());
        self.scan.macros.push(Macro {
            name,
            parameters: is_function.then_some(count),
            variadic,
            body,
        });
        self.event(Event::Define(definition), line);
    }

    /// The names up to `)`; whether the last takes all remaining arguments.
    fn parameters(&mut self, parameters: &mut Vec<&'t str>) -> bool {
        let mut variadic = false;
        loop {
            self.cursor.skip_blanks();
            if matches!(self.cursor.peek(), None | Some(b'\n')) {
                return variadic;
            }
            match self.cursor.lexeme() {
                Lexeme::Identifier(text) => parameters.push(text),
                Lexeme::Punctuator(punctuator::ELLIPSIS) => {
                    let is_named = parameters.last().is_some_and(|last| !last.is_empty());
                    if !is_named {
                        parameters.push("__VA_ARGS__");
                    }
                    variadic = true;
                }
                Lexeme::Punctuator(b',') => parameters.push(""),
                Lexeme::Punctuator(b')') => break,
                _ => {}
            }
        }
        parameters.retain(|name| !name.is_empty());
        variadic
    }

    /// The tokens up to the newline, with parameters told from other identifiers.
    fn rest_of_line(&mut self, parameters: &Parameters<'t>) -> Range<u32> {
        let start = index(self.scan.bodies.len());
        loop {
            self.cursor.skip_blanks();
            if matches!(self.cursor.peek(), None | Some(b'\n')) {
                break;
            }
            let lexeme = self.cursor.lexeme();
            let parameter = match lexeme {
                Lexeme::Identifier(text) => parameters.position(text),
                _ => None,
            };
            let Some(parameter) = parameter else {
                let token = self.token(lexeme);
                self.scan.bodies.push(token);
                continue;
            };
            let bodies = &mut self.scan.bodies;
            let is_fresh = index(bodies.len()) == start;
            match bodies.last_mut() {
                Some(last) if last.is(b'#') && !is_fresh => *last = Token::Stringified(parameter),
                _ => bodies.push(Token::Parameter(parameter)),
            }
        }
        start..index(self.scan.bodies.len())
    }

    fn include(&mut self, line: u32) {
        self.cursor.skip_blanks();
        let include = match self.cursor.peek() {
            Some(b'<') => Include::Angled(self.cursor.angled().into()),
            Some(b'"') => Include::Quoted(self.cursor.literal(b'"').into()),
            _ => Include::Computed(self.rest_of_line(&Parameters::default())),
        };
        self.interrupt();
        let number = index(self.scan.includes.len());
        self.scan.includes.push(include);
        let inside = self.is_inside();
        self.event(Event::Include { number, inside }, line);
    }

    fn begin_conditional(&mut self, keyword: &str, line: u32) {
        self.interrupt();
        let (test, dead) = self.test(keyword);
        self.branchings.push(Branching {
            last: self.scan.events.len(),
            before: self.depth,
            after: None,
            dead,
        });
        self.event(Event::If { test, next: 0 }, line);
    }

    /// The index of the condition, and whether it is `0`.
    fn test(&mut self, keyword: &str) -> (u32, bool) {
        let test = if keyword.ends_with("def") {
            self.cursor.skip_blanks();
            let word = self.word().unwrap_or_default();
            let name = self.name(word);
            if keyword.ends_with("ifdef") {
                Test::Defined(name)
            } else {
                Test::NotDefined(name)
            }
        } else {
            Test::Expression(self.rest_of_line(&Parameters::default()))
        };
        let dead = match &test {
            Test::Expression(range) => self.is_zero(range),
            Test::Defined(_) | Test::NotDefined(_) => false,
        };
        let number = index(self.scan.tests.len());
        self.scan.tests.push(test);
        (number, dead)
    }

    fn is_zero(&mut self, range: &Range<u32>) -> bool {
        let zero = self.name("0");
        self.scan.body(range) == [Token::Number(zero)]
    }

    fn branch(&mut self, keyword: &str, line: u32) {
        self.interrupt();
        let next = self.scan.events.len();
        if self.branchings.is_empty() {
            return;
        }
        let (event, dead) = if keyword == "else" {
            (Event::Else { next: 0 }, false)
        } else {
            let (test, dead) = self.test(keyword);
            (Event::Elif { test, next: 0 }, dead)
        };
        self.close_branch(next, dead);
        self.event(event, line);
    }

    /// Notes where the last branch ends, and returns to the depth before the conditional.
    fn close_branch(&mut self, next: usize, dead: bool) {
        let depth = self.depth;
        let Some(branching) = self.branchings.last_mut() else {
            return;
        };
        if !branching.dead && branching.after.is_none() {
            branching.after = Some(depth);
        }
        self.depth = branching.before;
        branching.dead = dead;
        let last = std::mem::replace(&mut branching.last, next);
        self.link(last, next);
    }

    pub(super) fn end_conditional(&mut self) {
        let end = self.scan.events.len();
        self.close_branch(end, true);
        if let Some(branching) = self.branchings.pop() {
            self.depth = branching.after.unwrap_or(branching.before);
            self.event(Event::Endif, self.cursor.line);
        }
    }

    fn link(&mut self, from: usize, to: usize) {
        if let Some(Event::If { next, .. } | Event::Elif { next, .. } | Event::Else { next }) =
            self.scan.events.get_mut(from)
        {
            *next = index(to);
        }
    }
}
