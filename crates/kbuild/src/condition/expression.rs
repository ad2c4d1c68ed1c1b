// SPDX-License-Identifier: Apache-2.0
//! Reads conditions back: Kconfig's expression grammar without relations of order.

use std::fmt;

use kconfig::Tristate;

/// An expression of Kconfig (Documentation/kbuild/kconfig-language.rst,
/// "Menu dependencies").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    Operand(Operand),
    Compare {
        left: Operand,
        right: Operand,
        equal: bool,
    },
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A symbol, or one of the constants `n`, `m`, `y`.
    Name(String),
    Quoted(String),
}

/// What is wrong with a text, and after how many bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub at: usize,
    pub message: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Parentheses and negations deeper than this are refused.
const MAXIMUM_DEPTH: usize = 500;

impl Expression {
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
        };
        let expression = parser.or()?;
        parser.skip();
        if parser.at < text.len() {
            Err(parser.error("an operator was expected"))
        } else {
            Ok(expression)
        }
    }

    /// The value where `value` gives each symbol's; a symbol without one is n,
    /// and its name as a string in comparisons.
    pub fn evaluate(&self, value: &dyn Fn(&str) -> Option<String>) -> Tristate {
        match self {
            Self::Operand(operand) => Tristate::parse(&operand.text(value)).unwrap_or_default(),
            Self::Compare { left, right, equal } => {
                Tristate::from((left.text(value) == right.text(value)) == *equal)
            }
            Self::Not(inner) => !inner.evaluate(value),
            Self::And(all) => all
                .iter()
                .map(|one| one.evaluate(value))
                .min()
                .unwrap_or(Tristate::Yes),
            Self::Or(any) => any
                .iter()
                .map(|one| one.evaluate(value))
                .max()
                .unwrap_or(Tristate::No),
        }
    }
}

impl Operand {
    fn text(&self, value: &dyn Fn(&str) -> Option<String>) -> String {
        match self {
            Self::Quoted(text) => text.clone(),
            Self::Name(name) if Tristate::parse(name).is_some() => name.clone(),
            Self::Name(name) => value(name).unwrap_or_else(|| name.clone()),
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn error(&self, message: &'static str) -> ParseError {
        ParseError {
            at: self.at,
            message,
        }
    }

    fn skip(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.skip();
        let found = self.text[self.at..].starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn or(&mut self) -> Result<Expression, ParseError> {
        let mut any = vec![self.and()?];
        while self.eat("||") {
            any.push(self.and()?);
        }
        Ok(if any.len() == 1 {
            any.remove(0)
        } else {
            Expression::Or(any)
        })
    }

    fn and(&mut self) -> Result<Expression, ParseError> {
        let mut all = vec![self.not()?];
        while self.eat("&&") {
            all.push(self.not()?);
        }
        Ok(if all.len() == 1 {
            all.remove(0)
        } else {
            Expression::And(all)
        })
    }

    fn not(&mut self) -> Result<Expression, ParseError> {
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            return Err(self.error("nested too deep"));
        }
        let result = self.inner();
        self.depth -= 1;
        result
    }

    fn inner(&mut self) -> Result<Expression, ParseError> {
        if self.eat("!") {
            return Ok(Expression::Not(Box::new(self.not()?)));
        }
        if self.eat("(") {
            let expression = self.or()?;
            return if self.eat(")") {
                Ok(expression)
            } else {
                Err(self.error("')' was expected"))
            };
        }
        let left = self.operand()?;
        let equal = match (self.eat("!="), self.eat("=")) {
            (true, _) => false,
            (false, true) => true,
            (false, false) => return Ok(Expression::Operand(left)),
        };
        Ok(Expression::Compare {
            left,
            right: self.operand()?,
            equal,
        })
    }

    fn operand(&mut self) -> Result<Operand, ParseError> {
        if self.eat("\"") {
            return self.quoted();
        }
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        if end == 0 {
            return Err(self.error("a symbol was expected"));
        }
        self.at += end;
        Ok(Operand::Name(rest[..end].to_owned()))
    }

    fn quoted(&mut self) -> Result<Operand, ParseError> {
        let mut text = String::new();
        let mut characters = self.text[self.at..].char_indices();
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += index + 1;
                    return Ok(Operand::Quoted(text));
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                plain => text.push(plain),
            }
        }
        Err(self.error("'\"' was expected"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_stronger_than_or() {
        let value =
            |name: &str| (name != "U").then(|| if name == "A" { "m" } else { "n" }.to_owned());
        for (text, expected) in [
            ("A || B && C", Tristate::Module),
            ("(A || B) && C", Tristate::No),
            ("!A", Tristate::Module),
            ("A=m && !B", Tristate::Yes),
            ("A!=\"m\"", Tristate::No),
            ("U=\"U\"", Tristate::Yes),
            ("y", Tristate::Yes),
        ] {
            assert_eq!(
                Expression::parse(text).unwrap().evaluate(&value),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_place() {
        for text in ["", "A &&", "(A", "A B", "\"a", "A = ", ")"] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
        assert!(Expression::parse(&"!".repeat(100_000)).is_err());
        assert_eq!(Expression::parse("A B").unwrap_err().at, 2);
    }
}
