// SPDX-License-Identifier: Apache-2.0
//! Characters to lexemes: comments, literals, spliced lines (ISO C 5.1.1.2, phases 2 and 3).

use crate::token::punctuator;

/// A preprocessing token as it is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lexeme<'t> {
    Identifier(&'t str),
    Number(&'t str),
    Text(&'t str),
    Character(&'t str),
    Punctuator(u8),
}

/// A place in a text. All reading goes forward.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    pub(crate) line: u32,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// The next byte, counted where it ends a line.
    pub(crate) fn bump(&mut self) {
        if self.peek() == Some(b'\n') {
            self.line += 1;
        }
        self.at = (self.at + 1).min(self.bytes.len());
    }

    /// Whether nothing but the start of the text or a newline stands before the cursor.
    pub(crate) fn at_column_zero(&self) -> bool {
        self.at == 0 || self.bytes.get(self.at - 1) == Some(&b'\n')
    }

    /// Skips blanks, comments and spliced lines, not newlines. A comment may span lines.
    pub(crate) fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'\\' if self.splice() => {}
                b'/' if self.skip_comment() => {}
                _ => return,
            }
        }
    }

    /// Skips a backslash that ends its line.
    fn splice(&mut self) -> bool {
        let length = match (self.peek_at(1), self.peek_at(2)) {
            (Some(b'\n'), _) => 2,
            (Some(b'\r'), Some(b'\n')) => 3,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        true
    }

    /// Skips a comment that starts here; that of a line without its newline.
    pub(crate) fn skip_comment(&mut self) -> bool {
        match self.peek_at(1) {
            Some(b'*') => self.skip_block_comment(),
            Some(b'/') => self.skip_line(),
            _ => return false,
        }
        true
    }

    fn skip_block_comment(&mut self) {
        self.at += 2;
        while let Some(byte) = self.peek() {
            if byte == b'*' && self.peek_at(1) == Some(b'/') {
                self.at += 2;
                return;
            }
            self.bump();
        }
    }

    /// Skips to the newline, over spliced ones.
    pub(crate) fn skip_line(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => return,
                b'\\' if self.splice() => {}
                _ => self.at += 1,
            }
        }
    }

    /// Skips what means nothing in a body: all but braces, literals, and what may begin a
    /// comment, a directive or a line.
    pub(crate) fn skip_plain(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'}' | b'"' | b'\'' | b'/' | b'#' | b'\\' | b'\n' => return,
                _ => self.at += 1,
            }
        }
    }

    /// Skips a backslash, and the newline that it splices.
    pub(crate) fn skip_backslash(&mut self) {
        if !self.splice() {
            self.bump();
        }
    }

    /// Skips the rest of a directive nobody reads: to the newline, over comments.
    pub(crate) fn skip_directive(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => return,
                b'\\' if self.splice() => {}
                b'/' if self.skip_comment() => {}
                _ => self.at += 1,
            }
        }
    }

    /// The lexeme that starts here. The cursor is at no blank, comment, or end.
    pub(crate) fn lexeme(&mut self) -> Lexeme<'t> {
        let start = self.at;
        let Some(byte) = self.peek() else {
            return Lexeme::Punctuator(punctuator::OTHER);
        };
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => {
                self.skip_word();
                Lexeme::Identifier(self.since(start))
            }
            b'0'..=b'9' => self.number(start),
            b'.' if self.peek_at(1).is_some_and(|next| next.is_ascii_digit()) => self.number(start),
            b'"' => Lexeme::Text(self.literal(b'"')),
            b'\'' => Lexeme::Character(self.literal(b'\'')),
            _ => self.punctuator(byte),
        }
    }

    pub(crate) fn skip_word(&mut self) {
        while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$') = self.peek() {
            self.at += 1;
        }
    }

    fn number(&mut self, start: usize) -> Lexeme<'t> {
        while let Some(byte) = self.peek() {
            let exponent = matches!(byte, b'e' | b'E' | b'p' | b'P');
            match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' => self.at += 1,
                _ => break,
            }
            if exponent && matches!(self.peek(), Some(b'+' | b'-')) && !self.is_hex(start) {
                self.at += 1;
            }
        }
        Lexeme::Number(self.since(start))
    }

    fn is_hex(&self, start: usize) -> bool {
        matches!(self.bytes.get(start + 1), Some(b'x' | b'X'))
    }

    /// What stands between two quotes; a literal that is not closed ends with its line.
    pub(crate) fn literal(&mut self, quote: u8) -> &'t str {
        self.at += 1;
        let start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => return self.since(start),
                b'\\' => {
                    self.bump();
                    self.bump();
                }
                _ if byte == quote => {
                    let inner = self.since(start);
                    self.at += 1;
                    return inner;
                }
                _ => self.at += 1,
            }
        }
        self.since(start)
    }

    fn punctuator(&mut self, byte: u8) -> Lexeme<'t> {
        let rest = &self.bytes[self.at..];
        for (spelled, code) in punctuator::SPELLED {
            if rest.starts_with(spelled.as_bytes()) {
                self.at += spelled.len();
                return Lexeme::Punctuator(code);
            }
        }
        self.bump();
        if byte.is_ascii_graphic() {
            return Lexeme::Punctuator(byte);
        }
        while self.at < self.bytes.len() && !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        Lexeme::Punctuator(punctuator::OTHER)
    }

    /// What `#include <` names; the cursor is at `<`, and ends behind `>`.
    pub(crate) fn angled(&mut self) -> &'t str {
        self.at += 1;
        let start = self.at;
        while !matches!(self.peek(), None | Some(b'\n' | b'>')) {
            self.at += 1;
        }
        let name = self.since(start);
        if self.peek() == Some(b'>') {
            self.at += 1;
        }
        name
    }

    /// The text from a place to the cursor; none where that would split a character.
    fn since(&self, start: usize) -> &'t str {
        let end = self.at.min(self.bytes.len());
        self.text.get(start..end).unwrap_or_default()
    }
}
