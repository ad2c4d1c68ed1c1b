// SPDX-License-Identifier: Apache-2.0
//! Text to tokens, over a stack of included files (scripts/kconfig/lexer.l).
//!
//! References are expanded while reading, and assignments take effect at once:
//! what a token is can depend on every line before it.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::dialect::{ChoiceRules, Dialect};
use crate::host::Host;
use crate::macros::{Fatal, Macros};
use crate::model::FileId;
use crate::text;

mod include;
pub(crate) mod token;

use token::{Keyword, Token};

/// What the next characters are taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Statement,
    AssignedValue,
    Help,
}

/// The previous token, as far as the lexer cares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    EndOfLine,
    HelpText,
    Word,
    Other,
}

/// A file being read.
struct Buffer {
    text: String,
    at: usize,
    /// The line of `at`, from one.
    line: u32,
    file: FileId,
    /// The line of the `source` statement that is being followed.
    source_line: u32,
}

pub(crate) struct Lexer<'h> {
    host: &'h dyn Host,
    dialect: Dialect,
    pub(crate) macros: Macros<'h>,
    pub(crate) files: Arena<FileId, Rc<str>>,
    file_ids: FxHashMap<Rc<str>, FileId>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    buffer: Buffer,
    /// The files that include it, the root first.
    outer: Vec<Buffer>,
    /// What the token read last says, where it says something; kept to be filled again.
    text: String,
    mode: Mode,
    previous: Kind,
    before_previous: Kind,
    /// Where the current statement began.
    statement: (FileId, u32),
    /// The end of the root file was met.
    ended: bool,
    /// The current statement began there.
    past_end: bool,
}

impl Lexer<'_> {
    /// The file in which the text under the cursor stands.
    pub(crate) fn file(&self) -> FileId {
        self.buffer.file
    }

    /// What the token read last says: the word, the text between quotes, the help text,
    /// the assigned value. Words and quoted strings are expanded already.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text under the cursor stands in `file`. The older tool is in no file
    /// any more when the root file has ended.
    pub(crate) fn is_in(&self, file: FileId) -> bool {
        let left = self.ended && self.dialect.choice == ChoiceRules::Mode;
        !left && self.file() == file
    }

    /// The line on which the current statement began.
    pub(crate) fn line(&self) -> u32 {
        self.statement.1
    }

    /// The place of the current statement.
    pub(crate) fn place(&self) -> Place {
        let line = self.statement.1;
        let file = match self.dialect.choice {
            // The older tool has left the last file when it sees its end.
            ChoiceRules::Mode if self.past_end => {
                return Place {
                    file: "<none>".into(),
                    line,
                };
            }
            ChoiceRules::Mode => self.statement.0,
            ChoiceRules::Members => self.file(),
        };
        let file = Rc::clone(&self.files[file]);
        Place { file, line }
    }

    /// The place of the next character.
    pub(crate) fn cursor(&self) -> Place {
        Place {
            file: Rc::clone(&self.files[self.file()]),
            line: self.buffer.line,
        }
    }

    /// From here to the end of the indented text all is one help text.
    pub(crate) fn start_help(&mut self) {
        self.mode = Mode::Help;
    }

    /// Says something, after what the macro language had to say.
    fn note(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.append(&mut self.macros.diagnostics);
        self.diagnostics.push(diagnostic);
    }

    /// The next token; empty statements are passed over (`yylex()`).
    pub(crate) fn token(&mut self) -> Result<Token, Fatal> {
        loop {
            let token = self.scan()?;
            let starts = matches!(self.previous, Kind::EndOfLine | Kind::HelpText);
            if starts && token == Token::EndOfLine {
                continue;
            }
            if starts {
                self.statement = (self.file(), self.buffer.line);
                self.past_end = self.ended;
            }
            self.remember(token);
            return Ok(token);
        }
    }

    fn remember(&mut self, token: Token) {
        let assigns = matches!(token, Token::Equal | Token::ColonEqual | Token::PlusEqual);
        if assigns && self.previous == Kind::Word && self.before_previous == Kind::EndOfLine {
            self.mode = Mode::AssignedValue;
        }
        self.before_previous = self.previous;
        self.previous = match token {
            Token::EndOfLine => Kind::EndOfLine,
            Token::HelpText => Kind::HelpText,
            Token::Word => Kind::Word,
            _ => Kind::Other,
        };
    }

    fn scan(&mut self) -> Result<Token, Fatal> {
        match self.mode {
            Mode::Statement => self.scan_statement(),
            Mode::AssignedValue => Ok(self.scan_assigned_value()),
            Mode::Help => Ok(self.scan_help()),
        }
    }

    /// What is left of the current file.
    fn rest(&self) -> &str {
        &self.buffer.text[self.buffer.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.buffer.text.as_bytes().get(self.buffer.at).copied()
    }

    fn peek_second(&self) -> Option<u8> {
        self.buffer.text.as_bytes().get(self.buffer.at + 1).copied()
    }

    /// Passes over `length` bytes of the line.
    fn advance(&mut self, length: usize) {
        self.buffer.at += length;
    }

    /// Passes over a line break after `length` bytes.
    fn advance_line(&mut self, length: usize) {
        self.buffer.at += length + 1;
        self.buffer.line = self.buffer.line.saturating_add(1);
    }

    /// How many of the next bytes are of that kind.
    fn count(&self, is: impl Fn(u8) -> bool) -> usize {
        let rest = &self.buffer.text.as_bytes()[self.buffer.at..];
        rest.iter()
            .position(|byte| !is(*byte))
            .unwrap_or(rest.len())
    }

    /// How many bytes are left of the current line.
    fn count_line(&self) -> usize {
        let rest = &self.buffer.text.as_bytes()[self.buffer.at..];
        memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }

    /// What is left of the current line.
    fn rest_of_line(&self) -> &str {
        &self.rest()[..self.count_line()]
    }

    /// The next `length` bytes become the text of a token.
    fn take_text(&mut self, length: usize) {
        let at = self.buffer.at;
        self.text.clear();
        self.text.push_str(&self.buffer.text[at..at + length]);
        self.buffer.at += length;
    }

    fn scan_statement(&mut self) -> Result<Token, Fatal> {
        loop {
            let Some(byte) = self.peek() else {
                return Ok(self.end_of_file());
            };
            match byte {
                b' ' | b'\t' => self.advance(1),
                b'\\' if self.peek_second() == Some(b'\n') => self.advance_line(1),
                b'#' => self.advance(self.count_line()),
                b'\n' => {
                    self.advance_line(0);
                    return Ok(Token::EndOfLine);
                }
                b'"' | b'\'' => return self.scan_quoted(byte),
                _ if is_word(byte) || byte == b'$' => {
                    if let Some(token) = self.scan_word()? {
                        return Ok(token);
                    }
                }
                _ => match self.scan_operator() {
                    Some(token) => return Ok(token),
                    None => self.ignore_character(),
                },
            }
        }
    }

    fn scan_operator(&mut self) -> Option<Token> {
        let (token, length) = match (self.peek()?, self.peek_second()) {
            (b'|', Some(b'|')) => (Token::Or, 2),
            (b'&', Some(b'&')) => (Token::And, 2),
            (b'!', Some(b'=')) => (Token::Unequal, 2),
            (b'<', Some(b'=')) => (Token::LessEqual, 2),
            (b'>', Some(b'=')) => (Token::GreaterEqual, 2),
            (b':', Some(b'=')) => (Token::ColonEqual, 2),
            (b'+', Some(b'=')) => (Token::PlusEqual, 2),
            (b'=', _) => (Token::Equal, 1),
            (b'<', _) => (Token::Less, 1),
            (b'>', _) => (Token::Greater, 1),
            (b'!', _) => (Token::Not, 1),
            (b'(', _) => (Token::Open, 1),
            (b')', _) => (Token::Close, 1),
            _ => return None,
        };
        self.advance(length);
        Some(token)
    }

    /// A warning for each byte of a character that means nothing here.
    fn ignore_character(&mut self) {
        let Some(character) = self.rest().chars().next() else {
            return;
        };
        let place = self.cursor();
        let mut buffer = [0; 4];
        let encoded = text::encode(character.encode_utf8(&mut buffer)).into_owned();
        for byte in encoded {
            let shown = text::decode(&[byte]);
            let text = format!("ignoring unsupported character '{shown}'");
            self.note(Diagnostic::new(Severity::Warning, place.clone(), text));
        }
        self.advance(character.len_utf8());
    }

    /// A plain word is a keyword or itself; one with a `$` is what it expands to,
    /// and nothing at all when that is empty.
    fn scan_word(&mut self) -> Result<Option<Token>, Fatal> {
        let length = self.count(is_word);
        if self.buffer.text.as_bytes().get(self.buffer.at + length) != Some(&b'$') {
            let word = &self.rest()[..length];
            if let Some(keyword) = Keyword::find(word, &self.dialect) {
                self.advance(length);
                return Ok(Some(Token::Keyword(keyword)));
            }
            self.take_text(length);
            return Ok(Some(Token::Word));
        }
        let place = self.cursor();
        let line = self.rest_of_line().to_owned();
        let (expanded, length) = self.macros.expand_token(&line, &place)?;
        self.advance(length);
        self.text = expanded;
        Ok((!self.text.is_empty()).then_some(Token::Word))
    }

    fn scan_quoted(&mut self, quote: u8) -> Result<Token, Fatal> {
        self.advance(1);
        self.text.clear();
        loop {
            self.scan_plain();
            match self.peek() {
                None => return Ok(Token::Quoted),
                Some(b'\n') => {
                    let text = "multi-line strings not supported";
                    self.note(Diagnostic::new(Severity::Warning, self.place(), text));
                    return Ok(Token::Quoted);
                }
                Some(b'\\') => self.scan_escaped(),
                Some(b'$') => self.scan_reference()?,
                Some(byte) => {
                    self.advance(1);
                    if byte == quote {
                        return Ok(Token::Quoted);
                    }
                    self.text.push(char::from(byte));
                }
            }
        }
    }

    /// The part of a quoted string that stands for itself.
    fn scan_plain(&mut self) {
        let special = |byte: u8| matches!(byte, b'$' | b'\'' | b'"' | b'\\' | b'\n');
        let length = self.count(|byte| !special(byte));
        let at = self.buffer.at;
        self.text.push_str(&self.buffer.text[at..at + length]);
        self.advance(length);
    }

    /// `$(...)` in a quoted string
    fn scan_reference(&mut self) -> Result<(), Fatal> {
        self.advance(1);
        let place = self.cursor();
        let line = self.rest_of_line().to_owned();
        let (expanded, length) = self.macros.expand_dollar(&line, &place)?;
        self.advance(length);
        self.text.push_str(&expanded);
        Ok(())
    }

    /// A backslash makes the next character plain, but never joins lines.
    fn scan_escaped(&mut self) {
        self.advance(1);
        if let Some(character) = self.rest().chars().next().filter(|next| *next != '\n') {
            self.text.push(character);
            self.advance(character.len_utf8());
        }
    }

    fn scan_assigned_value(&mut self) -> Token {
        self.advance(self.count(is_blank));
        match self.peek() {
            None => self.end_of_file(),
            Some(b'\n') => {
                self.advance_line(0);
                self.mode = Mode::Statement;
                Token::EndOfLine
            }
            Some(_) => {
                self.take_text(self.count_line());
                Token::AssignedValue
            }
        }
    }

    /// The text keeps its line breaks and loses the indentation of its first line.
    fn scan_help(&mut self) -> Token {
        self.text.clear();
        let mut first_indent = 0;
        let mut last_indent = 0;
        loop {
            let blanks = self.count(is_blank);
            let after = &self.buffer.text.as_bytes()[self.buffer.at + blanks..];
            match after.first() {
                Some(b'\n') => {
                    let ends = !matches!(after.get(1), None | Some(b' ' | b'\t' | b'\n'));
                    self.advance_line(blanks);
                    if ends {
                        break;
                    }
                    self.text.push('\n');
                }
                _ if blanks > 0 => {
                    last_indent = indent_width(&self.rest()[..blanks]);
                    self.advance(blanks);
                    if last_indent < first_indent {
                        break;
                    }
                    if first_indent > 0 {
                        let inner = std::iter::repeat_n(' ', last_indent - first_indent);
                        self.text.extend(inner);
                    }
                }
                None => break,
                Some(_) => {
                    self.scan_help_line();
                    if first_indent == 0 {
                        first_indent = last_indent;
                    }
                }
            }
        }
        self.mode = Mode::Statement;
        Token::HelpText
    }

    fn scan_help_line(&mut self) {
        let (at, length) = (self.buffer.at, self.count_line());
        let line = &self.buffer.text[at..at + length];
        self.text.push_str(line.trim_end_matches([' ', '\t']));
        self.advance(length);
    }
}

/// A tab goes to the next multiple of eight.
fn indent_width(blanks: &str) -> usize {
    blanks.bytes().fold(0, |width, byte| {
        if byte == b'\t' {
            (width & !7) + 8
        } else {
            width + 1
        }
    })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
