// SPDX-License-Identifier: Apache-2.0
//! The value of a symbol (`sym_calc_value()` in scripts/kconfig/symbol.c).

use std::rc::Rc;

use super::{Configuration, Progress};
use crate::dialect::ChoiceRules;
use crate::expression::print;
use crate::model::{PropertyKind, SymbolId};
use crate::value::{SymbolType, Tristate};

impl Configuration<'_> {
    /// Brings the value of `symbol` up to date, and with it all it depends on.
    pub fn calculate(&mut self, symbol: SymbolId) {
        if self.slots[symbol].progress != Progress::Stale {
            return;
        }
        self.settle_choice_before(symbol);
        self.slots[symbol].progress = Progress::Valid;
        let kind = self.model.symbols[symbol].kind;
        if kind == SymbolType::Unknown {
            self.take_name_as_value(symbol);
            return;
        }
        self.slots[symbol].progress = Progress::UnderWay;
        self.slots[symbol].write = false;
        self.calculate_visibility(symbol);
        self.slots[symbol].write |= self.slots[symbol].visible != Tristate::No;
        // In case the calculation comes back to this symbol.
        self.slots[symbol].value = Tristate::No;
        self.slots[symbol].chosen = None;
        if kind.is_logical() {
            self.slots[symbol].value = self.logical_value(symbol);
            self.settle_chosen(symbol);
        } else {
            self.slots[symbol].text = self.zero(kind);
            self.slots[symbol].text = self.text_value(symbol);
            self.clamp_to_range(symbol);
        }
        if self.slots[symbol].progress == Progress::UnderWay {
            self.slots[symbol].progress = Progress::Valid;
        }
        self.conclude(symbol);
    }

    fn take_name_as_value(&mut self, symbol: SymbolId) {
        let name = self.model.symbols[symbol].name.clone();
        self.slots[symbol].text = name.unwrap_or_else(|| Rc::from(""));
        self.slots[symbol].value = Tristate::No;
    }

    fn conclude(&mut self, symbol: SymbolId) {
        if symbol == self.model.modules {
            self.modules = self.slots[symbol].value;
        }
        let declared = &self.model.symbols[symbol];
        if declared.is_choice {
            self.write_members(symbol);
        }
        if declared.is_choice || declared.is_transitional {
            self.slots[symbol].write = false;
        }
        self.settle_choice_after(symbol);
    }

    /// The value of a number or string that nothing gives one.
    pub(super) fn zero(&self, kind: SymbolType) -> Rc<str> {
        let texts = &self.texts;
        Rc::clone(match kind {
            SymbolType::Int if self.model.dialect.numbers_default_to_zero => &texts.zero,
            SymbolType::Hex if self.model.dialect.numbers_default_to_zero => &texts.hex_zero,
            _ => &texts.empty,
        })
    }

    fn logical_value(&mut self, symbol: SymbolId) -> Tristate {
        let value = match self.member_value(symbol) {
            Some(value) => value,
            None => self.independent_value(symbol),
        };
        if value == Tristate::Module && self.effective_type(symbol) == SymbolType::Bool {
            return Tristate::Yes;
        }
        value
    }

    /// The value that its choice gives a member, `None` for any other symbol.
    fn member_value(&mut self, symbol: SymbolId) -> Option<Tristate> {
        match self.model.dialect.choice {
            ChoiceRules::Mode => self.member_value_by_mode(symbol),
            ChoiceRules::Members => {
                let choice = self.model.choice_of(symbol)?;
                self.calculate_choice(choice);
                Some(self.slots[symbol].value)
            }
        }
    }

    /// What the user gave within visibility, or the default and what is implied;
    /// never less than what is selected.
    fn independent_value(&mut self, symbol: SymbolId) -> Tristate {
        let slot = &self.slots[symbol];
        let value = if slot.visible != Tristate::No && slot.user.is_set {
            slot.user.tristate.min(slot.visible)
        } else {
            self.slots[symbol].write |= self.slots[symbol].reverse != Tristate::No;
            self.unasked_value(symbol)
        };
        if self.slots[symbol].direct < self.slots[symbol].reverse {
            self.warn_unmet(symbol);
        }
        value.max(self.slots[symbol].reverse)
    }

    fn unasked_value(&mut self, symbol: SymbolId) -> Tristate {
        if self.model.symbols[symbol].is_choice {
            return Tristate::No;
        }
        let mut value = Tristate::No;
        if let Some((default, condition)) = self.applicable(symbol, PropertyKind::Default) {
            value = self.truth(default.expr).min(condition);
            self.slots[symbol].write |= value != Tristate::No;
        }
        if self.slots[symbol].implied != Tristate::No {
            let slot = &mut self.slots[symbol];
            slot.write = true;
            value = value.max(slot.implied).min(slot.direct);
        }
        value
    }

    fn text_value(&mut self, symbol: SymbolId) -> Rc<str> {
        let slot = &self.slots[symbol];
        if slot.visible != Tristate::No && slot.user.is_set {
            return slot.user.text.clone().unwrap_or_else(|| Rc::from(""));
        }
        let Some((default, _)) = self.applicable(symbol, PropertyKind::Default) else {
            return Rc::clone(&self.slots[symbol].text);
        };
        let Some(source) = self.model.property_symbol(default) else {
            return Rc::clone(&self.slots[symbol].text);
        };
        self.slots[symbol].write = true;
        self.calculate(source);
        self.raw_text(source)
    }

    /// What `curr.val` holds: for a bool or tristate, the constant it was last set to.
    pub(super) fn raw_text(&self, symbol: SymbolId) -> Rc<str> {
        if self.model.symbols[symbol].kind.is_logical() && symbol > SymbolId::YES {
            return self.texts.tristate(Tristate::No);
        }
        Rc::clone(&self.slots[symbol].text)
    }

    /// What the prompts and the dependencies allow (`sym_calc_visibility()`).
    pub(crate) fn calculate_visibility(&mut self, symbol: SymbolId) {
        let declared = &self.model.symbols[symbol];
        if declared.is_transitional {
            self.slots[symbol].visible = Tristate::Yes;
            return;
        }
        let mut visible = Tristate::No;
        for id in &declared.prompts {
            let condition = self.truth(self.model.properties[*id].condition);
            let condition = self.member_visibility(symbol, condition);
            self.conditions[*id] = condition;
            visible = visible.max(condition);
        }
        let may_be_module = declared.kind == SymbolType::Tristate && self.modules != Tristate::No;
        if visible == Tristate::Module && !may_be_module {
            visible = Tristate::Yes;
        }
        self.slots[symbol].visible = visible;
        if declared.is_member() {
            return;
        }
        self.slots[symbol].direct = self.promoted(symbol, declared.direct, Tristate::Yes);
        self.slots[symbol].reverse = self.promoted(symbol, declared.reverse, Tristate::No);
        self.slots[symbol].implied = self.promoted(symbol, declared.implied, Tristate::No);
    }

    /// The value of a dependency, where a bool takes m for y.
    fn promoted(
        &mut self,
        symbol: SymbolId,
        dependency: Option<crate::expression::ExprId>,
        absent: Tristate,
    ) -> Tristate {
        if dependency.is_none() {
            return absent;
        }
        match self.truth(dependency) {
            Tristate::Module if self.effective_type(symbol) == SymbolType::Bool => Tristate::Yes,
            value => value,
        }
    }

    /// A select overrides dependencies, which deserves a word (`sym_warn_unmet_dep()`).
    fn warn_unmet(&mut self, symbol: SymbolId) {
        let declared = &self.model.symbols[symbol];
        let depends = if self.slots[symbol].direct == Tristate::Module {
            'm'
        } else {
            'n'
        };
        let condition = print::with_values(self, declared.direct);
        let mut text = format!(
            "\nWARNING: unmet direct dependencies detected for {}\n  Depends on [{depends}]: {condition}\n",
            declared.display_name()
        );
        for value in [Tristate::Yes, Tristate::Module] {
            let title = format!("  Selected by [{value}]:\n");
            text.push_str(&print::alternatives(self, declared.reverse, value, &title));
        }
        self.warn(text);
    }
}
