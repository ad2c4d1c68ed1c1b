// SPDX-License-Identifier: Apache-2.0
//! Choices since 6.11: exactly one visible member is y; the member that was asked
//! for last wins.

use super::{Configuration, Progress};
use crate::model::{MenuId, SymbolId};
use crate::value::Tristate;

impl Configuration<'_> {
    /// Settles all visible members and gives the chosen one (`sym_calc_choice()`).
    pub fn calculate_choice(&mut self, choice: MenuId) -> Option<SymbolId> {
        let chosen = self.chosen(choice);
        for member in self.sub_entries(choice) {
            let slot = &mut self.slots[member];
            if slot.visible != Tristate::No {
                slot.value = Tristate::from(chosen == Some(member));
                slot.progress = Progress::Valid;
                slot.write = true;
            }
        }
        chosen
    }

    fn chosen(&mut self, choice: MenuId) -> Option<SymbolId> {
        self.asked_for(choice)
            .or_else(|| self.default_unless_refused(choice))
            .or_else(|| self.first_undecided(choice))
            .or_else(|| self.least_refused(choice))
    }

    /// The visible member most recently given y. Visibilities are calculated on
    /// the way, up to that member.
    fn asked_for(&mut self, choice: MenuId) -> Option<SymbolId> {
        for member in self.priority(choice) {
            self.calculate_visibility(member);
            let slot = &self.slots[member];
            let asked = slot.user.is_set && slot.user.tristate == Tristate::Yes;
            if slot.visible != Tristate::No && asked {
                return Some(member);
            }
        }
        None
    }

    fn default_unless_refused(&mut self, choice: MenuId) -> Option<SymbolId> {
        let default = self.default_of_choice(choice)?;
        let user = &self.slots[default].user;
        let refused = user.is_set && user.tristate == Tristate::No;
        (!refused).then_some(default)
    }

    /// The first visible default, or else the first visible member (`sym_choice_default()`).
    pub(crate) fn default_of_choice(&mut self, choice: MenuId) -> Option<SymbolId> {
        let symbol = self.model.menus[choice].symbol?;
        self.declared_default(symbol).or_else(|| {
            let members = self.sub_entries(choice);
            members
                .into_iter()
                .find(|member| self.slots[*member].visible != Tristate::No)
        })
    }

    fn first_undecided(&self, choice: MenuId) -> Option<SymbolId> {
        self.sub_entries(choice).into_iter().find(|member| {
            let slot = &self.slots[*member];
            slot.visible != Tristate::No && !slot.user.is_set
        })
    }

    /// All are refused: the one refused first is the least unwanted.
    fn least_refused(&self, choice: MenuId) -> Option<SymbolId> {
        let refused = self.priority(choice).into_iter().rev();
        refused
            .into_iter()
            .find(|member| self.slots[*member].visible != Tristate::No)
    }

    /// The members, the one given last first.
    pub(crate) fn priority(&self, choice: MenuId) -> Vec<SymbolId> {
        self.priorities.get(&choice).cloned().unwrap_or_default()
    }

    /// The symbols at the places below the choice, in the order of the menu.
    pub(crate) fn sub_entries(&self, choice: MenuId) -> Vec<SymbolId> {
        let below = self.model.descendants(choice);
        below
            .filter_map(|menu| self.model.menus[menu].symbol)
            .collect()
    }

    /// `member` becomes the one given last (`list_move()`).
    pub(crate) fn give_priority(&mut self, choice: MenuId, member: SymbolId) {
        if let Some(order) = self.priorities.get_mut(&choice) {
            order.retain(|other| *other != member);
            order.insert(0, member);
        }
    }

    /// `member` becomes the one given first (`list_move_tail()`).
    pub(crate) fn give_least_priority(&mut self, choice: MenuId, member: SymbolId) {
        if let Some(order) = self.priorities.get_mut(&choice) {
            order.retain(|other| *other != member);
            order.push(member);
        }
    }

    /// The user decides for `chosen` and against all other visible members
    /// (`choice_set_value()`).
    pub fn choose(&mut self, choice: MenuId, chosen: SymbolId) {
        let mut changed = false;
        for member in self.sub_entries(choice) {
            if self.slots[member].visible == Tristate::No {
                continue;
            }
            let value = Tristate::from(member == chosen);
            let slot = &mut self.slots[member];
            changed |= slot.value != value;
            slot.user.tristate = value;
            slot.user.is_set = true;
            self.give_priority(choice, member);
        }
        if changed {
            self.invalidate();
        }
    }
}
