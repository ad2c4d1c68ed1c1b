// SPDX-License-Identifier: Apache-2.0
//! Text with references: `foo_$(BITS).o $(filter y,$(X)) $(objs:.o=.c)`.

use std::rc::Rc;

use super::function::Function;
use super::line::{find_outside, matching};
use crate::text::{Naming, Text, Texts};

/// A sequence of literal texts and references.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Expression {
    pub parts: Vec<Part>,
    /// Whether there is something to work out, and it depends on nothing but the arguments
    /// of the call that it stands in: `%$(strip $2)`.
    pub local: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Literal(Text),
    /// `$(NAME)`
    Variable(Text),
    /// `$(NAME-$(OTHER))`: a name that must be expanded first.
    Computed(Rc<Expression>),
    /// `$(NAME:FROM=TO)`
    Substitution {
        name: Rc<Expression>,
        from: Rc<Expression>,
        to: Rc<Expression>,
    },
    Call(Function, Rc<[Expression]>),
}

impl Expression {
    /// Parses a text. An unterminated reference is kept as literal text.
    pub fn parse(text: &str, texts: &mut Texts) -> Self {
        Parser { texts, depth: 0 }.expression(text)
    }

    fn new(parts: Vec<Part>, texts: &Texts) -> Self {
        let work = |part: &Part| matches!(part, Part::Call(..) | Part::Substitution { .. });
        let local = parts.iter().any(work) && are_local(&parts, texts);
        Self { parts, local }
    }

    /// `$(NAME)`
    pub fn reference(name: Text) -> Self {
        Self {
            parts: vec![Part::Variable(name)],
            local: false,
        }
    }

    /// The text, when nothing in it needs expansion.
    pub fn as_literal(&self) -> Option<Text> {
        match self.parts.as_slice() {
            [] => Some(Text::EMPTY),
            [Part::Literal(text)] => Some(*text),
            _ => None,
        }
    }
}

/// Whether parts depend on nothing but the arguments of a call.
fn are_local(parts: &[Part], texts: &Texts) -> bool {
    let is_local = |expression: &Expression| are_local(&expression.parts, texts);
    parts.iter().all(|part| match part {
        Part::Literal(_) => true,
        Part::Variable(name) => texts.naming(*name) == Naming::Argument,
        Part::Computed(_) => false,
        Part::Substitution { name, from, to } => {
            let argument = |name| texts.naming(name) == Naming::Argument;
            name.as_literal().is_some_and(argument) && is_local(from) && is_local(to)
        }
        Part::Call(function, arguments) => function.is_of_text() && arguments.iter().all(is_local),
    })
}

/// References deeper than this are taken as text: no Makefile nests so deep.
const MAXIMUM_DEPTH: usize = 100;

struct Parser<'t> {
    texts: &'t mut Texts,
    depth: usize,
}

impl Parser<'_> {
    fn expression(&mut self, text: &str) -> Expression {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            literal.push_str(&rest[..at]);
            rest = self.reference(&rest[at..], &mut literal, &mut parts);
        }
        literal.push_str(rest);
        self.flush(&mut literal, &mut parts);
        Expression::new(parts, self.texts)
    }

    fn flush(&mut self, literal: &mut String, parts: &mut Vec<Part>) {
        if !literal.is_empty() {
            parts.push(Part::Literal(self.texts.intern(literal)));
            literal.clear();
        }
    }

    /// Reads the reference at the start of `text`; returns what follows it.
    fn reference<'s>(
        &mut self,
        text: &'s str,
        literal: &mut String,
        parts: &mut Vec<Part>,
    ) -> &'s str {
        let bytes = text.as_bytes();
        let (open, close) = match bytes.get(1) {
            None => return "",
            Some(b'$') => {
                literal.push('$');
                return &text[2..];
            }
            Some(b'(') => (b'(', b')'),
            Some(b'{') => (b'{', b'}'),
            Some(_) => {
                let name = text[1..].chars().next().map_or(1, char::len_utf8);
                self.flush(literal, parts);
                parts.push(Part::Variable(self.texts.intern(&text[1..=name])));
                return &text[1 + name..];
            }
        };
        let end = matching(bytes, 2, open, close).filter(|_| self.depth < MAXIMUM_DEPTH);
        let Some(end) = end else {
            literal.push_str(text);
            return "";
        };
        self.flush(literal, parts);
        self.depth += 1;
        let part = self.inside(&text[2..end], open, close);
        self.depth -= 1;
        parts.push(part);
        &text[end + 1..]
    }

    fn inside(&mut self, content: &str, open: u8, close: u8) -> Part {
        if let Some(call) = self.call(content, open, close) {
            return call;
        }
        if let Some(colon) = find_outside(content, |byte| byte == b':')
            && let Some(equals) = find_outside(&content[colon + 1..], |byte| byte == b'=')
        {
            let (from, to) = content[colon + 1..].split_at(equals);
            return Part::Substitution {
                name: Rc::new(self.expression(&content[..colon])),
                from: Rc::new(self.expression(from)),
                to: Rc::new(self.expression(&to[1..])),
            };
        }
        let name = self.expression(content);
        match name.as_literal() {
            Some(name) => Part::Variable(name),
            None => Part::Computed(Rc::new(name)),
        }
    }

    fn call(&mut self, content: &str, open: u8, close: u8) -> Option<Part> {
        let end = content.find(|c: char| !c.is_ascii_lowercase() && c != '-')?;
        if !content[end..].starts_with([' ', '\t']) {
            return None;
        }
        let (function, limit) = Function::named(&content[..end])?;
        let arguments = arguments(content[end..].trim_start(), limit, open, close);
        let arguments = arguments
            .into_iter()
            .map(|text| self.expression(text))
            .collect();
        Some(Part::Call(function, arguments))
    }
}

/// Splits at commas that are not inside parentheses of the call's own kind.
fn arguments(text: &str, limit: usize, open: u8, close: u8) -> Vec<&str> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth = depth.saturating_sub(1);
        } else if byte == b',' && depth == 0 && found.len() + 1 < limit {
            found.push(&text[start..index]);
            start = index + 1;
        }
    }
    found.push(&text[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_a_function() {
        let mut texts = Texts::default();
        let parsed = Expression::parse("$(sort)$(if-y) $X", &mut texts);
        let names: Vec<_> = parsed
            .parts
            .iter()
            .map(|part| match part {
                Part::Variable(name) | Part::Literal(name) => texts.str(*name),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(names, ["sort", "if-y", " ", "X"]);
    }

    #[test]
    fn the_last_argument_keeps_its_commas() {
        assert_eq!(arguments("a,b,c,d", 3, b'(', b')'), ["a", "b", "c,d"]);
        assert_eq!(arguments("f(a,b),c", 3, b'(', b')'), ["f(a,b)", "c"]);
    }

    #[test]
    fn unterminated_references_are_text() {
        let mut texts = Texts::default();
        let parsed = Expression::parse("a $(b", &mut texts);
        let text = parsed.as_literal().map(|text| texts.str(text).to_owned());
        assert_eq!(text.as_deref(), Some("a $(b"));
    }
}
