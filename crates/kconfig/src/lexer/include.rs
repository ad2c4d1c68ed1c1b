// SPDX-License-Identifier: Apache-2.0
//! Opening, following and leaving files.

use std::rc::Rc;

use super::token::Token;
use super::{Buffer, Kind, Lexer, Mode};
use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::{ChoiceRules, Dialect};
use crate::host::Host;
use crate::macros::{Fatal, Macros};
use crate::model::FileId;
use crate::text;

/// More files inside each other than any tree has.
const DEEPEST_INCLUSION: usize = 256;

impl<'h> Lexer<'h> {
    /// A lexer at the start of the root file (`zconf_initscan()`).
    pub(crate) fn open(host: &'h dyn Host, dialect: &Dialect, root: &str) -> Result<Self, Fatal> {
        let Some(bytes) = host.read(root) else {
            let text = format!("can't find file {root}");
            return Err(Box::new(Diagnostic::general(Severity::Error, text)));
        };
        let mut files = Arena::default();
        let file = files.push(Rc::from(root));
        Ok(Self {
            host,
            dialect: dialect.clone(),
            macros: Macros::new(host),
            files,
            file_ids: std::iter::once((Rc::from(root), file)).collect(),
            diagnostics: Vec::new(),
            buffer: Buffer::new(bytes, file),
            outer: Vec::new(),
            text: String::new(),
            mode: Mode::Statement,
            previous: Kind::EndOfLine,
            before_previous: Kind::EndOfLine,
            statement: (file, 0),
            ended: false,
            past_end: false,
        })
    }

    /// Goes on in the file that a `source` statement names (`zconf_nextfile()`).
    pub(crate) fn include(&mut self, name: &str) -> Result<(), Fatal> {
        let Some(bytes) = self.host.read(name) else {
            let text = format!("can't open file \"{name}\"");
            return Err(Box::new(Diagnostic::new(
                Severity::Error,
                self.place(),
                text,
            )));
        };
        let file = self.file_id(name);
        let statement_line = self.statement.1;
        self.buffer.source_line = match self.dialect.choice {
            ChoiceRules::Mode => self.buffer.line - 1,
            ChoiceRules::Members => statement_line,
        };
        let inside_itself = self.open_files().any(|buffer| buffer.file == file);
        if inside_itself || self.outer.len() + 1 >= DEEPEST_INCLUSION {
            return Err(Box::new(self.recursive_inclusion(file)));
        }
        let outer = std::mem::replace(&mut self.buffer, Buffer::new(bytes, file));
        self.outer.push(outer);
        Ok(())
    }

    /// The file being read and those around it, the innermost first.
    fn open_files(&self) -> impl Iterator<Item = &Buffer> {
        std::iter::once(&self.buffer).chain(self.outer.iter().rev())
    }

    fn recursive_inclusion(&self, file: FileId) -> Diagnostic {
        let name = &self.files[file];
        let mut text =
            format!("Recursive inclusion detected.\nInclusion path:\n  current file : {name}");
        for buffer in self.open_files() {
            let from = &self.files[buffer.file];
            text.push_str(&format!("\n  included from: {from}:{}", buffer.source_line));
            if self.dialect.choice == ChoiceRules::Mode && buffer.file == file {
                break;
            }
        }
        Diagnostic::general(Severity::Error, text)
    }

    fn file_id(&mut self, name: &str) -> FileId {
        if let Some(known) = self.file_ids.get(name) {
            return *known;
        }
        let name: Rc<str> = Rc::from(name);
        let id = self.files.push(Rc::clone(&name));
        self.file_ids.insert(name, id);
        id
    }

    /// Back to the including file, with the end of a line in between.
    pub(super) fn end_of_file(&mut self) -> Token {
        self.mode = Mode::Statement;
        let unfinished = !matches!(self.previous, Kind::EndOfLine | Kind::HelpText);
        if unfinished {
            let text = "no new line at end of file";
            self.note(Diagnostic::new(Severity::Warning, self.cursor(), text));
        }
        if let Some(outer) = self.outer.pop() {
            self.buffer = outer;
            return Token::EndOfLine;
        }
        self.ended = true;
        // Before 6.11 the root file, too, ended its last line.
        if self.dialect.choice == ChoiceRules::Mode && unfinished {
            return Token::EndOfLine;
        }
        Token::End
    }
}

impl Buffer {
    fn new(bytes: Vec<u8>, file: FileId) -> Self {
        Self {
            text: text::decode_owned(bytes),
            at: 0,
            line: 1,
            file,
            source_line: 0,
        }
    }
}
