// SPDX-License-Identifier: Apache-2.0
//! `config`, `menuconfig`, and the options of an entry.

use std::rc::Rc;

use super::builder::Spot;
use super::{Parsed, Parser};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::lexer::token::{Keyword, Token};
use crate::model::{Menu, PropertyKind};
use crate::value::SymbolType;

impl Parser<'_> {
    /// `config_stmt` and `menuconfig_stmt`
    pub(super) fn config(&mut self, is_menu: bool) -> Parsed<()> {
        self.take()?;
        let symbol = self.word()?;
        self.end_of_line()?;
        let spot = self.spot();
        self.builder.add_entry(Some(symbol), spot);
        while let Token::Keyword(keyword) = self.peek()? {
            if !self.config_option(keyword)? {
                break;
            }
        }
        if is_menu {
            self.make_menu();
        } else {
            self.list_member();
        }
        Ok(())
    }

    fn make_menu(&mut self) {
        match self.builder.model.menus[self.builder.current_entry].prompt {
            Some(prompt) => self.builder.model.properties[prompt].kind = PropertyKind::Menu,
            None => {
                self.report(
                    Severity::Remark,
                    "warning: menuconfig statement without prompt",
                );
            }
        }
    }

    /// One option; false when the keyword begins something else.
    fn config_option(&mut self, keyword: Keyword) -> Parsed<bool> {
        use Keyword as K;
        match keyword {
            K::Bool | K::Tristate | K::Int | K::Hex | K::String => self.type_option(keyword)?,
            K::Prompt => self.prompt_option()?,
            K::Default | K::DefBool | K::DefTristate => self.default_option(keyword)?,
            K::Select => self.dependent_option(PropertyKind::Select)?,
            K::Imply => self.dependent_option(PropertyKind::Imply)?,
            K::Range => self.range_option()?,
            K::Modules => self.modules_option()?,
            K::Transitional => self.transitional_option()?,
            K::Depends => self.depends_option()?,
            K::Help => self.help_option()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `type prompt_stmt_opt T_EOL`
    pub(super) fn type_option(&mut self, keyword: Keyword) -> Parsed<()> {
        self.take()?;
        if self.peek()? == Token::Quoted {
            self.prompt_text(PropertyKind::Prompt)?;
        }
        self.end_of_line()?;
        self.set_type(declared_type(keyword));
        Ok(())
    }

    /// `T_PROMPT T_WORD_QUOTE if_expr T_EOL`
    pub(super) fn prompt_option(&mut self) -> Parsed<()> {
        self.take()?;
        let text = self.quoted()?;
        let condition = self.optional_if()?;
        self.end_of_line()?;
        self.add_prompt(PropertyKind::Prompt, text, condition);
        Ok(())
    }

    /// A prompt without a keyword of its own; the end of line is the caller's.
    fn prompt_text(&mut self, kind: PropertyKind) -> Parsed<()> {
        let text = self.quoted()?;
        let condition = self.optional_if()?;
        self.peek()?;
        self.add_prompt(kind, text, condition);
        Ok(())
    }

    fn default_option(&mut self, keyword: Keyword) -> Parsed<()> {
        self.take()?;
        let value = self.expression()?;
        let condition = self.optional_if()?;
        self.end_of_line()?;
        let spot = self.spot();
        self.builder
            .add_property(PropertyKind::Default, (Some(value), condition), spot);
        match keyword {
            Keyword::DefBool => self.set_type(SymbolType::Bool),
            Keyword::DefTristate => self.set_type(SymbolType::Tristate),
            _ => {}
        }
        Ok(())
    }

    /// `select`, `imply`, and the default of a choice: one symbol, perhaps a condition.
    pub(super) fn dependent_option(&mut self, kind: PropertyKind) -> Parsed<()> {
        self.take()?;
        let symbol = self.word()?;
        let condition = self.optional_if()?;
        self.end_of_line()?;
        let spot = self.spot();
        self.builder
            .add_symbol_property(kind, (symbol, condition), spot);
        Ok(())
    }

    fn range_option(&mut self) -> Parsed<()> {
        self.take()?;
        let low = self.symbol_or_constant()?;
        let high = self.symbol_or_constant()?;
        let condition = self.optional_if()?;
        self.end_of_line()?;
        let spot = self.spot();
        self.builder.add_range((low, high), condition, spot);
        Ok(())
    }

    fn modules_option(&mut self) -> Parsed<()> {
        self.take()?;
        self.end_of_line()?;
        let Some(symbol) = self.builder.current_symbol() else {
            return Ok(());
        };
        if let Some(earlier) = self.builder.modules {
            let model = &self.builder.model;
            let text = format!(
                "symbol '{}' redefines option 'modules' already defined by symbol '{}'",
                model.symbol(symbol).display_name(),
                model.symbol(earlier).display_name(),
            );
            self.report(Severity::Error, text);
        }
        self.builder.modules = Some(symbol);
        Ok(())
    }

    fn transitional_option(&mut self) -> Parsed<()> {
        self.take()?;
        self.end_of_line()?;
        if let Some(symbol) = self.builder.current_symbol() {
            self.builder.model.symbols[symbol].is_transitional = true;
        }
        Ok(())
    }

    /// `depends: T_DEPENDS T_ON expr T_EOL`; where the tree's tool knows
    /// `depends on A if B`, that is `A || !B`.
    pub(super) fn depends_option(&mut self) -> Parsed<()> {
        self.take()?;
        self.expect(Token::Keyword(Keyword::On))?;
        let mut condition = self.expression()?;
        if self.builder.model.dialect.conditional_depends
            && let Some(when) = self.optional_if()?
        {
            let expressions = &mut self.builder.model.expressions;
            let otherwise = expressions.negate(when);
            condition = expressions.join(crate::expression::Connective::Or, condition, otherwise);
        }
        self.end_of_line()?;
        self.builder.add_dependency(condition);
        Ok(())
    }

    /// `help: help_start T_HELPTEXT`
    pub(super) fn help_option(&mut self) -> Parsed<()> {
        self.take()?;
        self.end_of_line()?;
        self.lexer.start_help();
        if self.take()? != Token::HelpText {
            return Ok(());
        }
        let entry = self.builder.current_entry;
        if self.builder.model.menus[entry].help.is_some() {
            self.remark_help("more than one help text -- only the last one will be used");
        }
        let is_space = |byte: u8| matches!(byte, b' ' | 0x09..=0x0d);
        if self.lexer.text().bytes().all(is_space) {
            self.remark_help("blank help text");
        }
        self.builder.model.menus[entry].help = Some(Rc::from(self.lexer.text()));
        Ok(())
    }

    fn remark_help(&mut self, what: &str) {
        let name = self.builder.current_symbol().map_or("<choice>", |symbol| {
            self.builder.model.symbol(symbol).display_name()
        });
        let text = format!("warning: '{name}' defined with {what}");
        self.report(Severity::Remark, text);
    }

    // ---- actions that may have something to say

    pub(super) fn spot(&self) -> Spot {
        Spot {
            file: self.lexer.file(),
            line: self.lexer.line(),
        }
    }

    /// `menu_set_type()`
    pub(super) fn set_type(&mut self, kind: SymbolType) {
        let Some(symbol) = self.builder.current_symbol() else {
            return;
        };
        if let Err(text) = self.builder.model.set_type(symbol, kind) {
            let place = self.menu_place(&self.builder.model.menus[self.builder.current_entry]);
            self.lexer
                .diagnostics
                .push(Diagnostic::new(Severity::Warning, place, text));
        }
    }

    /// `menu_add_prompt()`
    pub(super) fn add_prompt(
        &mut self,
        kind: PropertyKind,
        text: Rc<str>,
        condition: Option<crate::expression::ExprId>,
    ) {
        let trimmed = text.trim_start_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
        let is_indented = trimmed.len() != text.len();
        let text = if is_indented { Rc::from(trimmed) } else { text };
        let place = Place {
            file: self.file_name(),
            line: self.lexer.line(),
        };
        let mut warn = |text: &str| {
            self.lexer
                .diagnostics
                .push(Diagnostic::new(Severity::Warning, place.clone(), text));
        };
        if is_indented {
            warn("leading whitespace ignored");
        }
        if self.builder.model.menus[self.builder.current_entry]
            .prompt
            .is_some()
        {
            warn("prompt redefined");
        }
        let spot = self.spot();
        self.builder.add_prompt(kind, (text, condition), spot);
    }

    pub(super) fn menu_place(&self, menu: &Menu) -> Place {
        Place {
            file: Rc::clone(&self.lexer.files[menu.file]),
            line: menu.line,
        }
    }
}

fn declared_type(keyword: Keyword) -> SymbolType {
    match keyword {
        Keyword::Bool => SymbolType::Bool,
        Keyword::Tristate => SymbolType::Tristate,
        Keyword::Int => SymbolType::Int,
        Keyword::Hex => SymbolType::Hex,
        Keyword::String => SymbolType::String,
        _ => SymbolType::Unknown,
    }
}
