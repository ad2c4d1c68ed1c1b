// SPDX-License-Identifier: Apache-2.0
//! The questions of `--oldaskconfig`, `--oldconfig` and `--syncconfig`: a walk over the
//! menus that shows each visible entry and asks for what the user has to decide.
//!
//! The walk itself is here, with the two kinds of question a symbol can be; choices are
//! in [`super::choice`], what is new is found by [`super::listnew`].

use kconfig::expression::equality::Equality;
use kconfig::{Configuration, MenuId, Model, PropertyKind, SymbolId, SymbolType, Tristate};

use super::console::{Console, Stop};
use super::environment::is_space;
use super::help;
use super::mode::Mode;

/// How much deeper a nested entry is printed.
const STEP: usize = 2;

/// A walk under way.
pub(crate) struct Conversation<'a, 'm> {
    pub(super) configuration: &'a mut Configuration<'m>,
    pub(super) console: &'a mut Console,
    pub(super) mode: Mode,
    /// Spaces before each line.
    pub(super) indent: usize,
    /// The menu the walk began at; other menus are only searched for what is new.
    pub(super) root: MenuId,
    /// How often the present search had to ask.
    pub(super) restarts: usize,
    equality: Equality<'m>,
}

/// An answer as it was given.
pub(super) struct Line {
    pub(super) text: String,
    /// Somebody wrote it; otherwise the input has ended.
    pub(super) written: bool,
}

impl<'a, 'm> Conversation<'a, 'm> {
    pub(crate) fn new(
        configuration: &'a mut Configuration<'m>,
        console: &'a mut Console,
        mode: Mode,
    ) -> Self {
        let equality = Equality::new(configuration.model());
        Self {
            configuration,
            console,
            mode,
            indent: 0,
            root: MenuId::ROOT,
            restarts: 0,
            equality,
        }
    }

    /// Asks about every visible symbol.
    pub(crate) fn ask_everything(&mut self) -> Result<(), Stop> {
        self.visit(MenuId::ROOT)?;
        self.mode = Mode::Old;
        Ok(())
    }

    pub(super) fn model(&self) -> &'m Model {
        self.configuration.model()
    }

    pub(super) fn say(&mut self, text: &str) -> Result<(), Stop> {
        self.relay()?;
        self.console.say(text)
    }

    /// Passes on what evaluation had to say.
    pub(super) fn relay(&mut self) -> Result<(), Stop> {
        self.console.relay(self.configuration)
    }

    pub(super) fn margin(&self) -> String {
        " ".repeat(self.indent)
    }

    pub(super) fn prompt(&self, menu: MenuId) -> &'m str {
        self.model().prompt(menu).map_or("(null)", |text| text)
    }

    /// Shows a menu entry and all below it (scripts/kconfig/conf.c: `conf()`).
    pub(super) fn visit(&mut self, menu: MenuId) -> Result<(), Stop> {
        if !self.configuration.is_visible(menu) {
            return Ok(());
        }
        let node = self.model().menu(menu);
        match node.prompt.map(|prompt| self.model().property(prompt).kind) {
            Some(PropertyKind::Menu) if self.mode != Mode::OldAsk && self.root != menu => {
                return self.find_new(menu);
            }
            Some(PropertyKind::Menu | PropertyKind::Comment) => self.show_heading(menu)?,
            _ => {}
        }
        let Some(symbol) = node.symbol else {
            return self.visit_children(menu);
        };
        if self.ask_about(menu, symbol)? {
            self.visit_deeper(menu)?;
        }
        Ok(())
    }

    pub(super) fn visit_children(&mut self, menu: MenuId) -> Result<(), Stop> {
        self.model()
            .children(menu)
            .try_for_each(|child| self.visit(child))
    }

    /// The entries below `menu`, one step to the right.
    pub(super) fn visit_deeper(&mut self, menu: MenuId) -> Result<(), Stop> {
        self.indent += STEP;
        self.visit_children(menu)?;
        self.indent -= STEP;
        Ok(())
    }

    fn show_heading(&mut self, menu: MenuId) -> Result<(), Stop> {
        let margin = self.margin();
        let prompt = self.prompt(menu);
        self.say(&format!("{margin}*\n{margin}* {prompt}\n{margin}*\n"))
    }

    /// Whether the entries below are to be shown too.
    fn ask_about(&mut self, menu: MenuId, symbol: SymbolId) -> Result<bool, Stop> {
        let declared = self.model().symbol(symbol);
        if declared.is_choice {
            return self.ask_choice(menu, symbol);
        }
        match declared.kind {
            SymbolType::Int | SymbolType::Hex | SymbolType::String => {
                self.ask_text(menu, symbol)?;
            }
            _ => self.ask_tristate(menu, symbol)?,
        }
        Ok(true)
    }

    /// Asks for a number or a string (`conf_string()`).
    fn ask_text(&mut self, menu: MenuId, symbol: SymbolId) -> Result<(), Stop> {
        loop {
            let name = self.name(symbol);
            let value = self.configuration.string_value(symbol);
            let (margin, prompt) = (self.margin(), self.prompt(menu));
            self.say(&format!("{margin}{prompt} ({name}) [{value}] "))?;
            let Some(Line { text, written }) = self.ask_value(symbol)? else {
                return Ok(());
            };
            let answer = match text.as_str() {
                "\n" => Some(value.to_string()),
                "?\n" => {
                    self.show_help(menu)?;
                    None
                }
                line => Some(without_last_byte(line)),
            };
            if answer.is_some_and(|answer| self.configuration.set_string(symbol, &answer)) {
                return Ok(());
            }
            let stops = self.model().dialect().stops_at_end_of_input && self.console.has_ended();
            if stops || !written {
                return self.give_up(name);
            }
        }
    }

    /// Asks for n, m or y; the mode of a choice is asked for in the same way (`conf_sym()`).
    pub(super) fn ask_tristate(&mut self, menu: MenuId, symbol: SymbolId) -> Result<(), Stop> {
        loop {
            let value = self.show_tristate_question(menu, symbol)?;
            let Some(Line { text, written }) = self.ask_value(symbol)? else {
                return Ok(());
            };
            match Answer::parse(text.trim_matches(is_space)) {
                Answer::Value(given) => {
                    if self
                        .configuration
                        .set_tristate(symbol, given.unwrap_or(value))
                    {
                        return Ok(());
                    }
                    self.show_help(menu)?;
                }
                Answer::Help => self.show_help(menu)?,
                Answer::Unknown => {}
            }
            if !written {
                return self.give_up(self.name(symbol));
            }
        }
    }

    /// Prints the value and those it may be changed to; gives the value.
    fn show_tristate_question(&mut self, menu: MenuId, symbol: SymbolId) -> Result<Tristate, Stop> {
        let value = self.configuration.tristate(symbol);
        let mut question = format!("{}{} ", self.margin(), self.prompt(menu));
        if let Some(name) = &self.model().symbol(symbol).name {
            question.push_str(&format!("({name}) "));
        }
        question.push('[');
        question.push_str(&value.as_str().to_ascii_uppercase());
        for other in Tristate::ALL {
            if other != value && self.configuration.tristate_within_range(symbol, other) {
                question.push('/');
                question.push_str(other.as_str());
            }
        }
        question.push_str("/?] ");
        self.say(&question)?;
        Ok(value)
    }

    /// Waits for a line, unless the value is fixed or known and is only shown
    /// (`conf_askvalue()`).
    fn ask_value(&mut self, symbol: SymbolId) -> Result<Option<Line>, Stop> {
        let known = self.configuration.has_user_value(symbol);
        if !known {
            self.say("(NEW) ")?;
        }
        let asks_again = self.mode == Mode::OldAsk;
        if !self.configuration.is_changeable(symbol) || (known && !asks_again) {
            let value = self.configuration.string_value(symbol);
            self.say(&format!("{value}\n"))?;
            return Ok(None);
        }
        self.ask_line("\n").map(Some)
    }

    /// Waits for a line; at the end of the input there is only `unanswered`.
    pub(super) fn ask_line(&mut self, unanswered: &str) -> Result<Line, Stop> {
        self.relay()?;
        let line = self.console.ask()?;
        let written = line.is_some();
        let text = line.unwrap_or_else(|| unanswered.to_owned());
        self.console.echo(&text)?;
        Ok(Line { text, written })
    }

    /// Ends the run: nobody answers, and the question can't be passed over. The C tool
    /// of older kernels asks forever.
    pub(super) fn give_up<T>(&mut self, what: &str) -> Result<T, Stop> {
        self.relay()?;
        self.console.complain(&format!(
            "\nerror: no value for new symbol '{what}' at end of input\n"
        ))?;
        Err(Stop::Failed)
    }

    pub(super) fn show_help(&mut self, menu: MenuId) -> Result<(), Stop> {
        let text = help::page(self.configuration, &mut self.equality, menu);
        self.say(&format!("\n{text}\n"))
    }

    fn name(&self, symbol: SymbolId) -> &'m str {
        self.model().symbol(symbol).display_name()
    }
}

/// An answer to a question for n, m or y, white space around it removed.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// A value; `None` leaves it as it is.
    Value(Option<Tristate>),
    Help,
    Unknown,
}

impl Answer {
    fn parse(text: &str) -> Self {
        match text {
            "" => Self::Value(None),
            "n" | "N" | "no" | "No" => Self::Value(Some(Tristate::No)),
            "m" | "M" => Self::Value(Some(Tristate::Module)),
            "y" | "Y" | "yes" | "Yes" => Self::Value(Some(Tristate::Yes)),
            help if help.starts_with('?') => Self::Help,
            _ => Self::Unknown,
        }
    }
}

/// A line without its end. The C tool takes the last byte, even of an unfinished line.
fn without_last_byte(line: &str) -> String {
    let bytes = kconfig::text::encode(line);
    kconfig::text::decode(bytes.split_last().map_or(&[], |(_, rest)| rest))
}
