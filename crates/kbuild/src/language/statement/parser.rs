// SPDX-License-Identifier: Apache-2.0
//! From logical lines to statements. Everything parses; what is odd is reported.

use std::rc::Rc;

use super::{Assignment, Branch, Flavor, Kind, Statement, Test};
use crate::language::expression::Expression;
use crate::language::line::{
    Line, after_reference, find_outside, logical_lines, matching, without_comment,
};
use crate::text::Texts;

/// A line that couldn't be understood: its number, and why.
pub type Trouble = (u32, &'static str);

/// Parses a Makefile, or a text given to `$(eval ...)`.
pub fn parse(content: &str, texts: &mut Texts) -> (Vec<Statement>, Vec<Trouble>) {
    let lines = logical_lines(content);
    let mut parser = Parser {
        texts,
        lines: &lines,
        next: 0,
        in_rule: false,
        trouble: Vec::new(),
    };
    let mut statements = Vec::new();
    while parser.next < lines.len() {
        parser.block(&mut statements, 0);
        if parser.next < lines.len() {
            parser.trouble.push((
                lines[parser.next].number,
                "else or endif without its conditional",
            ));
            parser.next += 1;
        }
    }
    (statements, parser.trouble)
}

/// Conditionals deeper than this are not followed.
const MAXIMUM_DEPTH: usize = 200;

struct Parser<'a> {
    texts: &'a mut Texts,
    lines: &'a [Line],
    next: usize,
    /// Lines that start with a tab belong to the recipe of an open rule.
    in_rule: bool,
    trouble: Vec<Trouble>,
}

impl Parser<'_> {
    /// Reads statements until the end, or until an `else` or `endif`.
    fn block(&mut self, statements: &mut Vec<Statement>, depth: usize) {
        while let Some(line) = self.lines.get(self.next) {
            if self.in_rule && line.text.starts_with('\t') {
                let recipe = self.expression(&line.text[1..]);
                statements.push(Statement {
                    line: line.number,
                    kind: Kind::Recipe(recipe),
                });
                self.next += 1;
                continue;
            }
            let text = without_comment(&line.text);
            let text = text.trim();
            if matches!(first_word(text), "else" | "endif") {
                return;
            }
            self.next += 1;
            if !text.is_empty() {
                self.statement(line.number, text, statements, depth);
            }
        }
    }

    fn statement(&mut self, line: u32, text: &str, statements: &mut Vec<Statement>, depth: usize) {
        if let Some(test) = self.test(line, text) {
            let kind = self.conditional(line, test, depth);
            statements.push(Statement { line, kind });
            return;
        }
        let kind = match self.directive(line, text) {
            Some(kind) => {
                self.in_rule = false;
                kind
            }
            None => self.rule(text),
        };
        statements.push(Statement { line, kind });
    }

    fn conditional(&mut self, line: u32, test: Test, depth: usize) -> Kind {
        let mut branches = vec![Branch {
            line,
            test,
            body: Vec::new(),
        }];
        loop {
            let mut body = Vec::new();
            if depth < MAXIMUM_DEPTH {
                self.block(&mut body, depth + 1);
            }
            if let Some(branch) = branches.last_mut() {
                branch.body = body;
            }
            let Some(end) = self.lines.get(self.next) else {
                self.trouble.push((line, "conditional without endif"));
                return Kind::Conditional(branches);
            };
            self.next += 1;
            let text = without_comment(&end.text);
            let text = text.trim();
            let Some(rest) = text.strip_prefix("else") else {
                return Kind::Conditional(branches);
            };
            let rest = rest.trim();
            let test = if rest.is_empty() {
                Some(Test::Otherwise)
            } else {
                self.test(end.number, rest)
            };
            let test = test.unwrap_or_else(|| {
                self.trouble.push((end.number, "text after else"));
                Test::Otherwise
            });
            branches.push(Branch {
                line: end.number,
                test,
                body: Vec::new(),
            });
        }
    }

    fn test(&mut self, line: u32, text: &str) -> Option<Test> {
        let word = first_word(text);
        let rest = text[word.len()..].trim();
        let negated = matches!(word, "ifneq" | "ifndef");
        match word {
            "ifdef" | "ifndef" => Some(Test::Defined {
                name: self.expression(rest),
                negated,
            }),
            "ifeq" | "ifneq" => {
                let Some((left, right)) = compared(rest) else {
                    self.trouble.push((line, "cannot tell what this compares"));
                    return Some(Test::Otherwise);
                };
                let (left, right) = (self.expression(left), self.expression(right));
                Some(Test::Equal {
                    left,
                    right,
                    negated,
                })
            }
            _ => None,
        }
    }

    fn directive(&mut self, line: u32, text: &str) -> Option<Kind> {
        let (exported, private, text) = modifiers(text);
        let word = first_word(text);
        let rest = text[word.len()..].trim();
        if word == "define" && !matches!(rest.chars().next(), None | Some('=')) {
            return Some(self.define(line, rest, exported));
        }
        if let Some((name, flavor, value)) = assignment(text) {
            return Some(Kind::Assign(self.assignment(name, flavor, value, exported)));
        }
        if exported {
            return Some(Kind::Export(
                (!text.is_empty()).then(|| self.expression(text)),
            ));
        }
        match word {
            "include" => Some(Kind::Include {
                files: self.expression(rest),
                optional: false,
            }),
            "-include" | "sinclude" => Some(Kind::Include {
                files: self.expression(rest),
                optional: true,
            }),
            "undefine" => Some(Kind::Undefine(self.expression(rest))),
            "vpath" | "unexport" => Some(Kind::Nothing),
            _ if private => Some(Kind::Nothing),
            _ => None,
        }
    }

    fn assignment(
        &mut self,
        name: &str,
        flavor: Flavor,
        value: &str,
        exported: bool,
    ) -> Assignment {
        Assignment {
            name: self.expression(name),
            flavor,
            value: self.expression(value),
            exported,
        }
    }

    /// `define NAME [=]` to its `endef`: the lines between, unchanged.
    fn define(&mut self, line: u32, head: &str, exported: bool) -> Kind {
        let (name, flavor) = match assignment(head) {
            Some((name, flavor, _)) => (name, flavor),
            None => (head, Flavor::Recursive),
        };
        let mut body: Vec<&str> = Vec::new();
        let mut nested = 0usize;
        loop {
            let Some(inner) = self.lines.get(self.next) else {
                self.trouble.push((line, "define without endef"));
                break;
            };
            self.next += 1;
            match first_word(inner.text.trim()) {
                "endef" if nested == 0 => break,
                "endef" => nested -= 1,
                "define" => nested += 1,
                _ => {}
            }
            body.push(&inner.text);
        }
        let body = body.join("\n");
        Kind::Assign(self.assignment(name, flavor, &body, exported))
    }

    fn rule(&mut self, text: &str) -> Kind {
        let colon = find_outside(text, |byte| byte == b':');
        self.in_rule = colon.is_some();
        if let Some(colon) = colon {
            let after = text[colon + 1..].trim_start_matches(':');
            let head = &after[..find_outside(after, |byte| byte == b';').unwrap_or(after.len())];
            let (_, private, plain) = modifiers(head.trim());
            if let Some((name, ..)) = assignment(plain) {
                let targets = self.expression(&text[..colon]);
                return Kind::TargetVariable {
                    targets,
                    name: self.texts.intern(name),
                    private,
                };
            }
        }
        let start = colon.unwrap_or(text.len());
        let semicolon = find_outside(&text[start..], |byte| byte == b';').map(|at| start + at);
        let recipe = semicolon.map(|at| self.expression(text[at + 1..].trim_start()));
        let head = self.expression(&text[..semicolon.unwrap_or(text.len())]);
        Kind::Rule { head, recipe }
    }

    fn expression(&mut self, text: &str) -> Rc<Expression> {
        Rc::new(Expression::parse(text, self.texts))
    }
}

fn first_word(text: &str) -> &str {
    &text[..text.find([' ', '\t', '(']).unwrap_or(text.len())]
}

/// Strips `export`, `override` and `private`; says whether the first and last were there.
fn modifiers(mut text: &str) -> (bool, bool, &str) {
    let (mut exported, mut private) = (false, false);
    loop {
        let word = &text[..text.find([' ', '\t']).unwrap_or(text.len())];
        match word {
            "export" => exported = true,
            "private" => private = true,
            "override" => {}
            _ => return (exported, private, text),
        }
        // `export = x` assigns to a variable of that name.
        let rest = text[word.len()..].trim_start();
        if rest.starts_with(['=', ':', '+', '?']) {
            return (false, false, text);
        }
        text = rest;
    }
}

/// Recognizes `NAME OP VALUE` (make's `parse_variable_definition`): the name
/// is one word, references in it may contain anything.
fn assignment(text: &str) -> Option<(&str, Flavor, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut name_end = None;
    while at < bytes.len() {
        let (flavor, length) = match &bytes[at..] {
            [b'=', ..] => (Flavor::Recursive, 1),
            [b':', b'=', ..] => (Flavor::Simple, 2),
            [b':', b':', b'=', ..] => (Flavor::Simple, 3),
            [b'+', b'=', ..] => (Flavor::Append, 2),
            [b'?', b'=', ..] => (Flavor::IfUndefined, 2),
            [b'!', b'=', ..] => (Flavor::Shell, 2),
            [b':', ..] => return None,
            [b'$', ..] => {
                at = after_reference(bytes, at);
                continue;
            }
            [b' ' | b'\t', ..] => {
                name_end.get_or_insert(at);
                at += 1;
                continue;
            }
            _ if name_end.is_some() => return None,
            _ => {
                at += 1;
                continue;
            }
        };
        let name = text[..name_end.unwrap_or(at)].trim();
        return (!name.is_empty()).then(|| (name, flavor, text[at + length..].trim_start()));
    }
    None
}

/// The two sides of `(a,b)`, `"a" "b"` or `'a' 'b'`.
fn compared(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('(') {
        let end = matching(text.as_bytes(), 1, b'(', b')')?;
        let inside = &text[1..end];
        let comma = comma_outside(inside)?;
        return Some((inside[..comma].trim_end(), inside[comma + 1..].trim_start()));
    }
    let (left, rest) = quoted(text)?;
    let (right, _) = quoted(rest.trim_start())?;
    Some((left, right))
}

fn comma_outside(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    text.bytes().enumerate().find_map(|(index, byte)| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => return Some(index),
            _ => {}
        }
        None
    })
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = find_outside(&text[1..], |byte| byte == quote as u8)?;
    Some((&text[1..=end], &text[end + 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_are_told_from_rules() {
        let cases = [
            ("a = b", Some(("a", Flavor::Recursive, "b"))),
            (
                "a-$(X:m=y) += b c",
                Some(("a-$(X:m=y)", Flavor::Append, "b c")),
            ),
            ("a:=", Some(("a", Flavor::Simple, ""))),
            ("a: b", None),
            ("a b = c", None),
            ("$(call x,a = b)", None),
            ("a ::= b", Some(("a", Flavor::Simple, "b"))),
        ];
        for (text, expected) in cases {
            assert_eq!(assignment(text), expected, "{text}");
        }
    }

    #[test]
    fn comparisons_may_be_quoted() {
        assert_eq!(compared("($(A), b)"), Some(("$(A)", "b")));
        assert_eq!(compared("($(f a,b),)"), Some(("$(f a,b)", "")));
        assert_eq!(
            compared("\"$(origin M)\" \"command line\""),
            Some(("$(origin M)", "command line"))
        );
        assert_eq!(compared("'a' \"b\""), Some(("a", "b")));
        assert_eq!(compared("(\"$(x)\", \"y\")"), Some(("\"$(x)\"", "\"y\"")));
        assert_eq!(compared("a b"), None);
    }

    #[test]
    fn nothing_panics() {
        let mut texts = Texts::default();
        for text in [
            "endif", "else", "ifeq", "ifeq (", "define", "define x", "a:", ":", "=", "$", "$(",
            "\t", "ifeq ''", "ifdef",
        ] {
            let _ = parse(text, &mut texts);
        }
    }
}
