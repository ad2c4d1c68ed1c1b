// SPDX-License-Identifier: Apache-2.0
//! Values for the symbols that have none: the `all*config`, `randconfig` and
//! `mod2*config` modes (scripts/kconfig/conf.c: `conf_set_all_new_symbols()`,
//! `conf_rewrite_tristates()`).
//!
//! What is given already stays. The order of the walk decides which random number goes
//! to which symbol, so each dialect walks as its tool does.

mod members;
mod mode;
mod probability;

pub use probability::Probability;

use crate::configuration::Configuration;
use crate::dialect::ChoiceRules;
use crate::model::SymbolId;
use crate::random::Random;
use crate::value::{SymbolType, Tristate};

/// Gives `value` to every bool and tristate without one.
pub fn set_new(configuration: &mut Configuration<'_>, value: Tristate) {
    assign(configuration, &mut Source::Value(value));
}

/// Leaves every symbol without a value to its default.
pub fn keep_defaults(configuration: &mut Configuration<'_>) {
    assign(configuration, &mut Source::Defaults);
}

/// Gives a random value to every bool and tristate without one, and picks a random
/// member of every choice.
pub fn set_random(
    configuration: &mut Configuration<'_>,
    random: &mut Random,
    probability: &Probability,
) {
    assign(configuration, &mut Source::Random(random, probability));
}

/// Changes every tristate that was given `old` into `new`.
pub fn rewrite(configuration: &mut Configuration<'_>, old: Tristate, new: Tristate) {
    for symbol in configuration.model().table_order() {
        if configuration.effective_type(*symbol) == SymbolType::Tristate {
            let user = &mut configuration.slots[*symbol].user;
            if user.tristate == old {
                user.tristate = new;
            }
        }
    }
    configuration.invalidate();
}

/// Where new values come from.
enum Source<'a> {
    Value(Tristate),
    Defaults,
    Random(&'a mut Random, &'a Probability),
}

impl Source<'_> {
    /// The next value, for a symbol declared as `kind`; `None` leaves it unset.
    fn value(&mut self, kind: SymbolType) -> Option<Tristate> {
        match self {
            Source::Value(value) => Some(*value),
            Source::Defaults => None,
            Source::Random(random, probability) => Some(probability.value(kind, random.below(100))),
        }
    }
}

fn assign(configuration: &mut Configuration<'_>, source: &mut Source<'_>) {
    match configuration.model().dialect().choice {
        ChoiceRules::Mode => mode::assign(configuration, source),
        ChoiceRules::Members => members::assign(configuration, source),
    }
}

impl Configuration<'_> {
    /// Gives a user's value without looking at what it entails.
    fn give(&mut self, symbol: SymbolId, value: Tristate) {
        let user = &mut self.slots[symbol].user;
        user.tristate = value;
        user.is_set = true;
    }
}
