// SPDX-License-Identifier: Apache-2.0
//! The values of a model's symbols: what was asked for, and what follows.
//!
//! Values are calculated on demand and in the order in which the C tool does it:
//! that order decides recursive cases and the order of its warnings.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::arena::Arena;
use crate::dialect::{ChoiceRules, Simplifier};
use crate::expression::{Connective, ExprId};
use crate::model::{MenuId, Model, PropertyId, SymbolId};
use crate::value::{SymbolType, Tristate};

mod choice_members;
mod choice_mode;
mod default;
mod evaluate;
mod expression;
mod inspect;
mod range;
mod set;
mod visible;

/// A value given from outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) tristate: Tristate,
    pub(crate) text: Option<Rc<str>>,
    /// The member chosen, for a choice (before 6.11).
    pub(crate) chosen: Option<SymbolId>,
    /// Whether there is a value at all (`SYMBOL_DEF_USER`, `SYMBOL_DEF_AUTO`).
    pub(crate) is_set: bool,
}

/// Which of the two given values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration to be completed.
    User,
    /// `auto.conf` of the previous build.
    Auto,
}

/// How far the calculation of a value has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It must be calculated before it is read.
    Stale,
    /// Who reads it now has come round in a circle.
    UnderWay,
    Valid,
}

/// All there is to know of one symbol's value.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) value: Tristate,
    pub(crate) text: Rc<str>,
    /// The member in force, for a choice (before 6.11).
    pub(crate) chosen: Option<SymbolId>,
    pub(crate) visible: Tristate,
    pub(crate) direct: Tristate,
    pub(crate) reverse: Tristate,
    pub(crate) implied: Tristate,
    pub(crate) user: Given,
    pub(crate) auto: Given,
    pub(crate) progress: Progress,
    /// It is to be written to `.config`.
    pub(crate) write: bool,
    /// Members are to be settled before it is calculated (before 6.11).
    pub(crate) settle_members: bool,
}

/// The texts that many values share.
#[derive(Clone, Debug)]
struct Texts {
    tristates: [Rc<str>; 3],
    empty: Rc<str>,
    zero: Rc<str>,
    hex_zero: Rc<str>,
}

/// A configuration of a model.
#[derive(Clone, Debug)]
pub struct Configuration<'m> {
    pub(crate) model: &'m Model,
    pub(crate) slots: Arena<SymbolId, Slot>,
    /// The value of each property's condition when it was last looked at.
    conditions: Arena<PropertyId, Tristate>,
    /// The value of the symbol that enables modules.
    modules: Tristate,
    /// The values of expressions, each valid in one epoch.
    remembered: Vec<(u32, Tristate)>,
    epoch: u32,
    /// How often a value was read while it was under way.
    premature: usize,
    /// The members of each choice, the one given last first (since 6.11).
    pub(crate) priorities: FxHashMap<MenuId, Vec<SymbolId>>,
    /// The connectives around the expression being evaluated; empty between calls.
    connectives: Vec<(ExprId, Connective, ExprId)>,
    texts: Texts,
    messages: Vec<String>,
    warnings: usize,
    /// What the name of a symbol begins with in files; `CONFIG_` by default.
    pub prefix: Rc<str>,
    /// The configuration may differ from the file it was read from.
    pub changed: bool,
}

impl<'m> Configuration<'m> {
    /// Nothing is given and nothing calculated.
    pub fn new(model: &'m Model) -> Self {
        let texts = Texts::default();
        // What C's `printf()` makes of no text at all.
        let none: Rc<str> = Rc::from("(null)");
        let slots = Arena::parallel(&model.symbols, |_| Slot::blank(&none));
        let mut configuration = Self {
            model,
            slots,
            conditions: Arena::parallel(&model.properties, |_| Tristate::No),
            modules: Tristate::No,
            remembered: vec![(0, Tristate::No); model.expressions.len()],
            epoch: 1,
            premature: 0,
            priorities: priorities(model),
            connectives: Vec::new(),
            texts,
            messages: Vec::new(),
            warnings: 0,
            prefix: Rc::from("CONFIG_"),
            changed: true,
        };
        for (id, value) in [SymbolId::NO, SymbolId::MODULE, SymbolId::YES]
            .into_iter()
            .zip(Tristate::ALL)
        {
            let slot = &mut configuration.slots[id];
            slot.value = value;
            slot.text = configuration.texts.tristate(value);
            slot.progress = Progress::Valid;
        }
        configuration
    }

    pub fn model(&self) -> &'m Model {
        self.model
    }

    /// The value of a bool or tristate as last calculated, `n` of any other.
    pub fn tristate(&self, symbol: SymbolId) -> Tristate {
        self.slots[symbol].value
    }

    /// The value as text (`sym_get_string_value()`).
    pub fn string_value(&self, symbol: SymbolId) -> Rc<str> {
        if self.model.symbols[symbol].kind.is_logical() {
            self.texts.tristate(self.slots[symbol].value)
        } else {
            Rc::clone(&self.slots[symbol].text)
        }
    }

    /// Whether a value was given (`sym_has_value()`).
    pub fn has_user_value(&self, symbol: SymbolId) -> bool {
        self.slots[symbol].user.is_set
    }

    /// Whether it belongs into the written `.config`.
    pub fn is_written(&self, symbol: SymbolId) -> bool {
        self.slots[symbol].write
    }

    /// The highest value that a user can give.
    pub fn visibility(&self, symbol: SymbolId) -> Tristate {
        self.slots[symbol].visible
    }

    /// Whether a user can change it at all (`sym_is_changeable()`).
    pub fn is_changeable(&self, symbol: SymbolId) -> bool {
        let slot = &self.slots[symbol];
        let is_list = self.model.dialect.choice == ChoiceRules::Members
            && self.model.symbols[symbol].is_choice;
        !is_list && slot.visible > slot.reverse
    }

    /// The type in force: a tristate is a bool without modules (`sym_get_type()`).
    pub fn effective_type(&self, symbol: SymbolId) -> SymbolType {
        let declared = &self.model.symbols[symbol];
        let chosen_only =
            declared.member_of.is_some() && self.slots[symbol].visible == Tristate::Yes;
        if declared.kind == SymbolType::Tristate && (chosen_only || self.modules == Tristate::No) {
            return SymbolType::Bool;
        }
        declared.kind
    }

    /// Forgets every calculated value, not the given ones (`sym_clear_all_valid()`).
    pub fn invalidate(&mut self) {
        self.forget_values();
        self.forget_expressions();
        self.changed = true;
        self.calculate(self.model.modules);
    }

    pub(crate) fn forget_values(&mut self) {
        for symbol in self.model.table_order() {
            self.slots[*symbol].progress = Progress::Stale;
        }
    }

    /// Forgets the value of one symbol.
    pub(crate) fn forget_value(&mut self, symbol: SymbolId) {
        self.slots[symbol].progress = Progress::Stale;
        if self.model.dialect.simplifier == Simplifier::InPlace {
            self.forget_expressions();
        }
    }

    pub(crate) fn forget_expressions(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
    }

    /// What there was to warn of since the last call, each with its line breaks,
    /// for standard error.
    pub fn take_messages(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages)
    }

    /// How many warnings there were in all.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    fn warn(&mut self, text: String) {
        self.messages.push(text);
        self.warnings += 1;
    }

    pub(crate) fn given(&self, symbol: SymbolId, origin: Origin) -> &Given {
        match origin {
            Origin::User => &self.slots[symbol].user,
            Origin::Auto => &self.slots[symbol].auto,
        }
    }

    pub(crate) fn given_mut(&mut self, symbol: SymbolId, origin: Origin) -> &mut Given {
        match origin {
            Origin::User => &mut self.slots[symbol].user,
            Origin::Auto => &mut self.slots[symbol].auto,
        }
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            tristates: Tristate::ALL.map(|value| Rc::from(value.as_str())),
            empty: Rc::from(""),
            zero: Rc::from("0"),
            hex_zero: Rc::from("0x0"),
        }
    }
}

impl Texts {
    fn tristate(&self, value: Tristate) -> Rc<str> {
        Rc::clone(&self.tristates[value as usize])
    }
}

impl Slot {
    fn blank(text: &Rc<str>) -> Self {
        Self {
            value: Tristate::No,
            text: Rc::clone(text),
            chosen: None,
            visible: Tristate::No,
            direct: Tristate::No,
            reverse: Tristate::No,
            implied: Tristate::No,
            user: Given::default(),
            auto: Given::default(),
            progress: Progress::Stale,
            write: false,
            settle_members: false,
        }
    }
}

fn priorities(model: &Model) -> FxHashMap<MenuId, Vec<SymbolId>> {
    let choices = model
        .menus
        .iter()
        .filter(|(_, menu)| !menu.members.is_empty());
    choices
        .map(|(id, menu)| (id, menu.members.clone()))
        .collect()
}
