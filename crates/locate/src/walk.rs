// SPDX-License-Identifier: Apache-2.0
//! One translation unit, as the compiler's preprocessor walks through it, as far as file
//! scope goes: which functions it defines, and where.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::corpus::{Corpus, FileId, SearchId, Step, Target};
use crate::definition::{Definition, definitions};
use crate::macros::{Consulted, MacroId, Macros};
use crate::name::Overlay;
use crate::scan::{End, Include, Test};
use crate::token::{Placed, Token};

/// Files that include each other nest to this depth (gcc's limit is 200).
const MAXIMUM_DEPTH: usize = 200;

/// The steps that one unit may take. The largest of Linux 6.12 takes an eighth.
const MAXIMUM_STEPS: usize = 1 << 21;

/// How many of them may be an `#include`.
const MAXIMUM_INCLUDES: usize = 1 << 17;

/// The tokens that one unit's macros may turn into. The largest has a third.
const MAXIMUM_TOKENS: usize = 1 << 25;

/// What is left of a declaration that never ends is given up at this length.
const MAXIMUM_REMAINDER: usize = 1 << 20;

/// A definition in one translation unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) definition: Definition,
    pub(crate) file: FileId,
    /// By way of which `#include`; none for the unit's own source.
    pub(crate) inclusion: Option<u32>,
}

/// An `#include` that led to a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// What a declaration defines while the macros it consults are defined like this. Units
/// include the same headers, and nearly always mean the same.
struct Remembered {
    consulted: Vec<Consulted>,
    defines: Vec<Definition>,
    /// What it leaves incomplete, expanded.
    rest: Vec<Placed>,
}

/// The value of an expression while the macros it consults are defined like this.
type Evaluated = (Vec<Consulted>, bool);

/// So many meanings of one declaration are remembered.
const MAXIMUM_MEANINGS: usize = 4;

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
    steps_left: usize,
    includes_left: usize,
    elsewhere: FxHashMap<(SearchId, &'c str), Option<FileId>>,
    frames: Vec<Frame>,
    /// How many of the current includes stand where no function can be defined.
    inside: usize,
    /// Tokens of the current declaration, before and after expansion.
    raw: Vec<Placed>,
    expanded: Vec<Placed>,
    /// Where what is left in `expanded` is from, and by way of which `#include`.
    origin: Option<(FileId, Option<u32>)>,
    remembered: FxHashMap<(FileId, u32), Vec<Remembered>>,
    evaluated: FxHashMap<(FileId, u32), Vec<Evaluated>>,
    walked: Walked,
}

impl<'c> Walker<'c> {
    pub(crate) fn new(corpus: &'c Corpus) -> Self {
        Self {
            corpus,
            macros: Macros::new(corpus),
            search: SearchId(0),
            steps_left: 0,
            includes_left: 0,
            elsewhere: FxHashMap::default(),
            frames: Vec::new(),
            inside: 0,
            raw: Vec::new(),
            expanded: Vec::new(),
            origin: None,
            remembered: FxHashMap::default(),
            evaluated: FxHashMap::default(),
            walked: Walked::default(),
        }
    }

    /// The names of the units walked through, and those of the corpus.
    pub(crate) fn names(&mut self) -> &mut Overlay<'c> {
        &mut self.macros.names
    }

    /// The names that the corpus does not have, numbered on from its last.
    pub(crate) fn into_own_names(self) -> Vec<Box<str>> {
        self.macros.names.into_own()
    }

    /// Reads the files one after the other; the last is the unit's source.
    pub(crate) fn walk(&mut self, files: &[FileId], search: SearchId) -> Walked {
        self.macros.table.clear();
        self.macros.budget = MAXIMUM_TOKENS;
        self.steps_left = MAXIMUM_STEPS;
        self.includes_left = MAXIMUM_INCLUDES;
        self.search = search;
        for file in files {
            self.enter(*file);
            self.abandon();
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
        while let Some(step) = entered.program.get(at).filter(|_| self.steps_left > 0) {
            self.steps_left -= 1;
            at = self.step(file, *step, at);
        }
        self.frames.pop();
    }

    /// Executes a step; gives the index of the next.
    fn step(&mut self, file: FileId, step: Step, at: usize) -> usize {
        match step {
            Step::Function(_) | Step::Declaration(_) | Step::Fragment(_) if self.inside > 0 => {}
            Step::Function(definition) => self.define(definition),
            Step::Declaration(number) => {
                self.abandon();
                self.declare(file, number);
            }
            Step::Fragment(number) => self.declare(file, number),
            Step::Define { name, number } => {
                let file = file.0;
                self.macros.table.define(name, MacroId { file, number });
            }
            Step::Undefine(name) => self.macros.table.undefine(name),
            Step::Include {
                number,
                line,
                inside,
            } => {
                self.inside += usize::from(inside);
                self.include(file, number, line);
                self.inside -= usize::from(inside);
            }
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
        let program = self
            .corpus
            .files
            .get(file.index())
            .map(|file| &file.program);
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
            Some(Test::Expression(range)) => self.evaluate(file, test, scan.body(range)),
            None => false,
        }
    }

    /// The value of an expression; those that macros have to be expanded for are remembered.
    fn evaluate(&mut self, file: FileId, test: u32, expression: &[Token]) -> bool {
        let words = &self.corpus.words;
        if let Some(value) = self.macros.settled(expression, words) {
            return value;
        }
        let known = self.evaluated.get(&(file, test)).into_iter().flatten();
        let mut holding = known
            .clone()
            .filter(|(consulted, _)| self.macros.table.holds(consulted));
        if let Some((_, value)) = holding.next() {
            return *value;
        }
        let is_new = known.count() < MAXIMUM_MEANINGS;
        let value = self.macros.holds(expression, words);
        if is_new {
            let consulted = self.macros.take_consulted();
            self.evaluated
                .entry((file, test))
                .or_default()
                .push((consulted, value));
        }
        value
    }

    fn include(&mut self, from: FileId, number: u32, line: u32) {
        let corpus = self.corpus;
        let Some(file) = corpus
            .files
            .get(from.index())
            .filter(|_| self.includes_left > 0)
        else {
            return;
        };
        self.includes_left -= 1;
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
        let tokens: Vec<Placed> = body
            .iter()
            .map(|token| Placed {
                token: *token,
                line: 0,
            })
            .collect();
        let mut expanded = Vec::new();
        self.macros.expand(&tokens, &mut expanded);
        let mut text = String::new();
        for placed in &expanded {
            placed.token.spell(&self.macros.names, &mut text);
        }
        let inner =
            |open: char, close: char| Some(text.strip_prefix(open)?.split_once(close)?.0.into());
        let include = match inner('"', '"') {
            Some(name) => Include::Quoted(name),
            None => Include::Angled(inner('<', '>')?),
        };
        self.corpus.resolve(from, &include, self.search)
    }

    /// Reports what a piece defines. It may be a part of a declaration, or many of them.
    fn declare(&mut self, file: FileId, number: u32) {
        let is_start = self.raw.is_empty() && self.expanded.is_empty();
        let known = self.remembered.get(&(file, number)).into_iter().flatten();
        let table = &self.macros.table;
        let holds = |one: &&Remembered| table.holds(&one.consulted);
        let meaning = known.clone().find(holds).filter(|_| is_start);
        let defines = if let Some(meaning) = meaning {
            self.expanded.extend_from_slice(&meaning.rest);
            meaning.defines.clone()
        } else {
            let is_new = is_start && known.count() < MAXIMUM_MEANINGS;
            let defines = self.piece(file, number);
            if is_new && self.raw.is_empty() {
                let meaning = Remembered {
                    consulted: self.macros.take_consulted(),
                    defines: defines.clone(),
                    rest: self.expanded.clone(),
                };
                self.remembered
                    .entry((file, number))
                    .or_default()
                    .push(meaning);
            }
            defines
        };
        for definition in defines {
            self.define(definition);
        }
        if !self.expanded.is_empty() {
            self.origin = Some((file, self.inclusion()));
        }
    }

    /// The definitions that the piece completes.
    fn piece(&mut self, file: FileId, number: u32) -> Vec<Definition> {
        let corpus = self.corpus;
        let scan = corpus.files.get(file.index()).map(|file| &file.scan);
        let piece = scan.and_then(|scan| Some((scan, scan.pieces.get(number as usize)?)));
        let Some((scan, piece)) = piece else {
            return Vec::new();
        };
        self.raw.extend_from_slice(scan.piece(piece));
        if matches!(piece.end, End::Open { nested: true }) {
            return Vec::new();
        }
        self.macros.expand(&self.raw, &mut self.expanded);
        let line = self.raw.last().map_or(0, |placed| placed.line);
        self.raw.clear();
        let end: &[u8] = match piece.end {
            End::Semicolon => b";",
            End::Body => b"{}",
            End::Open { .. } => b"",
        };
        self.expanded.extend(end.iter().map(|code| Placed {
            token: Token::Punctuator(*code),
            line,
        }));
        let defines = self.completed();
        if !matches!(piece.end, End::Open { .. }) {
            self.expanded.clear();
        }
        defines
    }

    /// Gives up a declaration that has no end, and reports what stands before it.
    fn abandon(&mut self) {
        if !self.expanded.is_empty() {
            let found = self.complete();
            if let Some((file, inclusion)) = self.origin {
                self.walked
                    .found
                    .extend(found.into_iter().map(|definition| Found {
                        definition,
                        file,
                        inclusion,
                    }));
            }
        }
        self.raw.clear();
        self.expanded.clear();
    }

    /// What the expanded tokens define, if they may end a declaration.
    fn completed(&mut self) -> Vec<Definition> {
        let last = self.expanded.last().map(|placed| placed.token);
        let is_complete = last.is_some_and(|token| token.is(b';') || token.is(b'}'));
        if !is_complete && self.expanded.len() <= MAXIMUM_REMAINDER {
            return Vec::new();
        }
        self.complete()
    }

    /// What the expanded tokens define; only those of an incomplete declaration stay.
    fn complete(&mut self) -> Vec<Definition> {
        let mut found = Vec::new();
        let corpus = self.corpus;
        let mut note = |definition: Definition| found.push(definition);
        let names = &mut self.macros.names;
        let used = definitions(&self.expanded, &corpus.keywords, names, &mut note);
        self.expanded.drain(..used);
        if self.expanded.len() > MAXIMUM_REMAINDER {
            self.expanded.clear();
        }
        found
    }

    fn define(&mut self, definition: Definition) {
        let Some(file) = self.frames.last().map(|frame| frame.file) else {
            return;
        };
        let inclusion = self.inclusion();
        self.walked.found.push(Found {
            definition,
            file,
            inclusion,
        });
    }

    /// The way to the current file; noted only where a definition asks for it.
    fn inclusion(&mut self) -> Option<u32> {
        let known = self.frames.last().and_then(|frame| frame.inclusion);
        if known.is_some() {
            return known;
        }
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
