// SPDX-License-Identifier: Apache-2.0
//! Which menus a user sees (`menu_is_visible()` in scripts/kconfig/menu.c).

use super::Configuration;
use crate::dialect::ChoiceRules;
use crate::model::{MenuId, SymbolId};
use crate::value::Tristate;

impl Configuration<'_> {
    /// Whether the menu or something in it is shown.
    pub fn is_visible(&mut self, menu: MenuId) -> bool {
        let node = &self.model.menus[menu];
        let Some(prompt) = node.prompt else {
            return false;
        };
        if node.visibility.is_some() && self.truth(node.visibility) == Tristate::No {
            return false;
        }
        if let Some(symbol) = node.symbol {
            self.calculate(symbol);
        } else {
            let condition = self.truth(self.model.properties[prompt].condition);
            self.conditions[prompt] = condition;
        }
        if self.conditions[prompt] != Tristate::No {
            return true;
        }
        node.symbol
            .is_some_and(|symbol| self.has_visible_child(menu, symbol))
    }

    fn has_visible_child(&mut self, menu: MenuId, symbol: SymbolId) -> bool {
        if self.slots[symbol].value == Tristate::No {
            return false;
        }
        let model = self.model;
        let found = model.children(menu).any(|child| self.is_visible(child));
        // Before 6.11, a menu seen for its children counts as decided.
        if found && model.dialect.choice == ChoiceRules::Mode {
            self.slots[symbol].user.is_set = true;
        }
        found
    }
}
