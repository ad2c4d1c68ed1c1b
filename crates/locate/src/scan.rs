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
pub(crate) enum End {
    /// At `;`, which is not among its tokens.
    Semicolon,
    /// At `{`; what the braces hold is skipped, and none of its tokens.
    Body,
    /// A directive interrupts it, or the file ends. Between parentheses or not.
    Open { nested: bool },
}

/// Consecutive tokens at file scope.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) tokens: Range<u32>,
    pub(crate) end: End,
}

/// `#define`
#[derive(Clone, Debug)]
pub(crate) struct Macro {
    pub(crate) name: Name,
    /// How many parameters, `...` included; none for one that is like an object.
    pub(crate) parameters: Option<u16>,
    /// Whether the last parameter takes all remaining arguments.
    pub(crate) variadic: bool,
    pub(crate) body: Range<u32>,
}

/// What `#include` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Include {
    Quoted(Box<str>),
    Angled(Box<str>),
    /// Macros that expand to one of the others.
    Computed(Range<u32>),
}

/// The condition of `#if` and the like.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Expression(Range<u32>),
    Defined(Name),
    NotDefined(Name),
}

/// What the preprocessor meets, in order. `next` is the index of the event that ends a
/// branch: the next branch, or the end of the conditional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Piece(u32),
    Define(u32),
    Undefine(Name),
    /// `inside`: in the body of something, where no function can be defined.
    Include {
        number: u32,
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

/// A scanned file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scan {
    pub(crate) events: Vec<Event>,
    /// The line of each event.
    pub(crate) lines: Vec<u32>,
    pub(crate) pieces: Vec<Piece>,
    /// What pieces are made of.
    pub(crate) tokens: Vec<Placed>,
    /// What macros, tests and computed includes are made of.
    pub(crate) bodies: Vec<Token>,
    pub(crate) macros: Vec<Macro>,
    pub(crate) includes: Vec<Include>,
    pub(crate) tests: Vec<Test>,
}

impl Scan {
    /// Scans a file; any text gives a result.
    pub(crate) fn new(text: &str, names: &Mutex<Names>) -> Self {
        let mut interner = Interner::new(names);
        let (scan, balanced) = Scanner::new(text, &mut interner, false).run();
        if balanced {
            return scan;
        }
        Scanner::new(text, &mut interner, true).run().0
    }

    pub(crate) fn body(&self, range: &Range<u32>) -> &[Token] {
        self.bodies
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }

    pub(crate) fn piece(&self, piece: &Piece) -> &[Placed] {
        self.tokens
            .get(piece.tokens.start as usize..piece.tokens.end as usize)
            .unwrap_or_default()
    }
}
