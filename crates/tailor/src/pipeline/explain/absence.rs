// SPDX-License-Identifier: Apache-2.0
//! Why what was on is off.

use std::collections::BTreeMap;

use kconfig::{Configuration, SymbolId, Tristate};
use serde::{Deserialize, Serialize};

use super::direct::pillars_of;
use super::truth::Truth;
use super::{Sources, is_on, menu, named};
use crate::pipeline::require::Dropped;
use crate::pipeline::words::counted;
use crate::requirement::Demand;

/// So many files are named as examples.
const EXAMPLES: usize = 3;

/// A symbol that was on and is off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Off {
    /// The value in the replaced configuration.
    pub was: String,
    /// The titles of the menus around it, the outermost first.
    pub menu: Vec<String>,
    pub why: Absence,
    /// How many files of the replaced kernel are compiled only with it.
    pub files: usize,
    /// Some of these.
    pub examples: Vec<String>,
    /// Those of them that were executed, with why they are not required.
    pub executed: Vec<Dropped>,
}

/// What keeps a symbol off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// The user's drop list.
    User,
    /// A kernel without modules was asked for.
    Monolithic,
    /// It depends on these, which were on and are off.
    Depends(Vec<String>),
    /// Only these put it on, and they are off.
    Unselected(Vec<String>),
    /// Another member of its choice is taken.
    OtherMember(String),
    /// Nothing that is required needs it.
    Unneeded,
}

/// Everything that was on and is off.
pub(super) fn all(sources: &Sources<'_>, result: &mut Configuration<'_>) -> BTreeMap<String, Off> {
    let model = &sources.kernel.model;
    let before = &sources.replaced.baseline;
    let gone = named(model, |symbol| {
        before.tristate(symbol) != Tristate::No && !is_on(result, symbol)
    });
    let mut files = files(sources, &super::super::values(result));
    let mut all = BTreeMap::new();
    for symbol in gone {
        let name = model.symbol(symbol).display_name();
        let why = why(sources, result, symbol);
        let mut off = files.remove(name).unwrap_or_else(Off::nothing);
        off.was = before.tristate(symbol).to_string();
        off.menu = menu(model, symbol);
        off.why = why;
        all.insert(name.to_owned(), off);
    }
    all
}

/// By symbol, the files of the replaced kernel that go with it.
fn files(
    sources: &Sources<'_>,
    after: &std::collections::HashMap<String, String>,
) -> BTreeMap<String, Off> {
    let presence = &sources.kernel.presence;
    let dropped = sources.dropped.iter().map(|one| (one.source.as_str(), one));
    let dropped: BTreeMap<&str, &Dropped> = dropped.collect();
    let mut found: BTreeMap<String, Off> = BTreeMap::new();
    for compiled in sources.built {
        let unit = compiled.unit;
        if unit
            .conditions()
            .any(|condition| presence.holds(condition, after))
        {
            continue;
        }
        for symbol in pillars_of(sources, unit, &sources.replaced.values) {
            let off = found.entry(symbol).or_insert_with(Off::nothing);
            off.files += 1;
            if off.examples.len() < EXAMPLES {
                off.examples.push(unit.source.clone());
            }
            off.executed
                .extend(dropped.get(unit.source.as_str()).map(|one| (*one).clone()));
        }
    }
    found
}

fn why(sources: &Sources<'_>, result: &mut Configuration<'_>, symbol: SymbolId) -> Absence {
    let model = &sources.kernel.model;
    let name = model.symbol(symbol).display_name();
    if sources
        .requirements
        .get(&Demand::Off(name.to_owned()))
        .is_some()
    {
        return Absence::User;
    }
    if symbol == model.modules() {
        return Absence::Monolithic;
    }
    let chosen = model
        .choice_of(symbol)
        .and_then(|menu| result.chosen_member(menu));
    let declared = model.symbol(symbol);
    let lost = |expression| {
        let symbols = model.expressions().symbols(expression).into_iter();
        let was_on = |it: &SymbolId| sources.replaced.baseline.tristate(*it) != Tristate::No;
        let gone = symbols.filter(|it| was_on(it) && !is_on(result, *it));
        let mut names: Vec<String> = gone
            .map(|it| model.symbol(it).display_name().to_owned())
            .collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|other| other != name);
        names
    };
    if let Some(direct) = declared
        .direct
        .filter(|it| Truth(result).of(Some(*it)) == Tristate::No)
    {
        return Absence::Depends(lost(direct));
    }
    if let Some(member) = chosen {
        return Absence::OtherMember(model.symbol(member).display_name().to_owned());
    }
    let is_hidden = result.visibility(symbol) == Tristate::No;
    match declared.reverse.filter(|_| is_hidden) {
        Some(reverse) => Absence::Unselected(lost(reverse)),
        None => Absence::Unneeded,
    }
}

impl Absence {
    pub(super) fn words(&self, name: &str) -> String {
        match self {
            Self::User => format!("{name} is on the drop list"),
            Self::Monolithic => format!("{name} is off: a kernel without modules was asked for"),
            Self::Depends(on) if on.is_empty() => {
                format!("{name} is off: what it depends on does not hold any more")
            }
            Self::Depends(on) => format!("{name} depends on {}, now off", on.join(", ")),
            Self::Unselected(by) if by.is_empty() => {
                format!("{name} is off: nothing puts it on any more")
            }
            Self::Unselected(by) => {
                let selectors = by.iter().take(6).cloned().collect::<Vec<_>>().join(", ");
                let more = by.len().saturating_sub(6);
                let more = if more == 0 {
                    String::new()
                } else {
                    format!(" and {more} more")
                };
                format!("only others put {name} on, and they are off now: {selectors}{more}")
            }
            Self::OtherMember(other) => format!("of {name}'s choice, {other} is taken"),
            Self::Unneeded => format!("nothing that is required needs {name}"),
        }
    }

    /// The symbol whose being off explains this one's.
    pub(super) fn next(&self) -> Option<&str> {
        match self {
            Self::Depends(others) => others.first().map(String::as_str),
            _ => None,
        }
    }
}

impl Off {
    fn nothing() -> Self {
        Self {
            was: String::new(),
            menu: Vec::new(),
            why: Absence::Unneeded,
            files: 0,
            examples: Vec::new(),
            executed: Vec::new(),
        }
    }

    /// What its being off saves, and what of that was executed.
    pub(super) fn cost(&self, name: &str) -> Vec<String> {
        let mut steps = Vec::new();
        if self.files > 0 {
            let examples = self.examples.join(", ");
            let files = counted(self.files, "source file");
            let (verb, more) = (
                if self.files == 1 { "goes" } else { "go" },
                if self.files > EXAMPLES { ", ..." } else { "" },
            );
            steps.push(format!("with {name} {verb} {files}: {examples}{more}"));
        }
        for one in &self.executed {
            let Dropped {
                source,
                example,
                phases,
                why,
                ..
            } = one;
            let phases = phases.join(", ");
            steps.push(format!(
                "{source} was executed ({example}(), {phases}), but: {why}"
            ));
        }
        steps
    }
}
