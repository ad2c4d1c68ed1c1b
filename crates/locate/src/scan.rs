// SPDX-License-Identifier: Apache-2.0
//! One file of C, read once: its directives, and what stands at file scope between them.
//!
//! Bodies of functions, structures and initialisers are skipped, the directives in them are
//! not. Nothing is expanded or decided here; that depends on who includes the file.

mod cursor;
mod directive;
mod scanner;

use std::ops::Range;
use std::sync::Mutex;

use crate::name::{Interner, Name, Names};
use crate::token::{Placed, Token};

pub(crate) use cursor::{Cursor, Lexeme};
use scanner::Scanner;

/// How a piece of text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At `;`, which is not among its tokens.
    Semicolon,
    /// At `{`; what the braces hold is skipped, and none of its tokens.
    Body,
    /// A directive interrupts it, or the file ends. Between parentheses or not.
    Open { nested: bool },
}

/// Consecutive tokens at file scope.
#[derive(Clone, Debug)]
pub struct Piece {
    pub tokens: Range<u32>,
    pub end: End,
}

/// `#define`
#[derive(Clone, Debug)]
pub struct Macro {
    pub name: Name,
    /// How many parameters, `...` included; none for one that is like an object.
    pub parameters: Option<u16>,
    /// Whether the last parameter takes all remaining arguments.
    pub variadic: bool,
    pub body: Range<u32>,
}

/// What `#include` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Include {
    Quoted(Box<str>),
    Angled(Box<str>),
    /// Macros that expand to one of the others.
    Computed(Range<u32>),
}

/// The condition of `#if` and the like.
#[derive(Clone, Debug)]
pub enum Test {
    Expression(Range<u32>),
    Defined(Name),
    NotDefined(Name),
}

/// What the preprocessor meets, in order. `next` is the index of the event that ends a
/// branch: the next branch, or the end of the conditional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Piece(u32),
    Define(u32),
    Undefine(Name),
    Include(u32),
    If { test: u32, next: u32 },
    Elif { test: u32, next: u32 },
    Else { next: u32 },
    Endif,
}

/// A scanned file.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    pub events: Vec<Event>,
    /// The line of each event.
    pub lines: Vec<u32>,
    pub pieces: Vec<Piece>,
    /// What pieces are made of.
    pub tokens: Vec<Placed>,
    /// What macros, tests and computed includes are made of.
    pub bodies: Vec<Token>,
    pub macros: Vec<Macro>,
    pub includes: Vec<Include>,
    pub tests: Vec<Test>,
}

impl Scan {
    /// Scans a file; any text gives a result.
    pub fn new(text: &str, names: &Mutex<Names>) -> Self {
        let mut interner = Interner::new(names);
        let (scan, balanced) = Scanner::new(text, &mut interner, false).run();
        if balanced {
            return scan;
        }
        Scanner::new(text, &mut interner, true).run().0
    }

    pub fn body(&self, range: &Range<u32>) -> &[Token] {
        self.bodies
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }

    pub fn piece(&self, piece: &Piece) -> &[Placed] {
        self.tokens
            .get(piece.tokens.start as usize..piece.tokens.end as usize)
            .unwrap_or_default()
    }
}
