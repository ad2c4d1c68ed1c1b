// SPDX-License-Identifier: Apache-2.0
//! Fully expanded declarations to the functions that they define (ISO C 6.9.1, and
//! gcc's attributes and top-level `asm`).

use serde::{Deserialize, Serialize};

use crate::name::{Name, Names, Overlay, Texts};
use crate::section::Section;
use crate::token::{Placed, Token};

/// What gives a function its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A function with a body.
    Function,
    /// A declaration that makes the name another one of a function (`alias`).
    Alias,
    /// A label in assembly.
    Label,
}

/// Who sees the name of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Linkage {
    /// Its unit (`static`).
    Local,
    /// Every unit.
    Global,
    /// Every unit, unless another one has a function of this name that is [`Linkage::Global`].
    Weak,
    /// Assembly does not say here.
    Unknown,
}

/// A function that tokens define.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) name: Name,
    pub(crate) line: u32,
    pub(crate) kind: Kind,
    pub(crate) linkage: Linkage,
    pub(crate) section: Section,
}

/// The identifiers that tell what a declaration is.
#[derive(Clone, Debug)]
pub(crate) struct Keywords {
    local: Vec<Name>,
    section: Vec<Name>,
    weak: Vec<Name>,
    attributes: Vec<Name>,
    asm: Vec<Name>,
    alias: Vec<Name>,
    /// Words before parentheses that are no declarators.
    others: Vec<Name>,
}

impl Keywords {
    pub(crate) fn new(names: &mut Names) -> Self {
        let mut intern = |words: &[&str]| words.iter().map(|word| names.intern(word)).collect();
        Self {
            section: intern(&["section", "__section__"]),
            local: intern(&["static", "inline", "__inline", "__inline__"]),
            weak: intern(&["weak", "__weak__", "__weak"]),
            attributes: intern(&["__attribute__", "__attribute", "__declspec"]),
            asm: intern(&["asm", "__asm__", "__asm"]),
            alias: intern(&["alias", "__alias__"]),
            others: intern(&[
                "if",
                "for",
                "while",
                "switch",
                "return",
                "sizeof",
                "do",
                "else",
                "struct",
                "union",
                "enum",
                "typeof",
                "__typeof__",
                "__typeof",
                "_Static_assert",
                "_Alignas",
            ]),
        }
    }

    /// The words that can make a declaration without a body define something.
    pub(crate) fn defining(&self) -> impl Iterator<Item = Name> + '_ {
        self.asm.iter().chain(&self.alias).copied()
    }

    /// Whether what follows a word in parentheses can't be the parameters of a function.
    pub(crate) fn is_no_declarator(&self, name: Name) -> bool {
        self.is_attribute(name) || self.others.contains(&name)
    }

    /// Who sees the name that a declaration of these tokens declares.
    pub(crate) fn linkage(&self, declaration: &[Placed]) -> Linkage {
        let has = |known: &[Name]| declaration.iter().any(|placed| is_any(placed.token, known));
        if has(&self.local) {
            Linkage::Local
        } else if has(&self.weak) {
            Linkage::Weak
        } else {
            Linkage::Global
        }
    }

    /// The words by which an attribute names a section.
    pub(crate) fn placing(&self) -> impl Iterator<Item = Name> + '_ {
        self.section.iter().copied()
    }

    /// The section that an attribute in a declaration names, the last one if several do.
    fn section(&self, declaration: &[Placed]) -> Section {
        let mut named = declaration.windows(3).rev().filter_map(|window| {
            let [word, open, text] = window else {
                return None;
            };
            match text.token {
                Token::Text(name) if is_any(word.token, &self.section) && open.token.is(b'(') => {
                    Some(name)
                }
                _ => None,
            }
        });
        named.next().map_or(Section::Text, Section::Named)
    }

    fn is_attribute(&self, name: Name) -> bool {
        self.attributes.contains(&name) || self.asm.contains(&name)
    }
}

/// Gives each definition in `tokens` to `found`; how many of the tokens belong to
/// declarations that are complete.
pub(crate) fn definitions(
    tokens: &[Placed],
    keywords: &Keywords,
    names: &mut Overlay<'_>,
    found: &mut dyn FnMut(Definition),
) -> usize {
    let mut start = 0;
    let mut at = 0;
    let (mut parentheses, mut braces) = (0_usize, 0_usize);
    while let Some(placed) = tokens.get(at) {
        at += 1;
        match placed.token {
            Token::Punctuator(b'(') if braces == 0 => parentheses += 1,
            Token::Punctuator(b')') if braces == 0 => parentheses = parentheses.saturating_sub(1),
            _ if parentheses > 0 => {}
            Token::Punctuator(b'{') => {
                braces += 1;
                if braces == 1 {
                    let header = tokens.get(start..at - 1).unwrap_or_default();
                    if let Some(name) = declarator(header, keywords) {
                        report(name, Kind::Function, (header, keywords), found);
                    }
                }
            }
            Token::Punctuator(b'}') => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    start = at;
                }
            }
            Token::Punctuator(b';') if braces == 0 => {
                let declaration = tokens.get(start..at - 1).unwrap_or_default();
                declared(declaration, keywords, names, found);
                start = at;
            }
            _ => {}
        }
    }
    start
}

fn report(
    placed: Placed,
    kind: Kind,
    (declaration, keywords): (&[Placed], &Keywords),
    found: &mut dyn FnMut(Definition),
) {
    if let Some(name) = placed.token.identifier() {
        // An alias is where its function is, wherever that is.
        let section = match kind {
            Kind::Function => keywords.section(declaration),
            Kind::Alias | Kind::Label => Section::Unknown,
        };
        found(Definition {
            name,
            line: placed.line,
            kind,
            linkage: keywords.linkage(declaration),
            section,
        });
    }
}

/// A declaration without a body: aliases, and labels in assembly.
fn declared(
    declaration: &[Placed],
    keywords: &Keywords,
    names: &mut Overlay<'_>,
    found: &mut dyn FnMut(Definition),
) {
    let first = declaration.first();
    if first.is_some_and(|placed| is_any(placed.token, &keywords.asm)) {
        return labels(declaration, names, found);
    }
    let is_alias = declaration.windows(2).any(|window| match window {
        [word, open] => is_any(word.token, &keywords.alias) && open.token.is(b'('),
        _ => false,
    });
    if !is_alias {
        return;
    }
    let named = without_attributes(declaration, keywords);
    let name = match named.last() {
        Some(last) if last.token.identifier().is_some() => Some(*last),
        _ => declarator(named, keywords),
    };
    if let Some(name) = name {
        report(name, Kind::Alias, (declaration, keywords), found);
    }
}

fn is_any(token: Token, words: &[Name]) -> bool {
    token.identifier().is_some_and(|name| words.contains(&name))
}

/// The tokens without attributes at the end.
fn without_attributes<'t>(mut tokens: &'t [Placed], keywords: &Keywords) -> &'t [Placed] {
    while let Some(open) = opening(tokens) {
        let before = open.checked_sub(1).and_then(|at| tokens.get(at));
        match before {
            Some(word) if is_any_attribute(word.token, keywords) => {
                tokens = tokens.get(..open - 1).unwrap_or_default();
            }
            _ => break,
        }
    }
    tokens
}

fn is_any_attribute(token: Token, keywords: &Keywords) -> bool {
    token
        .identifier()
        .is_some_and(|name| keywords.is_attribute(name))
}

/// Where the parenthesis opens that the last token closes.
fn opening(tokens: &[Placed]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, placed) in tokens.iter().enumerate().rev() {
        match placed.token {
            Token::Punctuator(b')') => depth += 1,
            Token::Punctuator(b'(') => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return placed.token.is(b'(').then_some(at);
        }
    }
    None
}

/// The name of the function that a body follows, if `header` declares one: what stands
/// before the last parentheses that aren't those of an attribute.
fn declarator(header: &[Placed], keywords: &Keywords) -> Option<Placed> {
    let mut header = header;
    loop {
        header = without_attributes(header, keywords);
        let last = header.last()?;
        if last.token.is(b')') {
            break;
        }
        // An attribute whose macro is not known.
        last.token.identifier()?;
        header = header.get(..header.len() - 1)?;
    }
    let open = opening(header)?;
    let before = *header.get(open.checked_sub(1)?)?;
    match before.token.identifier() {
        Some(name) if keywords.is_no_declarator(name) => None,
        Some(_) => Some(before),
        None if before.token.is(b')') => nested(header.get(..open)?),
        None => None,
    }
}

/// The name in `(name)`, or in `(*name(...))`, at the end of the tokens.
fn nested(tokens: &[Placed]) -> Option<Placed> {
    let open = opening(tokens)?;
    let inner = tokens.get(open + 1..tokens.len() - 1)?;
    let pointer = inner
        .iter()
        .take_while(|placed| placed.token.is(b'*'))
        .count();
    let inner = inner.get(pointer..)?;
    let first = *inner.first()?;
    first.token.identifier()?;
    match inner.get(1) {
        None => Some(first),
        Some(next) if pointer > 0 && next.token.is(b'(') => Some(first),
        Some(_) => None,
    }
}

/// The labels in a top-level `asm`.
fn labels(declaration: &[Placed], names: &mut Overlay<'_>, found: &mut dyn FnMut(Definition)) {
    let line = declaration.first().map_or(0, |placed| placed.line);
    let mut text = String::new();
    for placed in declaration {
        if let Token::Text(name) = placed.token {
            text.push_str(names.text(name));
        }
    }
    let text = text.replace("\\n", "\n").replace("\\t", "\t");
    for statement in text.split(['\n', ';']) {
        if let Some(label) = label(statement) {
            found(Definition {
                name: names.intern(label),
                line,
                kind: Kind::Label,
                linkage: Linkage::Unknown,
                section: Section::Unknown,
            });
        }
    }
}

/// The label that a statement of assembly begins with.
pub(crate) fn label(statement: &str) -> Option<&str> {
    let (label, _) = statement.trim_start().split_once(':')?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
    let fits = label.chars().all(is_word) && !label.starts_with(|c: char| c.is_ascii_digit());
    (fits && !label.is_empty()).then_some(label)
}
