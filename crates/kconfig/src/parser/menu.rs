// SPDX-License-Identifier: Apache-2.0
//! What holds other entries: `menu`, `if`, `choice`, and what only stands there: `comment`.

use super::{DEEPEST_NESTING, Failure, Parsed, Parser};
use crate::diagnostic::{Diagnostic, Severity};
use crate::lexer::token::{Keyword, Token};
use crate::model::{MenuId, PropertyKind};
use crate::value::SymbolType;

impl Parser<'_> {
    /// `mainmenu_stmt: T_MAINMENU T_WORD_QUOTE T_EOL`
    pub(super) fn main_menu(&mut self) -> Parsed<()> {
        self.take()?;
        let text = self.quoted()?;
        self.end_of_line()?;
        self.builder.current_entry = MenuId::ROOT;
        self.add_prompt(PropertyKind::Menu, text, None);
        Ok(())
    }

    /// `menu_stmt: menu_entry stmt_list menu_end`
    pub(super) fn menu(&mut self) -> Parsed<()> {
        self.refuse_endless_nesting()?;
        self.titled_entry(PropertyKind::Menu)?;
        loop {
            if self.at_keyword(Keyword::Visible)? {
                self.visible_option()?;
            } else if self.at_keyword(Keyword::Depends)? {
                self.depends_option()?;
            } else {
                break;
            }
        }
        let menu = self.builder.open_menu();
        self.body(Self::statements, Keyword::EndMenu, menu)
    }

    /// `comment_stmt: comment comment_option_list`
    pub(super) fn comment(&mut self) -> Parsed<()> {
        self.titled_entry(PropertyKind::Comment)?;
        while self.at_keyword(Keyword::Depends)? {
            self.depends_option()?;
        }
        Ok(())
    }

    fn titled_entry(&mut self, kind: PropertyKind) -> Parsed<()> {
        self.take()?;
        let text = self.quoted()?;
        self.end_of_line()?;
        let spot = self.spot();
        self.builder.add_entry(None, spot);
        self.add_prompt(kind, text, None);
        Ok(())
    }

    fn visible_option(&mut self) -> Parsed<()> {
        self.take()?;
        let condition = self.optional_if()?;
        self.end_of_line()?;
        self.builder.add_visibility(condition);
        Ok(())
    }

    /// `if_stmt` and `if_stmt_in_choice`
    pub(super) fn if_block(&mut self, in_choice: bool) -> Parsed<()> {
        self.refuse_endless_nesting()?;
        self.take()?;
        let condition = self.expression()?;
        self.end_of_line()?;
        let spot = self.spot();
        self.builder.add_entry(None, spot);
        self.builder.add_dependency(condition);
        let menu = self.builder.open_menu();
        let inside = if in_choice {
            Self::members
        } else {
            Self::statements
        };
        self.body(inside, Keyword::EndIf, menu)
    }

    /// `choice_stmt: choice_entry stmt_list_in_choice choice_end`
    pub(super) fn choice(&mut self) -> Parsed<()> {
        self.refuse_endless_nesting()?;
        self.take()?;
        let mut name = None;
        if self.is_classic() && self.peek()? == Token::Word {
            name = Some(self.lexer.text().to_owned());
            self.take()?;
        }
        self.end_of_line()?;
        let symbol = self.builder.choice(name);
        let spot = self.spot();
        let menu = self.builder.add_entry(Some(symbol), spot);
        if !self.is_classic() {
            self.set_type(SymbolType::Bool);
        }
        while let Token::Keyword(keyword) = self.peek()? {
            if !self.choice_option(keyword)? {
                break;
            }
        }
        if !self.is_classic() && self.builder.model.menus[menu].prompt.is_none() {
            self.error_at(menu, "error: choice must have a prompt");
        }
        self.builder.open_menu();
        self.builder.current_choice = Some(menu);
        let parsed = self.body(Self::members, Keyword::EndChoice, menu);
        self.builder.current_choice = None;
        parsed
    }

    fn choice_option(&mut self, keyword: Keyword) -> Parsed<bool> {
        match keyword {
            Keyword::Prompt => self.prompt_option()?,
            Keyword::Bool if !self.is_classic() => self.prompt_option()?,
            Keyword::Bool | Keyword::Tristate if self.is_classic() => self.type_option(keyword)?,
            Keyword::Optional => self.optional_option()?,
            Keyword::Default => self.dependent_option(PropertyKind::Default)?,
            Keyword::Depends => self.depends_option()?,
            Keyword::Help => self.help_option()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn optional_option(&mut self) -> Parsed<()> {
        self.take()?;
        self.end_of_line()?;
        if let Some(symbol) = self.builder.current_symbol() {
            self.builder.model.symbols[symbol].is_optional = true;
        }
        Ok(())
    }

    /// `stmt_list_in_choice`
    fn members(&mut self) -> Parsed<()> {
        loop {
            let token = self.peek()?;
            if Self::ends_list(token) {
                return Ok(());
            }
            let parsed = match token {
                Token::Keyword(Keyword::Config) => self.config(false),
                Token::Keyword(Keyword::Comment) => self.comment(),
                Token::Keyword(Keyword::If) => self.if_block(true),
                _ => Err(Failure::Syntax),
            };
            match parsed {
                Err(Failure::Syntax) => self.recover("invalid statement")?,
                other => other?,
            }
        }
    }

    /// The entry just read joins the members of the open choice (since 6.11).
    pub(super) fn list_member(&mut self) {
        let (Some(choice), Some(symbol)) =
            (self.builder.current_choice, self.builder.current_symbol())
        else {
            return;
        };
        if self.is_classic() {
            return;
        }
        let entry = self.builder.current_entry;
        if self.builder.model.menus[entry].prompt.is_none() {
            self.error_at(entry, "error: choice member must have a prompt");
        }
        if self.builder.model.symbols[symbol].kind != SymbolType::Bool {
            self.error_at(entry, "error: choice member must be bool");
        }
        if !self.builder.model.symbols[symbol].is_listed {
            self.builder.model.symbols[symbol].is_listed = true;
            self.builder.model.menus[choice].members.push(symbol);
        }
    }

    fn statements(&mut self) -> Parsed<()> {
        self.statement_list(false)
    }

    /// All up to the `end…` of `menu`; one that can't be read is a statement inside.
    fn body(
        &mut self,
        inside: fn(&mut Self) -> Parsed<()>,
        expected: Keyword,
        menu: MenuId,
    ) -> Parsed<()> {
        loop {
            inside(self)?;
            match self.end(expected, menu) {
                Err(Failure::Syntax) => self.recover("invalid statement")?,
                ended => return ended,
            }
        }
    }

    /// Asked before anything is opened, so that what is opened is also read to its end.
    fn refuse_endless_nesting(&self) -> Parsed<()> {
        if self.builder.open < DEEPEST_NESTING {
            Ok(())
        } else {
            Err(Failure::Syntax)
        }
    }

    /// The `end…` that closes `menu`. Another one is an error, and closes nothing
    /// (`zconf_endtoken()`).
    fn end(&mut self, expected: Keyword, menu: MenuId) -> Parsed<()> {
        let Token::Keyword(found) = self.peek()? else {
            self.missing_end(menu);
            return Ok(());
        };
        self.take()?;
        self.end_of_line()?;
        let (expected_word, found_word) = (block(expected), block(found));
        if found != expected {
            let text = format!("unexpected '{found_word}' within {expected_word} block");
            self.report(Severity::Error, text);
            return Ok(());
        }
        let current = self.builder.current_menu;
        if !self.lexer.is_in(self.builder.model.menus[current].file) {
            let text = format!("'{found_word}' in different file than '{expected_word}'");
            self.report(Severity::Error, text);
            self.error_at(current, &format!("location of the '{expected_word}'"));
            return Ok(());
        }
        self.builder.close_menu();
        Ok(())
    }

    /// At the end of the file, the innermost open entry is reported first.
    fn missing_end(&mut self, menu: MenuId) {
        if self.quiet == 0 {
            self.report_syntax_error();
        }
        self.quiet = 3;
        self.error_at(menu, "missing end statement for this entry");
        if self.builder.current_menu == menu {
            self.builder.close_menu();
        }
    }

    fn error_at(&mut self, menu: MenuId, text: &str) {
        self.errors += 1;
        let place = self.menu_place(&self.builder.model.menus[menu]);
        self.lexer
            .diagnostics
            .push(Diagnostic::new(Severity::Error, place, text));
    }
}

fn block(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::EndMenu => "menu",
        Keyword::EndChoice => "choice",
        _ => "if",
    }
}
