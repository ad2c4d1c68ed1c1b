// SPDX-License-Identifier: Apache-2.0
//! The question of a choice: its visible members in a numbered list, one to be picked.

use kconfig::{ChoiceRules, MenuId, SymbolId, Tristate};

use super::console::Stop;
use super::conversation::{Conversation, Line};
use super::environment::is_space;
use super::mode::Mode;

/// The list of members as it was shown.
struct List {
    /// Visible members by number, the first being 1.
    members: Vec<(MenuId, SymbolId)>,
    /// The number of the present member; zero when there is none.
    present: usize,
    /// A member has no value yet.
    has_new: bool,
}

/// What the user says to the list.
#[derive(Debug, PartialEq, Eq)]
enum Pick {
    /// Whatever is picked already.
    Present,
    Number(usize),
    /// Explain the choice.
    Help,
    /// Explain a member: the number with a question mark behind.
    HelpOn(usize),
    Unknown,
}

impl Conversation<'_, '_> {
    /// Asks for a choice; whether its entries are to be asked about one by one
    /// (scripts/kconfig/conf.c: `conf_choice()`).
    pub(super) fn ask_choice(&mut self, menu: MenuId, choice: SymbolId) -> Result<bool, Stop> {
        match self.model().dialect().choice {
            ChoiceRules::Members => {
                self.ask_member(menu, false)?;
                Ok(false)
            }
            ChoiceRules::Mode => self.ask_mode(menu, choice),
        }
    }

    /// The mode first: n ends it, m leaves each member to itself, y is for one member.
    fn ask_mode(&mut self, menu: MenuId, choice: SymbolId) -> Result<bool, Stop> {
        let is_new = !self.configuration.has_user_value(choice);
        let may_change = self.configuration.is_changeable(choice);
        if may_change {
            self.ask_tristate(menu, choice)?;
            self.configuration.calculate(choice);
        }
        match self.configuration.tristate(choice) {
            Tristate::No => {}
            Tristate::Module if may_change => {}
            Tristate::Module => self.show_choice(menu)?,
            Tristate::Yes => self.ask_member(menu, is_new)?,
        }
        Ok(self.configuration.tristate(choice) == Tristate::Module)
    }

    fn show_choice(&mut self, menu: MenuId) -> Result<(), Stop> {
        let line = format!("{}{}\n", self.margin(), self.prompt(menu));
        self.say(&line)
    }

    fn ask_member(&mut self, menu: MenuId, is_new: bool) -> Result<(), Stop> {
        let mut is_new = is_new;
        loop {
            self.show_choice(menu)?;
            let list = self.show_members(menu)?;
            is_new |= list.has_new && self.model().dialect().choice == ChoiceRules::Members;
            let (pick, written) = self.ask_pick(&list, is_new)?;
            let member = |number: usize| list.members.get(number.wrapping_sub(1)).copied();
            match pick {
                Pick::Help => self.show_help(menu)?,
                Pick::HelpOn(number) => {
                    if let Some((place, _)) = member(number) {
                        self.show_help(place)?;
                    }
                }
                Pick::Unknown => {}
                Pick::Present | Pick::Number(_) => {
                    let number = if let Pick::Number(number) = pick {
                        number
                    } else {
                        list.present
                    };
                    if let Some((place, symbol)) = member(number) {
                        return self.pick(menu, place, symbol);
                    }
                }
            }
            if !written {
                return self.give_up(self.prompt(menu));
            }
        }
    }

    fn show_members(&mut self, menu: MenuId) -> Result<List, Stop> {
        let chosen = self.configuration.chosen_member(menu);
        let mut list = List {
            members: Vec::new(),
            present: 0,
            has_new: false,
        };
        for child in self.model().children(menu) {
            if !self.configuration.is_visible(child) {
                continue;
            }
            let (margin, prompt) = (self.margin(), self.prompt(child));
            let Some(symbol) = self.model().menu(child).symbol else {
                self.say(&format!("{margin}* {prompt}\n"))?;
                continue;
            };
            list.members.push((child, symbol));
            let number = list.members.len();
            let mark = if Some(symbol) == chosen {
                list.present = number;
                '>'
            } else {
                ' '
            };
            let name = self.model().symbol(symbol).name.as_deref();
            let name = name.map_or(String::new(), |name| format!(" ({name})"));
            let is_new = !self.configuration.has_user_value(symbol);
            list.has_new |= is_new;
            let new = if is_new { " (NEW)" } else { "" };
            self.say(&format!("{margin}{mark} {number}. {prompt}{name}{new}\n"))?;
        }
        Ok(list)
    }

    /// The pick, and whether asking again could change it.
    fn ask_pick(&mut self, list: &List, is_new: bool) -> Result<(Pick, bool), Stop> {
        let margin = self.margin();
        let count = list.members.len();
        if count == 1 {
            self.say(&format!("{margin}choice[1]: 1\n"))?;
            return Ok((Pick::Number(1), false));
        }
        self.say(&format!("{margin}choice[1-{count}?]: "))?;
        if self.mode != Mode::OldAsk && !is_new {
            self.say(&format!("{}\n", list.present))?;
            return Ok((Pick::Present, false));
        }
        let Line { text, written } = self.ask_line("")?;
        Ok((Pick::parse(text.trim_matches(is_space)), written))
    }

    fn pick(&mut self, choice: MenuId, place: MenuId, symbol: SymbolId) -> Result<(), Stop> {
        match self.model().dialect().choice {
            ChoiceRules::Members => {
                self.configuration.choose(choice, symbol);
                Ok(())
            }
            ChoiceRules::Mode => {
                self.configuration.set_tristate(symbol, Tristate::Yes);
                self.visit_deeper(place)
            }
        }
    }
}

impl Pick {
    fn parse(text: &str) -> Self {
        let digits = text
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(text.len());
        let number = (digits > 0).then(|| number(&text[..digits]));
        match (text, number) {
            ("", _) => Self::Present,
            (text, _) if text.starts_with('?') => Self::Help,
            (text, Some(number)) if text.ends_with('?') => Self::HelpOn(number),
            (_, Some(number)) => Self::Number(number),
            (_, None) => Self::Unknown,
        }
    }
}

/// The number as C's `atoi()` reads it: cut to 32 bits, and what is negative then names
/// no member.
fn number(digits: &str) -> usize {
    let wide = digits.parse::<i64>().unwrap_or(i64::MAX);
    i32::try_from(wide & 0xffff_ffff)
        .ok()
        .and_then(|low| usize::try_from(low).ok())
        .unwrap_or(0)
}
