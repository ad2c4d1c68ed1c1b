// SPDX-License-Identifier: Apache-2.0
//! A minimal configuration: what differs from the defaults (`conf_write_defconfig()`).

use super::written_line;
use crate::configuration::Configuration;
use crate::dialect::ChoiceRules;
use crate::model::{MenuId, SymbolId};
use crate::value::{SymbolType, Tristate};

/// The lines that `savedefconfig` writes.
pub fn write_minimal(configuration: &mut Configuration<'_>) -> String {
    configuration.invalidate();
    let model = configuration.model;
    let classic = model.dialect.choice == ChoiceRules::Mode;
    let mut out = String::new();
    for menu in model.descendants(MenuId::ROOT) {
        match model.menu(menu).symbol {
            // Looking at a menu settles the symbols in its conditions.
            None if classic => {
                configuration.is_visible(menu);
            }
            Some(symbol)
                if !model.symbol(symbol).is_choice && says_something(configuration, symbol) =>
            {
                out.push_str(&written_line(configuration, symbol, false));
            }
            _ => {}
        }
    }
    out
}

/// Whether it is to be written, can be changed, and isn't what it would be anyway.
fn says_something(configuration: &mut Configuration<'_>, symbol: SymbolId) -> bool {
    configuration.calculate(symbol);
    if !std::mem::take(&mut configuration.slots[symbol].write) {
        return false;
    }
    if !configuration.is_changeable(symbol) {
        return false;
    }
    let value = configuration.string_value(symbol);
    value != configuration.default_value(symbol) && !is_default_member(configuration, symbol)
}

fn is_default_member(configuration: &mut Configuration<'_>, symbol: SymbolId) -> bool {
    let model = configuration.model;
    if configuration.tristate(symbol) != Tristate::Yes {
        return false;
    }
    match model.dialect.choice {
        ChoiceRules::Mode => {
            let declared = model.symbol(symbol);
            let Some(choice) = declared.member_of else {
                return false;
            };
            let default = configuration.default_member(choice);
            !model.symbol(choice).is_optional
                && declared.kind == SymbolType::Bool
                && default == Some(symbol)
        }
        ChoiceRules::Members => {
            let Some(choice) = model.choice_of(symbol) else {
                return false;
            };
            configuration.default_of_choice(choice) == Some(symbol)
        }
    }
}
