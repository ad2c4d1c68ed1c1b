// SPDX-License-Identifier: Apache-2.0
//! The scan of one file: which tokens stand at file scope.

use super::{Cursor, End, Event, Lexeme, Piece, Scan};
use crate::name::{Interner, Name};
use crate::token::{Placed, Token};

/// How deep in braces and parentheses the text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Depth {
    braces: u32,
    parentheses: u32,
}

/// A conditional whose `#endif` is still to come.
pub(super) struct Branching {
    /// Where the event of the last branch is.
    pub(super) last: usize,
    pub(super) before: Depth,
    /// Where the first branch that is not `#if 0` ended.
    pub(super) after: Option<Depth>,
    /// Whether the branch can't be taken.
    pub(super) dead: bool,
}

pub(super) struct Scanner<'i, 'n, 't> {
    pub(super) cursor: Cursor<'t>,
    pub(super) names: &'i mut Interner<'n, 't>,
    pub(super) scan: Scan,
    pub(super) depth: Depth,
    pub(super) branchings: Vec<Branching>,
    /// Where the tokens of the current piece begin.
    start: usize,
    /// Whether a piece that a directive interrupted goes on.
    continued: bool,
    /// Whether braces in the first column end whatever is open.
    recover: bool,
    balanced: bool,
}

impl<'i, 'n, 't> Scanner<'i, 'n, 't> {
    pub(super) fn new(text: &'t str, names: &'i mut Interner<'n, 't>, recover: bool) -> Self {
        Self {
            cursor: Cursor::new(text),
            names,
            scan: Scan::default(),
            depth: Depth::default(),
            branchings: Vec::new(),
            start: 0,
            continued: false,
            recover,
            balanced: true,
        }
    }

    /// The scan, and whether braces and parentheses were balanced.
    pub(super) fn run(mut self) -> (Scan, bool) {
        let mut fresh = true;
        loop {
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                None => break,
                Some(b'\n') => {
                    self.cursor.bump();
                    fresh = true;
                    continue;
                }
                Some(b'#') if fresh => self.directive(),
                Some(_) if self.depth.braces > 0 => {
                    self.skip_body(fresh);
                    fresh = true;
                    continue;
                }
                Some(_) => self.file_scope(),
            }
            fresh = false;
        }
        self.interrupt();
        while !self.branchings.is_empty() {
            self.end_conditional();
        }
        let balanced = self.balanced && self.depth == Depth::default();
        (self.scan, balanced)
    }

    /// Skips in a body to its end, or to the start of a line that may be a directive.
    fn skip_body(&mut self, fresh: bool) {
        let mut blank = fresh;
        while let Some(byte) = self.cursor.peek() {
            match byte {
                b'#' if blank => return,
                b'\n' => {
                    self.cursor.bump();
                    blank = true;
                    continue;
                }
                b' ' | b'\t' => {
                    self.cursor.skip_blanks();
                    continue;
                }
                b'/' if self.cursor.skip_comment() => continue,
                b'"' | b'\'' => {
                    self.cursor.literal(byte);
                }
                b'{' => {
                    self.depth.braces += 1;
                    self.cursor.bump();
                }
                b'}' => {
                    self.close_brace();
                    if self.depth.braces == 0 {
                        return;
                    }
                }
                b'\\' => self.cursor.skip_backslash(),
                _ => self.cursor.bump(),
            }
            self.cursor.skip_plain();
            blank = false;
        }
    }

    fn close_brace(&mut self) {
        let all = self.recover && self.cursor.at_column_zero();
        self.depth.braces = if all {
            0
        } else {
            self.depth.braces.saturating_sub(1)
        };
        self.cursor.bump();
    }

    fn file_scope(&mut self) {
        let line = self.cursor.line;
        let first = self.cursor.at_column_zero();
        let byte = self.cursor.peek();
        if first && self.recover && matches!(byte, Some(b'{' | b'}')) {
            self.depth.parentheses = 0;
        }
        let nested = self.depth.parentheses > 0;
        let lexeme = self.cursor.lexeme();
        match lexeme {
            Lexeme::Punctuator(b';') if !nested => return self.finish(End::Semicolon, line),
            Lexeme::Punctuator(b'{') if !nested => {
                self.depth.braces = 1;
                return self.finish(End::Body, line);
            }
            Lexeme::Punctuator(b'}') if !nested => {
                self.balanced = false;
                return;
            }
            Lexeme::Punctuator(b'(') => self.depth.parentheses += 1,
            Lexeme::Punctuator(b')') if nested => self.depth.parentheses -= 1,
            Lexeme::Punctuator(b')') => self.balanced = false,
            _ => {}
        }
        let token = self.token(lexeme);
        self.scan.tokens.push(Placed { token, line });
    }

    pub(super) fn token(&mut self, lexeme: Lexeme<'t>) -> Token {
        match lexeme {
            Lexeme::Identifier(text) => Token::Identifier(self.name(text)),
            Lexeme::Number(text) => Token::Number(self.name(text)),
            Lexeme::Text(text) => Token::Text(self.name(text)),
            Lexeme::Character(text) => Token::Character(self.name(text)),
            Lexeme::Punctuator(code) => Token::Punctuator(code),
        }
    }

    pub(super) fn name(&mut self, text: &'t str) -> Name {
        self.names.intern(text)
    }

    pub(super) fn event(&mut self, event: Event, line: u32) {
        self.scan.events.push(event);
        self.scan.lines.push(line);
    }

    pub(super) fn is_inside(&self) -> bool {
        self.depth.braces > 0
    }

    /// Ends the current piece before a directive, if there is one.
    pub(super) fn interrupt(&mut self) {
        if self.depth.braces == 0 && self.start < self.scan.tokens.len() {
            let nested = self.depth.parentheses > 0;
            self.finish(End::Open { nested }, self.cursor.line);
        }
    }

    fn finish(&mut self, end: End, line: u32) {
        let is_open = matches!(end, End::Open { .. });
        let tokens = index(self.start)..index(self.scan.tokens.len());
        if !tokens.is_empty() || self.continued {
            let line = self
                .scan
                .tokens
                .get(self.start)
                .map_or(line, |token| token.line);
            let piece = index(self.scan.pieces.len());
            self.scan.pieces.push(Piece { tokens, end });
            self.event(Event::Piece(piece), line);
        }
        self.start = self.scan.tokens.len();
        self.continued = is_open;
    }
}

/// No file of a tree comes near 4 GiB.
pub(super) fn index(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
