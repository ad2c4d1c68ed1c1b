// SPDX-License-Identifier: Apache-2.0
//! Why every symbol of a result is as it is: recorded once, so that it can be asked later
//! without the kernel tree.

use std::collections::BTreeMap;

use kconfig::{Configuration, MenuId, Model, SymbolId, Tristate};
use serde::{Deserialize, Serialize};

use super::require::Dropped;
use super::{Compiled, Replaced};
use crate::floor::Rules;
use crate::kernel::Kernel;
use crate::minimise::{Task, Units};
use crate::report::ReasonKind;
use crate::requirement::{Demand, Requirement, Requirements};

mod absence;
mod cause;
mod chain;
mod direct;
mod truth;

pub use absence::{Absence, Off};
pub(super) use truth::Truth;

/// The reason for every symbol (`explain.json`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanations {
    pub requirements: Requirements,
    /// Demands that no kernel without modules can meet.
    pub needs_modules: Vec<Demand>,
    /// Demands that name what the tree doesn't have.
    pub unknown: Vec<Demand>,
    /// Recommendations for which the requirements leave no room.
    pub refused: Vec<Demand>,
    /// Every bool and tristate that is y or m.
    pub on: BTreeMap<String, On>,
    /// Every bool and tristate that is n and was not.
    pub off: BTreeMap<String, Off>,
}

/// A symbol that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct On {
    /// `y` or `m`.
    pub value: String,
    /// The value in the replaced configuration.
    pub was: String,
    /// The titles of the menus around it, the outermost first.
    pub menu: Vec<String>,
    pub kind: ReasonKind,
    pub cause: Cause,
}

/// What a symbol is on for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Without it these requirements would not be met; they are counted from 0 as in
    /// [`Explanations::requirements`], the strongest first.
    Required(Vec<usize>),
    /// Another symbol needs it, or brings it along: which, and how.
    Symbol { by: String, how: String },
    /// The Kconfig files put it on by themselves.
    Default(String),
    /// No file depends on it: it is as it was.
    NoFile,
}

/// What explanations are made from.
pub struct Sources<'s> {
    pub kernel: &'s Kernel,
    pub units: &'s Units,
    pub rules: &'s Rules,
    pub replaced: &'s Replaced,
    /// What the replaced kernel compiles.
    pub built: &'s [Compiled<'s>],
    pub requirements: &'s Requirements,
    /// What became of the requirements.
    pub task: &'s Task<'s>,
    pub dropped: &'s [Dropped],
}

/// Explains the result; it has to be calculated.
pub fn explain(sources: &Sources<'_>, result: &mut Configuration<'_>) -> Explanations {
    let values = super::values(result);
    let required = direct::by_symbol(sources, &values);
    let causes = cause::all(sources, result, &required);
    let absent = absence::all(sources, result);
    let demands = |all: &[Requirement]| all.iter().map(|one| one.demand.clone()).collect();
    let mut explanations = Explanations {
        requirements: sources.requirements.clone(),
        needs_modules: demands(&sources.task.needs_modules),
        unknown: demands(&sources.task.unknown),
        refused: demands(&sources.task.refused),
        on: BTreeMap::new(),
        off: absent,
    };
    for (symbol, (kind, cause)) in causes {
        let model = &sources.kernel.model;
        let on = On {
            value: result.tristate(symbol).to_string(),
            was: sources.replaced.baseline.tristate(symbol).to_string(),
            menu: menu(model, symbol),
            kind,
            cause,
        };
        let name = model.symbol(symbol).display_name();
        explanations.on.insert(name.to_owned(), on);
    }
    explanations
}

/// Whether it is a bool or tristate that people and files know by a name.
fn is_named(model: &Model, symbol: SymbolId) -> bool {
    let symbol = model.symbol(symbol);
    let is_value = !symbol.is_constant && !symbol.is_choice;
    symbol.kind.is_logical() && is_value && symbol.name.is_some()
}

/// The named symbols for which `test` holds, in the order of the model.
fn named(model: &Model, test: impl Fn(SymbolId) -> bool) -> Vec<SymbolId> {
    let ids = model.symbols().map(|(id, _)| id);
    ids.filter(|id| is_named(model, *id) && test(*id)).collect()
}

fn is_on(configuration: &Configuration<'_>, symbol: SymbolId) -> bool {
    configuration.tristate(symbol) != Tristate::No
}

/// The titles of the menus around the symbol's first place.
fn menu(model: &Model, symbol: SymbolId) -> Vec<String> {
    let mut titles = Vec::new();
    let place = model.symbol(symbol).menus.first().copied();
    let mut at = place.and_then(|place| model.menu(place).parent);
    while let Some(menu) = at.filter(|menu| *menu != MenuId::ROOT) {
        titles.extend(model.prompt(menu).map(ToString::to_string));
        at = model.menu(menu).parent;
    }
    titles.reverse();
    titles
}
