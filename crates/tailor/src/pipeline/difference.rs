// SPDX-License-Identifier: Apache-2.0
//! What differs from the replaced configuration, by menu.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::admission::{Change, changes};
use super::explain::Explanations;

/// The changes of one menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The titles of the menus around the symbols, the outermost first.
    pub menu: Vec<String>,
    pub changes: Vec<Change>,
}

/// All changes from one text of a configuration to the other.
pub fn by_menu(explanations: &Explanations, from: &str, to: &str) -> Vec<Group> {
    let mut groups: BTreeMap<Vec<String>, BTreeSet<(String, String, String)>> = BTreeMap::new();
    for Change { symbol, from, to } in changes(&super::lines(from), &super::lines(to)) {
        let on = explanations.on.get(&symbol).map(|it| &it.menu);
        let menu = on.or_else(|| explanations.off.get(&symbol).map(|it| &it.menu));
        let others = || vec!["numbers and strings".to_owned()];
        let menu = menu.cloned().unwrap_or_else(others);
        groups.entry(menu).or_default().insert((symbol, from, to));
    }
    let change = |(symbol, from, to)| Change { symbol, from, to };
    let groups = groups.into_iter();
    let group = |(menu, changes): (Vec<String>, BTreeSet<_>)| Group {
        menu,
        changes: changes.into_iter().map(change).collect(),
    };
    groups.map(group).collect()
}
