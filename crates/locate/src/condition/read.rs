// SPDX-License-Identifier: Apache-2.0
//! Conditions from the expressions of `#if`.

use super::{Asked, Condition};
use crate::name::{Names, Texts};
use crate::scan::{Scan, Test};
use crate::token::{Token, punctuator};

/// What nests deeper than this is unknown.
const MAXIMUM_DEPTH: u32 = 100;

/// The condition of a branch by itself.
pub(super) fn test(scan: &Scan, names: &Names, test: u32) -> Condition {
    match scan.tests.get(test as usize) {
        Some(Test::Defined(name)) => defined(names.text(*name)),
        Some(Test::NotDefined(name)) => defined(names.text(*name)).negated(),
        Some(Test::Expression(range)) => {
            let mut reader = Reader {
                names,
                tokens: scan.body(range),
                at: 0,
                depth: 0,
            };
            reader.any()
        }
        None => Condition::Unknown(String::new()),
    }
}

/// `defined NAME`
fn defined(name: &str) -> Condition {
    match name.strip_prefix("CONFIG_") {
        None => Condition::Unknown(format!("defined {name}")),
        Some(symbol) => match symbol.strip_suffix("_MODULE") {
            Some(symbol) => asked(symbol, Asked::Module),
            None => asked(symbol, Asked::BuiltIn),
        },
    }
}

fn asked(symbol: &str, asked: Asked) -> Condition {
    Condition::Symbol {
        name: symbol.to_owned(),
        asked,
    }
}

struct Reader<'s> {
    names: &'s Names,
    tokens: &'s [Token],
    at: usize,
    depth: u32,
}

impl Reader<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, code: u8) -> bool {
        let found = self.peek().is_some_and(|token| token.is(code));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Condition {
        let mut parts = vec![self.all()];
        while self.take(punctuator::OR) {
            parts.push(self.all());
        }
        Condition::any(parts)
    }

    fn all(&mut self) -> Condition {
        let mut parts = vec![self.operand()];
        while self.take(punctuator::AND) {
            parts.push(self.operand());
        }
        Condition::all(parts)
    }

    /// What stands between `&&` and `||`: a question, or something that is not understood.
    fn operand(&mut self) -> Condition {
        let start = self.at;
        self.depth += 1;
        let known = if self.depth > MAXIMUM_DEPTH {
            None
        } else {
            self.question()
        };
        self.depth -= 1;
        let is_end = match self.peek() {
            None => true,
            Some(token) => [punctuator::AND, punctuator::OR, b')']
                .iter()
                .any(|code| token.is(*code)),
        };
        known
            .filter(|_| is_end)
            .unwrap_or_else(|| self.unknown(start))
    }

    fn question(&mut self) -> Option<Condition> {
        let token = self.peek()?;
        self.at += 1;
        match token {
            Token::Punctuator(b'!') => Some(self.operand_of_not()?.negated()),
            Token::Punctuator(b'(') => {
                let inner = self.any();
                self.take(b')').then_some(inner)
            }
            Token::Number(name) => Some(Condition::Constant(self.names.text(name) != "0")),
            Token::Identifier(name) => match self.names.text(name) {
                "defined" => Some(defined(self.argument()?)),
                "IS_ENABLED" => Some(asked(self.symbol()?, Asked::Enabled)),
                "IS_BUILTIN" => Some(asked(self.symbol()?, Asked::BuiltIn)),
                "IS_MODULE" => Some(asked(self.symbol()?, Asked::Module)),
                "IS_REACHABLE" => Some(asked(self.symbol()?, Asked::Reachable)),
                _ => None,
            },
            _ => None,
        }
    }

    fn operand_of_not(&mut self) -> Option<Condition> {
        self.depth += 1;
        let inner = if self.depth > MAXIMUM_DEPTH {
            None
        } else {
            self.question()
        };
        self.depth -= 1;
        inner
    }

    /// `(NAME)` or `NAME`.
    fn argument(&mut self) -> Option<&str> {
        let nested = self.take(b'(');
        let Some(Token::Identifier(name)) = self.peek() else {
            return None;
        };
        self.at += 1;
        if nested && !self.take(b')') {
            return None;
        }
        Some(self.names.text(name))
    }

    fn symbol(&mut self) -> Option<&str> {
        self.argument()?.strip_prefix("CONFIG_")
    }

    /// The text from `start` to the next `&&`, `||` or `)` outside of parentheses.
    fn unknown(&mut self, start: usize) -> Condition {
        self.at = start;
        let mut depth = 0_usize;
        let mut text = String::new();
        while let Some(token) = self.peek() {
            match token {
                Token::Punctuator(b'(') => depth += 1,
                Token::Punctuator(b')') if depth == 0 => break,
                Token::Punctuator(b')') => depth -= 1,
                Token::Punctuator(punctuator::AND | punctuator::OR) if depth == 0 => break,
                _ => {}
            }
            if !text.is_empty() {
                text.push(' ');
            }
            token.spell(self.names, &mut text);
            self.at += 1;
        }
        Condition::Unknown(text)
    }
}
