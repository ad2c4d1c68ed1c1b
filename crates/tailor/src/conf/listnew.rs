// SPDX-License-Identifier: Apache-2.0
//! What is new: symbols without a value that the user may set. They are listed,
//! explained, or asked about.

use kconfig::{ChoiceRules, MenuId, PropertyKind, SymbolId, Tristate, dotconfig};

use super::console::Stop;
use super::conversation::Conversation;
use super::mode::Mode;

impl Conversation<'_, '_> {
    /// Searches for what is new until a search has nothing left to ask.
    pub(crate) fn ask_new(&mut self) -> Result<(), Stop> {
        loop {
            self.restarts = 0;
            self.find_new(MenuId::ROOT)?;
            if self.restarts == 0 {
                return self.relay();
            }
        }
    }

    /// Searches a menu entry and all below it (scripts/kconfig/conf.c: `check_conf()`).
    pub(super) fn find_new(&mut self, menu: MenuId) -> Result<(), Stop> {
        if !self.configuration.is_visible(menu) {
            return Ok(());
        }
        if let Some(symbol) = self.model().menu(menu).symbol
            && self.is_open(symbol)
        {
            match self.mode {
                Mode::ListNew => self.list(symbol)?,
                Mode::HelpNew => self.explain(menu)?,
                _ => self.restart_above(menu)?,
            }
        }
        self.model()
            .children(menu)
            .try_for_each(|child| self.find_new(child))
    }

    /// The user has not decided yet, and may.
    fn is_open(&mut self, symbol: SymbolId) -> bool {
        if self.configuration.has_user_value(symbol) {
            return false;
        }
        // Before 6.11, a choice whose mode is fixed at y still lets a member be picked.
        let has_mode = self.model().dialect().choice == ChoiceRules::Mode
            && self.model().symbol(symbol).is_choice;
        self.configuration.is_changeable(symbol)
            || (has_mode && self.configuration.tristate(symbol) == Tristate::Yes)
    }

    fn list(&mut self, symbol: SymbolId) -> Result<(), Stop> {
        if self.model().symbol(symbol).name.is_none() {
            return Ok(());
        }
        let line = dotconfig::written_line(self.configuration, symbol, true);
        self.say(&line)
    }

    fn explain(&mut self, menu: MenuId) -> Result<(), Stop> {
        self.say("-----\n")?;
        self.show_help(menu)?;
        self.say("-----\n")
    }

    /// Shows the whole menu around a new symbol, so that it is asked about in its place.
    fn restart_above(&mut self, menu: MenuId) -> Result<(), Stop> {
        if self.restarts == 0 {
            self.say("*\n* Restart config...\n*\n")?;
        }
        self.restarts += 1;
        self.root = self.enclosing_menu(menu);
        self.visit(self.root)
    }

    /// The nearest entry with the prompt of a menu, itself included
    /// (scripts/kconfig/menu.c: `menu_get_parent_menu()`).
    fn enclosing_menu(&self, menu: MenuId) -> MenuId {
        let model = self.model();
        let is_menu = |menu: MenuId| {
            let prompt = model.menu(menu).prompt;
            prompt.is_some_and(|prompt| model.property(prompt).kind == PropertyKind::Menu)
        };
        std::iter::successors(Some(menu), |menu| model.menu(*menu).parent)
            .find(|menu| *menu == MenuId::ROOT || is_menu(*menu))
            .unwrap_or(MenuId::ROOT)
    }
}
