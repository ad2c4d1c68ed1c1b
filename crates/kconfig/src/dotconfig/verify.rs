// SPDX-License-Identifier: Apache-2.0
//! Whether a configuration just read says what its file said (`conf_read()`).

use crate::configuration::Configuration;
use crate::dialect::ChoiceRules;
use crate::model::SymbolId;
use crate::value::{SymbolType, Tristate};

/// Calculates everything, notes in `changed` whether the file would be written
/// differently, and before 6.11 drops given values that can't be kept.
/// `warnings` is the number of warnings while reading.
pub fn verify(configuration: &mut Configuration<'_>, warnings: usize) {
    configuration.calculate(configuration.model.modules);
    let mut unsaved = 0;
    for symbol in configuration.model.table_order() {
        configuration.calculate(*symbol);
        unsaved += usize::from(differs(configuration, *symbol));
    }
    if configuration.model.dialect.choice == ChoiceRules::Mode {
        drop_unfit(configuration, &mut unsaved);
    }
    configuration.changed |= unsaved > 0 || warnings > 0;
}

fn differs(configuration: &Configuration<'_>, symbol: SymbolId) -> bool {
    let declared = &configuration.model.symbols[symbol];
    let slot = &configuration.slots[symbol];
    if declared.is_choice {
        return false;
    }
    match (slot.user.is_set, slot.write) {
        (true, true) if declared.kind.is_logical() => slot.user.tristate != slot.value,
        (true, true) => slot.user.text.as_deref() != Some(&slot.text),
        (set, written) => set != written,
    }
}

fn drop_unfit(configuration: &mut Configuration<'_>, unsaved: &mut usize) {
    for symbol in configuration.model.table_order() {
        let declared = &configuration.model.symbols[*symbol];
        if !configuration.has_user_value(*symbol) || declared.is_member() {
            continue;
        }
        if configuration.slots[*symbol].visible == Tristate::No && *unsaved == 0 {
            configuration.slots[*symbol].user.is_set = false;
        }
        if matches!(
            declared.kind,
            SymbolType::String | SymbolType::Int | SymbolType::Hex
        ) {
            let given = configuration.slots[*symbol]
                .user
                .text
                .clone()
                .unwrap_or_else(|| "".into());
            if !configuration.is_within_range(*symbol, &given) {
                configuration.forget_value(*symbol);
                configuration.slots[*symbol].user.is_set = false;
                *unsaved += 1;
            }
        }
    }
}
