// SPDX-License-Identifier: Apache-2.0
//! Tokens to a menu tree, one function per production (scripts/kconfig/parser.y).
//!
//! A statement that can't be read is reported and passed over up to the end of
//! its line; only what leaves nothing to read (a missing file, endless
//! inclusion, `$(error-if)`) ends the tree early.

use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::{ChoiceRules, Dialect};
use crate::host::Host;
use crate::lexer::Lexer;
use crate::lexer::token::{Keyword, Token};
use crate::macros::{Fatal, Flavor};
use crate::model::{Model, SymbolId};

mod builder;
mod entry;
mod expression;
mod menu;

pub(crate) use builder::Builder;

/// How deep menus and `if`s may stand in each other.
const DEEPEST_NESTING: u32 = 300;

/// What a production failed of.
enum Failure {
    /// The statement can't be read; the next one may.
    Syntax,
    Fatal(Fatal),
}

impl From<Fatal> for Failure {
    fn from(fatal: Fatal) -> Self {
        Self::Fatal(fatal)
    }
}

type Parsed<T> = Result<T, Failure>;

/// A tree as far as it could be read, before dependencies are propagated.
pub(crate) struct Tree {
    pub(crate) model: Model,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Something in it is wrong: the C tool would go no further.
    pub(crate) failed: bool,
}

pub(crate) struct Parser<'h> {
    lexer: Lexer<'h>,
    builder: Builder,
    /// The token read ahead, if any.
    ahead: Option<Token>,
    errors: usize,
    /// Tokens to be read well before a further syntax error is worth a line.
    quiet: u32,
    /// Parentheses and negations around the cursor.
    depth: u32,
    /// The operands of the condition being read.
    operands: u32,
}

/// Reads the tree below the file `root`.
pub(crate) fn parse(host: &dyn Host, dialect: &Dialect, root: &str) -> Tree {
    match Lexer::open(host, dialect, root) {
        Ok(lexer) => Parser::new(lexer, dialect).run(),
        Err(fatal) => Tree {
            model: Builder::new(dialect).model,
            diagnostics: vec![*fatal],
            failed: true,
        },
    }
}

impl<'h> Parser<'h> {
    fn new(lexer: Lexer<'h>, dialect: &Dialect) -> Self {
        let builder = Builder::new(dialect);
        Self {
            lexer,
            builder,
            ahead: None,
            errors: 0,
            quiet: 0,
            depth: 0,
            operands: 0,
        }
    }

    fn run(mut self) -> Tree {
        if let Err(fatal) = self.input() {
            self.settle();
            self.lexer.diagnostics.push(*fatal);
            self.errors += 1;
        }
        self.settle();
        let mut model = self.builder.model;
        model.modules = self.builder.modules.unwrap_or(SymbolId::NO);
        model.files = self.lexer.files;
        model.environment = self.lexer.macros.environment;
        Tree {
            model,
            diagnostics: self.lexer.diagnostics,
            failed: self.errors > 0,
        }
    }

    /// `input: mainmenu_stmt stmt_list | stmt_list`
    fn input(&mut self) -> Result<(), Fatal> {
        let mut first = true;
        loop {
            match self.statement_list(first) {
                Ok(()) if self.at(Token::End) => return Ok(()),
                // An `end…` without its beginning is no statement.
                Ok(()) | Err(Failure::Syntax) => self.recover("invalid statement")?,
                Err(Failure::Fatal(fatal)) => return Err(fatal),
            }
            if self.at(Token::End) {
                return Ok(());
            }
            first = false;
        }
    }

    /// Statements up to an `end…` or the end of the file.
    fn statement_list(&mut self, first: bool) -> Parsed<()> {
        let mut first = first;
        loop {
            let token = self.peek()?;
            if Self::ends_list(token) {
                return Ok(());
            }
            self.checked_statement(token, first)?;
            first = false;
        }
    }

    fn ends_list(token: Token) -> bool {
        use Keyword::{EndChoice, EndIf, EndMenu};
        matches!(
            token,
            Token::End | Token::Keyword(EndChoice | EndIf | EndMenu)
        )
    }

    fn checked_statement(&mut self, token: Token, first: bool) -> Result<(), Fatal> {
        let word = (token == Token::Word).then(|| self.lexer.text().to_owned());
        let parsed = match &word {
            Some(name) => self.assignment(name),
            None => self.statement(token, first),
        };
        match parsed {
            Ok(()) => Ok(()),
            Err(Failure::Fatal(fatal)) => Err(fatal),
            Err(Failure::Syntax) => match word {
                Some(word) => self.recover(&format!("unknown statement \"{word}\"")),
                None => self.recover("invalid statement"),
            },
        }
    }

    fn statement(&mut self, token: Token, first: bool) -> Parsed<()> {
        match token {
            Token::Keyword(Keyword::MainMenu) if first => match self.main_menu() {
                // Nothing but the title may begin like this.
                Err(Failure::Syntax) => Err(Failure::Fatal(Box::new(self.syntax_error()))),
                parsed => parsed,
            },
            Token::Keyword(Keyword::Config) => self.config(false),
            Token::Keyword(Keyword::MenuConfig) => self.config(true),
            Token::Keyword(Keyword::Choice) => self.choice(),
            Token::Keyword(Keyword::Comment) => self.comment(),
            Token::Keyword(Keyword::If) => self.if_block(false),
            Token::Keyword(Keyword::Menu) => self.menu(),
            Token::Keyword(Keyword::Source) => self.source(),
            _ => Err(Failure::Syntax),
        }
    }

    /// `assignment_stmt: T_WORD assign_op assign_val T_EOL`
    fn assignment(&mut self, name: &str) -> Parsed<()> {
        self.take()?;
        let flavor = match self.peek()? {
            Token::Equal => Flavor::Recursive,
            Token::ColonEqual => Flavor::Simple,
            Token::PlusEqual => Flavor::Append,
            _ => return Err(Failure::Syntax),
        };
        self.take()?;
        let mut value = String::new();
        if self.peek()? == Token::AssignedValue {
            self.lexer.text().clone_into(&mut value);
            self.take()?;
        }
        self.end_of_line()?;
        let place = self.lexer.cursor();
        self.lexer.macros.assign(name, &value, flavor, &place)?;
        Ok(())
    }

    /// `source_stmt: T_SOURCE T_WORD_QUOTE T_EOL`
    fn source(&mut self) -> Parsed<()> {
        self.take()?;
        let name = self.quoted()?;
        self.end_of_line()?;
        self.lexer.include(&name)?;
        Ok(())
    }

    // ---- tokens

    fn peek(&mut self) -> Result<Token, Fatal> {
        if let Some(token) = self.ahead {
            return Ok(token);
        }
        let token = self.lexer.token()?;
        self.settle();
        self.ahead = Some(token);
        Ok(token)
    }

    /// What [`Lexer::text`] says is the taken token's until the next is looked at.
    fn take(&mut self) -> Result<Token, Fatal> {
        let token = self.peek()?;
        self.quiet = self.quiet.saturating_sub(1);
        self.ahead = None;
        Ok(token)
    }

    fn at(&mut self, token: Token) -> bool {
        self.peek().is_ok_and(|ahead| ahead == token)
    }

    fn at_keyword(&mut self, keyword: Keyword) -> Result<bool, Fatal> {
        Ok(self.peek()? == Token::Keyword(keyword))
    }

    fn expect(&mut self, token: Token) -> Parsed<()> {
        if self.peek()? != token {
            return Err(Failure::Syntax);
        }
        self.take()?;
        Ok(())
    }

    fn end_of_line(&mut self) -> Parsed<()> {
        self.expect(Token::EndOfLine)
    }

    fn quoted(&mut self) -> Parsed<Rc<str>> {
        self.expect(Token::Quoted)?;
        Ok(Rc::from(self.lexer.text()))
    }

    fn word(&mut self) -> Parsed<SymbolId> {
        self.expect(Token::Word)?;
        Ok(self.builder.symbol(self.lexer.text()))
    }

    // ---- messages

    /// Messages of the macro language join the others in order.
    fn settle(&mut self) {
        let Lexer {
            diagnostics,
            macros,
            ..
        } = &mut self.lexer;
        if !macros.diagnostics.is_empty() {
            diagnostics.append(&mut macros.diagnostics);
        }
    }

    fn report(&mut self, severity: Severity, text: impl Into<String>) {
        self.errors += usize::from(severity == Severity::Error);
        let place = self.lexer.place();
        self.lexer
            .diagnostics
            .push(Diagnostic::new(severity, place, text));
    }

    /// The older tool names the line after (`yyerror()`).
    fn syntax_error(&self) -> Diagnostic {
        let mut place = self.lexer.place();
        place.line += u32::from(self.is_classic());
        Diagnostic::new(Severity::Error, place, "syntax error")
    }

    fn report_syntax_error(&mut self) {
        let diagnostic = self.syntax_error();
        self.lexer.diagnostics.push(diagnostic);
        self.errors += 1;
    }

    /// Reports what can't be read and passes over the rest of its line, as
    /// the `error T_EOL` productions do.
    fn recover(&mut self, what: &str) -> Result<(), Fatal> {
        if self.quiet == 0 {
            self.report_syntax_error();
        }
        loop {
            match self.take()? {
                Token::EndOfLine => break,
                Token::End => {
                    self.ahead = Some(Token::End);
                    self.quiet = 3;
                    self.errors += 1;
                    return Ok(());
                }
                _ => {}
            }
        }
        // Three, less the end of the line.
        self.quiet = 2;
        self.report(Severity::Error, what);
        Ok(())
    }

    fn file_name(&self) -> Rc<str> {
        Rc::clone(&self.lexer.files[self.lexer.file()])
    }

    fn is_classic(&self) -> bool {
        self.builder.model.dialect.choice == ChoiceRules::Mode
    }
}
