// SPDX-License-Identifier: Apache-2.0
//! Before 6.11: symbols in the order of the symbol table, choices among them.

use super::Source;
use crate::configuration::{Configuration, Progress};
use crate::model::SymbolId;
use crate::value::Tristate;

/// One pass suffices, but for random values: a member that was picked may bring a
/// further choice to life.
pub(super) fn assign(configuration: &mut Configuration<'_>, source: &mut Source<'_>) {
    while pass(configuration, source) && matches!(source, Source::Random(..)) {}
}

/// Whether anything was given.
fn pass(configuration: &mut Configuration<'_>, source: &mut Source<'_>) -> bool {
    let order = configuration.model().table_order();
    let mut changed = false;
    for symbol in order {
        changed |= give_new(configuration, source, *symbol);
    }
    configuration.invalidate();
    if !matches!(source, Source::Random(..)) {
        mark_choices(configuration);
    }
    for symbol in order {
        let is_choice = configuration.model().symbol(*symbol).is_choice;
        if !is_choice || configuration.has_user_value(*symbol) {
            continue;
        }
        configuration.calculate(*symbol);
        changed |= if let Source::Random(random, _) = source {
            configuration.pick(*symbol, |count| random.below(count))
        } else {
            configuration.settle_members(*symbol);
            true
        };
    }
    changed
}

fn give_new(
    configuration: &mut Configuration<'_>,
    source: &mut Source<'_>,
    symbol: SymbolId,
) -> bool {
    let slot = &configuration.slots[symbol];
    let is_decided = slot.user.is_set || slot.progress == Progress::Valid;
    if is_decided || !configuration.effective_type(symbol).is_logical() {
        return false;
    }
    let declared = configuration.model().symbol(symbol);
    if let Some(value) = source.value(declared.kind) {
        let user = &mut configuration.slots[symbol].user;
        user.tristate = value;
        // A random choice is given a member later, and is only then set.
        user.is_set |= !(declared.is_choice && matches!(source, Source::Random(..)));
    }
    true
}

/// Members are to be looked at only once their choice is settled.
fn mark_choices(configuration: &mut Configuration<'_>) {
    let model = configuration.model();
    for symbol in model.table_order() {
        let declared = model.symbol(*symbol);
        let is_open = declared.is_choice && !configuration.has_user_value(*symbol);
        if is_open || declared.is_member() {
            configuration.slots[*symbol].settle_members = true;
        }
    }
}

impl Configuration<'_> {
    /// Picks a member of a choice whose mode is y; whether there was one to pick
    /// (scripts/kconfig/conf.c: `randomize_choice_values()`).
    fn pick(&mut self, choice: SymbolId, draw: impl FnOnce(u32) -> u32) -> bool {
        let members = &self.model.symbols[choice].members;
        let count = u32::try_from(members.len()).unwrap_or(u32::MAX);
        if self.tristate(choice) != Tristate::Yes || count == 0 {
            return false;
        }
        let picked = draw(count);
        for (member, number) in members.iter().zip(0..) {
            self.give(*member, Tristate::from(number == picked));
            self.forget_value(*member);
            if number == picked {
                self.slots[choice].user.chosen = Some(*member);
            }
        }
        self.slots[choice].user.is_set = true;
        self.forget_value(choice);
        true
    }
}
