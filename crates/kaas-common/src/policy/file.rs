// SPDX-License-Identifier: Apache-2.0
//! The operator's file: YAML, or JSON, which is a part of it; a map of names to rules.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::parse::{Parsed, parse, parse_lists};

/// A rule of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) parsed: Parsed,
    /// Nothing stands behind the name: everyone may.
    pub(super) is_empty: bool,
    /// Counted from 1.
    pub(super) line: usize,
}

/// What is wrong, and in which line.
pub(super) type Wrong = (usize, String);

/// More than this is no policy; aliases could make it of a few lines.
const NODES: usize = 100_000;
const DEPTH: usize = 8;

pub(super) fn read(text: &str) -> Result<Vec<Entry>, Wrong> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
        left: NODES,
    };
    let Some(root) = reader.document()? else {
        return Ok(Vec::new());
    };
    let pairs = match root.value {
        Value::Map(pairs) => pairs,
        Value::Plain(text) if is_null(&text) => return Ok(Vec::new()),
        _ => return Err((root.line, "is no map of names to rules".to_owned())),
    };
    pairs
        .into_iter()
        .map(|(name, rule)| entry(&name, &rule))
        .collect()
}

fn entry(name: &Node, rule: &Node) -> Result<Entry, Wrong> {
    let (Value::Plain(text) | Value::Quoted(text)) = &name.value else {
        return Err((name.line, "has a rule whose name is no text".to_owned()));
    };
    let is_empty = matches!(&rule.value, Value::Plain(text) if is_null(text));
    let parsed = match &rule.value {
        Value::Plain(_) if is_empty => parse(""),
        Value::Plain(check) if !is_text(check) => {
            return Err((
                rule.line,
                format!("{text} is a number or a truth value, not a rule: put it in quotes"),
            ));
        }
        Value::Plain(check) | Value::Quoted(check) => parse(check),
        Value::List(lists) => {
            let lists: Option<Vec<_>> = lists.iter().map(texts).collect();
            parse_lists(&lists.ok_or((rule.line, format!("{text} is no list of lists of texts")))?)
        }
        Value::Map(_) => return Err((rule.line, format!("{text} is a map, not a rule"))),
    };
    Ok(Entry {
        name: text.clone(),
        parsed,
        is_empty,
        line: rule.line,
    })
}

/// A text, or a list of texts.
fn texts(node: &Node) -> Option<Vec<String>> {
    let text = |node: &Node| match &node.value {
        Value::Quoted(text) => Some(text.clone()),
        Value::Plain(text) if is_text(text) => Some(text.clone()),
        _ => None,
    };
    match &node.value {
        Value::List(items) => items.iter().map(text).collect(),
        _ => Some(vec![text(node)?]),
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether YAML 1.1 reads it as a text: not as a truth value, a number or a date.
fn is_text(text: &str) -> bool {
    let truth = ["yes", "no", "true", "false", "on", "off", "null"];
    let first = text.chars().next();
    let number = first.is_some_and(|c| c.is_ascii_digit() || "+-.".contains(c));
    !is_null(text) && !truth.contains(&text.to_lowercase().as_str()) && !number
}

#[derive(Clone, Debug)]
struct Node {
    value: Value,
    line: usize,
}

#[derive(Clone, Debug)]
enum Value {
    Plain(String),
    Quoted(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    anchors: HashMap<usize, Node>,
    /// How many more nodes there may be.
    left: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize), Wrong> {
        match self.parser.next() {
            Some(Ok((event, span))) => Ok((event, span.start.line())),
            Some(Err(error)) => Err((
                error.marker().line(),
                format!("is no YAML: {}", error.info()),
            )),
            None => Ok((Event::StreamEnd, 0)),
        }
    }

    /// The only document; `None` when there is none.
    fn document(&mut self) -> Result<Option<Node>, Wrong> {
        let mut root = None;
        loop {
            let (event, line) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(_) if root.is_some() => {
                    return Err((line, "holds a second document".to_owned()));
                }
                Event::DocumentStart(_) => {
                    let (event, line) = self.next()?;
                    root = Some(self.node(event, line, DEPTH)?);
                }
                _ => {}
            }
        }
    }

    fn node(&mut self, event: Event<'a>, line: usize, depth: usize) -> Result<Node, Wrong> {
        let (Some(left), Some(depth)) = (self.left.checked_sub(1), depth.checked_sub(1)) else {
            return Err((line, "is larger or deeper than any policy".to_owned()));
        };
        self.left = left;
        let (value, anchor) = match event {
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => {
                return Err((
                    line,
                    "has a YAML tag (`!`): put the rule in quotes".to_owned(),
                ));
            }
            Event::Scalar(text, ScalarStyle::Plain, anchor, _) => {
                (Value::Plain(text.into_owned()), anchor)
            }
            Event::Scalar(text, _, anchor, _) => (Value::Quoted(text.into_owned()), anchor),
            Event::SequenceStart(anchor, _) => (Value::List(self.list(depth)?), anchor),
            Event::MappingStart(anchor, _) => (Value::Map(self.map(depth)?), anchor),
            Event::Alias(anchor) => return self.alias(anchor, line),
            _ => return Err((line, "ends too early".to_owned())),
        };
        let node = Node { value, line };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, line: usize) -> Result<Node, Wrong> {
        let node = self
            .anchors
            .get(&anchor)
            .ok_or((line, "has an alias of nothing".to_owned()))?;
        self.left = self.left.saturating_sub(size(node));
        Ok(Node {
            value: node.value.clone(),
            line,
        })
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Wrong> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, line) => items.push(self.node(event, line, depth)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Vec<(Node, Node)>, Wrong> {
        let mut pairs = Vec::new();
        loop {
            let (event, line) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(pairs);
            }
            let name = self.node(event, line, depth)?;
            let (event, line) = self.next()?;
            pairs.push((name, self.node(event, line, depth)?));
        }
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Plain(_) | Value::Quoted(_) => 0,
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(pairs) => pairs
            .iter()
            .map(|(name, value)| size(name) + size(value))
            .sum(),
    }
}
