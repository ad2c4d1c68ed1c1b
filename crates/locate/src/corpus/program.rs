// SPDX-License-Identifier: Apache-2.0
//! What a file does to a unit that includes it, without all that can't matter: declarations
//! that define no function, and conditionals around nothing.

use rustc_hash::FxHashMap;

use super::{Corpus, File};
use crate::definition::{Definition, Keywords, Kind};
use crate::name::{Name, Names};
use crate::scan::{End, Event, Macro, Piece, Scan};
use crate::section::Section;
use crate::token::{Placed, Token, punctuator};

/// One step of a [`Program`]. `next` is the index of the step that ends a branch.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// A function of this name is defined, whatever the macros.
    Function(Definition),
    /// A declaration that has to be expanded to know what it defines.
    Declaration(u32),
    /// A part of a declaration that directives interrupt.
    Fragment(u32),
    Define {
        name: Name,
        number: u32,
    },
    Undefine(Name),
    Include {
        number: u32,
        line: u32,
        inside: bool,
    },
    If {
        test: u32,
        next: u32,
    },
    Elif {
        test: u32,
        next: u32,
    },
    Else {
        next: u32,
    },
    Endif,
}

pub(crate) type Program = Vec<Step>;

/// What is known of a name wherever it stands.
#[derive(Clone, Copy, Debug, Default)]
struct Role {
    /// How much it may do as a macro.
    replaced: Option<Makes>,
}

/// What a macro may do to a declaration, alone or with others; what is later may more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Makes {
    /// Neither of the others.
    Little,
    /// It names the section of a function.
    Section,
    /// It defines a function.
    Function,
}

impl Role {
    fn makes(self, what: Makes) -> bool {
        self.replaced >= Some(what)
    }
}

/// Writes the programs of all files.
pub(crate) fn write(corpus: &mut Corpus) {
    let roles = roles(corpus);
    let Corpus {
        files,
        keywords,
        names,
        ..
    } = corpus;
    let writer = Writer {
        roles: &roles,
        keywords,
        names,
    };
    for file in files {
        file.program = writer.program(&file.scan);
    }
}

fn roles(corpus: &Corpus) -> Vec<Role> {
    let mut roles = vec![Role::default(); corpus.names.len()];
    let macros = || corpus.files.iter().flat_map(bodies);
    for (name, _) in macros() {
        roles[name.index()].replaced = Some(Makes::Little);
    }
    let mut users: FxHashMap<Name, Vec<Name>> = FxHashMap::default();
    for (name, body) in macros() {
        let words = body.iter().filter_map(|token| token.identifier());
        for word in words.filter(|word| roles[word.index()].replaced.is_some()) {
            users.entry(word).or_default().push(name);
        }
    }
    let placing: Vec<Name> = corpus.keywords.placing().collect();
    let placing = making(macros(), |token| {
        token
            .identifier()
            .is_some_and(|word| placing.contains(&word))
    });
    spread(placing, &users, &mut roles, Makes::Section);
    let defining: Vec<Name> = corpus.keywords.defining().collect();
    let defining: Vec<Name> = making(macros(), |token| match token {
        Token::Punctuator(code) => matches!(code, b'{' | punctuator::PASTE),
        Token::Identifier(word) => defining.contains(&word),
        _ => false,
    });
    spread(defining, &users, &mut roles, Makes::Function);
    roles
}

/// The macros that have such a token in their body.
fn making<'m>(
    macros: impl Iterator<Item = (Name, &'m [Token])>,
    is_such: impl Fn(Token) -> bool,
) -> Vec<Name> {
    let making = macros.filter(|(_, body)| body.iter().any(|token| is_such(*token)));
    making.map(|(name, _)| name).collect()
}

/// Marks macros, those that use them, and so on.
fn spread(
    mut open: Vec<Name>,
    users: &FxHashMap<Name, Vec<Name>>,
    roles: &mut [Role],
    makes: Makes,
) {
    while let Some(name) = open.pop() {
        if !roles[name.index()].makes(makes) {
            roles[name.index()].replaced = Some(makes);
            open.extend(users.get(&name).into_iter().flatten());
        }
    }
}

fn bodies(file: &File) -> impl Iterator<Item = (Name, &[Token])> {
    let scan = &file.scan;
    let macros = scan.macros.iter();
    macros.map(|definition| (definition.name, scan.body(&definition.body)))
}

struct Writer<'c> {
    roles: &'c [Role],
    keywords: &'c Keywords,
    names: &'c Names,
}

impl Writer<'_> {
    fn program(&self, scan: &Scan) -> Program {
        let mut program = Program::new();
        // Where the branches of conditionals begin, and what the last branch is.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut continues = false;
        for (event, line) in scan.events.iter().zip(&scan.lines) {
            match *event {
                Event::Piece(number) => {
                    let Some(piece) = scan.pieces.get(number as usize) else {
                        continue;
                    };
                    let is_open = matches!(piece.end, End::Open { .. });
                    if is_open || continues {
                        program.push(Step::Fragment(number));
                    } else {
                        program.extend(self.step(scan, piece, number));
                    }
                    continues = is_open;
                }
                Event::Define(number) => {
                    let definition = scan.macros.get(number as usize);
                    let define = |definition: &Macro| Step::Define {
                        name: definition.name,
                        number,
                    };
                    program.extend(definition.map(define));
                }
                Event::Undefine(name) => program.push(Step::Undefine(name)),
                Event::Include { number, inside } => program.push(Step::Include {
                    number,
                    line: *line,
                    inside,
                }),
                Event::If { test, .. } => {
                    open.push((program.len(), program.len()));
                    program.push(Step::If { test, next: 0 });
                }
                Event::Elif { test, .. } => {
                    branch(&mut program, &mut open, Step::Elif { test, next: 0 });
                }
                Event::Else { .. } => branch(&mut program, &mut open, Step::Else { next: 0 }),
                Event::Endif => close(&mut program, &mut open),
            }
        }
        program
    }

    /// What a declaration does that nothing interrupts.
    fn step(&self, scan: &Scan, piece: &Piece, number: u32) -> Option<Step> {
        let tokens = scan.piece(piece);
        let words = || tokens.iter().filter_map(|placed| placed.token.identifier());
        let declaration = Some(Step::Declaration(number));
        if words().any(|word| self.role(word).makes(Makes::Function)) {
            return declaration;
        }
        if piece.end != End::Body {
            let mut defining = self.keywords.defining();
            let defines = defining.any(|known| words().any(|word| word == known));
            return declaration.filter(|_| defines);
        }
        if words().any(|word| self.role(word).makes(Makes::Section)) {
            return declaration;
        }
        let mut candidates = self.candidates(tokens);
        let (first, more) = (candidates.next(), candidates.next().is_some());
        match first.filter(|_| !more) {
            Some((name, line)) if self.role(name).replaced.is_none() => {
                let function = Definition {
                    name,
                    line,
                    kind: Kind::Function,
                    linkage: self.keywords.linkage(tokens),
                    section: Section::Text,
                };
                Some(Step::Function(function))
            }
            // A macro makes the name, or which word it is depends on macros.
            _ => declaration,
        }
    }

    /// The words that stand directly before parentheses, and are no attributes.
    fn candidates<'t>(&'t self, tokens: &'t [Placed]) -> impl Iterator<Item = (Name, u32)> + 't {
        let mut depth = 0_usize;
        tokens.iter().enumerate().filter_map(move |(at, placed)| {
            match placed.token {
                Token::Punctuator(b'(') => depth += 1,
                Token::Punctuator(b')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            let name = placed.token.identifier()?;
            let called = tokens.get(at + 1)?.token.is(b'(') && depth == 0;
            // What returns a pointer to a function has its name in parentheses.
            let called = called && !tokens.get(at + 2)?.token.is(b'*');
            (called && !self.keywords.is_no_declarator(name)).then_some((name, placed.line))
        })
    }

    fn role(&self, name: Name) -> Role {
        debug_assert!(name.index() < self.names.len());
        self.roles.get(name.index()).copied().unwrap_or_default()
    }
}

fn branch(program: &mut Program, open: &mut [(usize, usize)], step: Step) {
    let here = program.len();
    if let Some((_, last)) = open.last_mut() {
        let last = std::mem::replace(last, here);
        link(program, last, here);
    }
    program.push(step);
}

/// Ends a conditional; one around nothing is taken back.
fn close(program: &mut Program, open: &mut Vec<(usize, usize)>) {
    let Some((first, last)) = open.pop() else {
        return;
    };
    let here = program.len();
    link(program, last, here);
    let is_branch = |step: &Step| {
        matches!(
            step,
            Step::If { .. } | Step::Elif { .. } | Step::Else { .. }
        )
    };
    if program
        .get(first..)
        .is_none_or(|steps| steps.iter().all(is_branch))
    {
        program.truncate(first);
    } else {
        program.push(Step::Endif);
    }
}

fn link(program: &mut Program, from: usize, to: usize) {
    if let Some(Step::If { next, .. } | Step::Elif { next, .. } | Step::Else { next }) =
        program.get_mut(from)
    {
        *next = u32::try_from(to).unwrap_or(u32::MAX);
    }
}
