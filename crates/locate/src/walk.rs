// SPDX-License-Identifier: Apache-2.0
//! One translation unit, as the compiler's preprocessor walks through it, as far as file
//! scope goes: which wanted functions it defines, and where.

use rustc_hash::FxHashMap;

use crate::corpus::{Corpus, FileId, SearchId, Step, Target};
use crate::definition::{Kind, definitions};
use crate::macros::{MacroId, Macros};
use crate::name::Name;
use crate::scan::{End, Include, Piece, Test};
use crate::token::{Placed, Token};

/// Files that include each other nest to this depth (gcc's limit is 200).
const MAXIMUM_DEPTH: usize = 200;

/// What is left of a declaration that never ends is given up at this length.
const MAXIMUM_REMAINDER: usize = 1 << 20;

/// A definition in one translation unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) name: Name,
    pub(crate) file: FileId,
    pub(crate) line: u32,
    pub(crate) kind: Kind,
    /// By way of which `#include`; none for the unit's own source.
    pub(crate) inclusion: Option<u32>,
}

/// An `#include` that led to a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Inclusion {
    pub(crate) file: FileId,
    pub(crate) line: u32,
    /// By way of which other one; none for the unit's own source.
    pub(crate) parent: Option<u32>,
}

/// What a unit defines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walked {
    pub(crate) found: Vec<Found>,
    pub(crate) inclusions: Vec<Inclusion>,
}

/// A file that is being read.
struct Frame {
    file: FileId,
    /// The line of the current `#include`.
    line: u32,
    inclusion: Option<u32>,
}

/// Walks through units, one after the other.
pub(crate) struct Walker<'c> {
    corpus: &'c Corpus,
    macros: Macros<'c>,
    search: SearchId,
    elsewhere: FxHashMap<(SearchId, &'c str), Option<FileId>>,
    frames: Vec<Frame>,
    /// Tokens of the current declaration, before and after expansion.
    raw: Vec<Placed>,
    expanded: Vec<Placed>,
    walked: Walked,
}

impl<'c> Walker<'c> {
    pub(crate) fn new(corpus: &'c Corpus) -> Self {
        Self {
            corpus,
            macros: Macros::new(corpus),
            search: SearchId(0),
            elsewhere: FxHashMap::default(),
            frames: Vec::new(),
            raw: Vec::new(),
            expanded: Vec::new(),
            walked: Walked::default(),
        }
    }

    /// Reads the files one after the other; the last is the unit's source.
    pub(crate) fn walk(&mut self, files: &[FileId], search: SearchId) -> Walked {
        self.macros.table.clear();
        self.search = search;
        for file in files {
            self.enter(*file);
            self.raw.clear();
            self.expanded.clear();
        }
        std::mem::take(&mut self.walked)
    }

    fn enter(&mut self, file: FileId) {
        let corpus = self.corpus;
        let Some(entered) = corpus.files.get(file.index()) else {
            return;
        };
        if self.frames.len() >= MAXIMUM_DEPTH {
            return;
        }
        self.frames.push(Frame {
            file,
            line: 0,
            inclusion: None,
        });
        let mut at = 0;
        while let Some(step) = entered.program.get(at) {
            at = self.step(file, *step, at);
        }
        self.frames.pop();
    }

    /// Executes a step; gives the index of the next.
    fn step(&mut self, file: FileId, step: Step, at: usize) -> usize {
        match step {
            Step::Function { name, line } => self.define(name, line, Kind::Function),
            Step::Declaration(number) => self.piece(file, number, false),
            Step::Fragment(number) => self.piece(file, number, true),
            Step::Define(number) => {
                let file = file.0;
                let id = MacroId { file, number };
                if let Some((definition, _)) = self.corpus.definition(id) {
                    self.macros.table.define(definition.name, id);
                }
            }
            Step::Undefine(name) => self.macros.table.undefine(name),
            Step::Include { number, line } => self.include(file, number, line),
            Step::If { .. } => return self.choose(file, at),
            Step::Elif { .. } | Step::Else { .. } => return self.end_of(file, at),
            Step::Endif => {}
        }
        at + 1
    }

    /// The first step of the branch that is taken of the conditional that begins here.
    fn choose(&mut self, file: FileId, mut at: usize) -> usize {
        let corpus = self.corpus;
        let program = corpus.files.get(file.index()).map(|file| &file.program);
        loop {
            let next = match program.and_then(|program| program.get(at)) {
                Some(Step::If { test, next } | Step::Elif { test, next }) => {
                    if self.holds(file, *test) {
                        return at + 1;
                    }
                    *next as usize
                }
                _ => return at + 1,
            };
            if next <= at {
                return at + 1;
            }
            at = next;
        }
    }

    /// The step behind the conditional whose later branch begins here.
    fn end_of(&self, file: FileId, mut at: usize) -> usize {
        let program = self.corpus.files.get(file.index()).map(|file| &file.program);
        while let Some(Step::Elif { next, .. } | Step::Else { next }) =
            program.and_then(|program| program.get(at))
        {
            let next = *next as usize;
            if next <= at {
                break;
            }
            at = next;
        }
        at + 1
    }

    fn holds(&mut self, file: FileId, test: u32) -> bool {
        let corpus = self.corpus;
        let Some(scan) = corpus.files.get(file.index()).map(|file| &file.scan) else {
            return false;
        };
        match scan.tests.get(test as usize) {
            Some(Test::Defined(name)) => self.macros.table.is_defined(*name),
            Some(Test::NotDefined(name)) => !self.macros.table.is_defined(*name),
            Some(Test::Expression(range)) => self.macros.holds(scan.body(range), &corpus.words),
            None => false,
        }
    }

    fn include(&mut self, from: FileId, number: u32, line: u32) {
        let corpus = self.corpus;
        let Some(file) = corpus.files.get(from.index()) else {
            return;
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.line = line;
        }
        let target = match file.targets.get(number as usize) {
            Some(Target::File(file)) => Some(*file),
            Some(Target::Elsewhere(name)) => self.elsewhere(name),
            Some(Target::Computed) => match file.scan.includes.get(number as usize) {
                Some(Include::Computed(range)) => self.computed(&file.path, file.scan.body(range)),
                _ => None,
            },
            None => None,
        };
        if let Some(target) = target {
            self.enter(target);
        }
    }

    fn elsewhere(&mut self, name: &'c str) -> Option<FileId> {
        let (corpus, search) = (self.corpus, self.search);
        let known = self.elsewhere.entry((search, name));
        *known.or_insert_with(|| corpus.elsewhere(search, name))
    }

    /// The file that macros name.
    fn computed(&mut self, from: &str, body: &[Token]) -> Option<FileId> {
        let tokens: Vec<Placed> = body.iter().map(|token| Placed { token: *token, line: 0 }).collect();
        let mut expanded = Vec::new();
        self.macros.expand(&tokens, &mut expanded);
        let mut text = String::new();
        for placed in &expanded {
            self.macros.spell(placed.token, &mut text);
        }
        let inner = |open: char, close: char| {
            Some(text.strip_prefix(open)?.split_once(close)?.0.into())
        };
        let include = match inner('"', '"') {
            Some(name) => Include::Quoted(name),
            None => Include::Angled(inner('<', '>')?),
        };
        self.corpus.resolve(from, &include, self.search)
    }

    fn piece(&mut self, file: FileId, number: u32, is_fragment: bool) {
        let corpus = self.corpus;
        let Some(scan) = corpus.files.get(file.index()).map(|file| &file.scan) else {
            return;
        };
        let Some(piece) = scan.pieces.get(number as usize) else {
            return;
        };
        if !is_fragment {
            self.raw.clear();
            self.expanded.clear();
        }
        self.raw.extend_from_slice(scan.piece(piece));
        self.settle(piece);
    }

    /// Expands what may be expanded, and reports what is defined.
    fn settle(&mut self, piece: &Piece) {
        if matches!(piece.end, End::Open { nested: true }) {
            return;
        }
        let line = self.raw.last().map_or(0, |placed| placed.line);
        let raw = std::mem::take(&mut self.raw);
        self.macros.expand(&raw, &mut self.expanded);
        let end: &[u8] = match piece.end {
            End::Semicolon => b";",
            End::Body => b"{}",
            End::Open { .. } => b"",
        };
        self.expanded.extend(end.iter().map(|code| Placed {
            token: Token::Punctuator(*code),
            line,
        }));
        let complete = self.expanded.last().is_some_and(|last| last.token.is(b';') || last.token.is(b'}'));
        if complete || self.expanded.len() > MAXIMUM_REMAINDER {
            self.report();
        }
        if !matches!(piece.end, End::Open { .. }) {
            self.expanded.clear();
        }
        self.raw = raw;
        self.raw.clear();
    }

    fn report(&mut self) {
        let corpus = self.corpus;
        let mut found = Vec::new();
        let used = definitions(
            &self.expanded,
            &corpus.keywords,
            &self.macros.names,
            &mut |name, line, kind| {
                found.extend(corpus.names.find(name).map(|name| (name, line, kind)));
            },
        );
        if self.expanded.len() - used > MAXIMUM_REMAINDER {
            self.expanded.clear();
        } else {
            self.expanded.drain(..used);
        }
        for (name, line, kind) in found {
            self.define(name, line, kind);
        }
    }

    fn define(&mut self, name: Name, line: u32, kind: Kind) {
        if !self.corpus.is_wanted(name) {
            return;
        }
        let Some(file) = self.frames.last().map(|frame| frame.file) else {
            return;
        };
        let inclusion = self.inclusion();
        self.walked.found.push(Found {
            name,
            file,
            line,
            kind,
            inclusion,
        });
    }

    /// The way to the current file; noted only where a definition asks for it.
    fn inclusion(&mut self) -> Option<u32> {
        let mut parent = None;
        for at in 1..self.frames.len() {
            let (outer, inner) = self.frames.split_at_mut(at);
            let (Some(outer), Some(inner)) = (outer.last(), inner.first_mut()) else {
                break;
            };
            let inclusions = &mut self.walked.inclusions;
            let known = *inner.inclusion.get_or_insert_with(|| {
                inclusions.push(Inclusion {
                    file: outer.file,
                    line: outer.line,
                    parent,
                });
                u32::try_from(inclusions.len() - 1).unwrap_or(u32::MAX)
            });
            parent = Some(known);
        }
        parent
    }
}
