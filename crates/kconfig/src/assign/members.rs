// SPDX-License-Identifier: Apache-2.0
//! Since 6.11: symbols in the order of the menu; a choice is an order of its members.

use super::Source;
use crate::configuration::Configuration;
use crate::model::{MenuId, SymbolId};
use crate::random::Random;
use crate::value::Tristate;

pub(super) fn assign(configuration: &mut Configuration<'_>, source: &mut Source<'_>) {
    let model = configuration.model();
    for menu in model.descendants(MenuId::ROOT) {
        let node = model.menu(menu);
        let Some(symbol) = node.symbol.filter(|_| node.prompt.is_some()) else {
            continue;
        };
        let declared = model.symbol(symbol);
        if configuration.has_user_value(symbol)
            || !declared.kind.is_logical()
            || declared.is_member()
        {
            continue;
        }
        if declared.is_choice {
            if let Source::Random(random, _) = source {
                shuffle(configuration, menu, random);
            }
        } else if let Some(value) = source.value(declared.kind) {
            configuration.give(symbol, value);
        }
    }
    configuration.invalidate();
}

/// Gives y to the open members in random order, the first drawn being preferred: which
/// of them is in force depends on what turns out to be visible
/// (scripts/kconfig/conf.c: `randomize_choice_values()`).
fn shuffle(configuration: &mut Configuration<'_>, choice: MenuId, random: &mut Random) {
    let model = configuration.model();
    let members: Vec<SymbolId> = model
        .descendants(choice)
        .filter_map(|menu| model.menu(menu).symbol)
        .collect();
    let is_open = |configuration: &Configuration<'_>, member: &SymbolId| {
        !configuration.has_user_value(*member)
    };
    let open = members
        .iter()
        .filter(|member| is_open(configuration, member))
        .count();
    for left in (1..=open).rev() {
        let drawn = random.below(u32::try_from(left).unwrap_or(u32::MAX)) as usize;
        let drawn = members
            .iter()
            .filter(|member| is_open(configuration, member))
            .nth(drawn);
        // A member that is declared twice was counted twice, and is gone at once.
        if let Some(member) = drawn {
            configuration.give(*member, Tristate::Yes);
            configuration.give_least_priority(choice, *member);
        }
    }
}
