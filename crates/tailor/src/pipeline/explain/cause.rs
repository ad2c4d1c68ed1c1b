// SPDX-License-Identifier: Apache-2.0
//! What each symbol that is on is on for: a requirement, or the shortest way to a symbol
//! that one stands on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kconfig::{Configuration, Model, Property, PropertyKind, SymbolId, Tristate};

use super::truth::Truth;
use super::{Cause, Sources, is_on, named};
use crate::report::ReasonKind;
use crate::requirement::Requirement;

type Causes = BTreeMap<SymbolId, (ReasonKind, Cause)>;

/// The cause of every named symbol that is on.
pub(super) fn all(
    sources: &Sources<'_>,
    result: &Configuration<'_>,
    required: &BTreeMap<SymbolId, Vec<usize>>,
) -> Causes {
    let model = &sources.kernel.model;
    let on = named(model, |symbol| is_on(result, symbol));
    let mut causes = direct(sources, &on, required);
    let needs = Needs {
        model,
        truth: Truth(result),
    };
    spread(&needs, &mut causes);
    let gates: BTreeSet<&str> = sources.units.deciding_symbols().collect();
    for symbol in on {
        let takes_files = gates.contains(model.symbol(symbol).display_name());
        let rest = || needs.of_itself(symbol, takes_files);
        causes.entry(symbol).or_insert_with(rest);
    }
    causes
}

fn direct(
    sources: &Sources<'_>,
    on: &[SymbolId],
    required: &BTreeMap<SymbolId, Vec<usize>>,
) -> Causes {
    let kinds: Vec<ReasonKind> = sources.requirements.iter().map(Requirement::kind).collect();
    let of = |symbol: &SymbolId| {
        let requirements = required.get(symbol)?;
        let kind = kinds[*requirements.first()?];
        Some((*symbol, (kind, Cause::Required(requirements.clone()))))
    };
    on.iter().filter_map(of).collect()
}

/// From what is required to what that needs, the strongest reasons first.
fn spread(needs: &Needs<'_, '_>, causes: &mut Causes) {
    let mut first: Vec<(ReasonKind, SymbolId)> = causes
        .iter()
        .map(|(symbol, (kind, _))| (*kind, *symbol))
        .collect();
    first.sort_unstable();
    let mut waiting: VecDeque<SymbolId> = first.into_iter().map(|(_, symbol)| symbol).collect();
    while let Some(symbol) = waiting.pop_front() {
        for (needed, how) in needs.of(symbol) {
            if causes.contains_key(&needed) {
                continue;
            }
            let by = needs.name(symbol).to_owned();
            causes.insert(needed, (ReasonKind::Dependency, Cause::Symbol { by, how }));
            waiting.push_back(needed);
        }
    }
}

struct Needs<'c, 'm> {
    model: &'m Model,
    truth: Truth<'c, 'm>,
}

impl<'m> Needs<'_, 'm> {
    fn name(&self, symbol: SymbolId) -> &'m str {
        self.model.symbol(symbol).display_name()
    }

    fn place(&self, property: &Property) -> String {
        format!("{}:{}", self.model.file(property.file), property.line)
    }

    /// The symbols that are on because this one is, with how in words.
    fn of(&self, symbol: SymbolId) -> Vec<(SymbolId, String)> {
        let mut found = self.brought(symbol, PropertyKind::Select);
        let name = self.name(symbol);
        let direct = self.model.symbol(symbol).direct;
        for needed in self.truth.pillars(direct) {
            found.push((needed, format!("{name} depends on {}", self.name(needed))));
        }
        if self.truth.0.visibility(symbol) == Tristate::No {
            found.extend(self.switches(symbol));
        }
        found.extend(self.brought(symbol, PropertyKind::Imply));
        found.retain(|(needed, _)| super::is_named(self.model, *needed));
        found
    }

    /// What it selects or implies.
    fn brought(&self, symbol: SymbolId, kind: PropertyKind) -> Vec<(SymbolId, String)> {
        let mut found = Vec::new();
        for property in self.model.properties_of(symbol, kind) {
            let target = self.model.property_symbol(property);
            let applies = self.truth.of(property.condition) != Tristate::No;
            let verb = match kind {
                PropertyKind::Select => "selects",
                _ => "implies",
            };
            if let Some(target) = target.filter(|it| applies && is_on(self.truth.0, *it)) {
                let (name, other) = (self.name(symbol), self.name(target));
                let place = self.place(property);
                found.push((target, format!("{name} {verb} {other} ({place})")));
            }
        }
        found
    }

    /// The only ones that put on what nobody can put on by hand.
    fn switches(&self, symbol: SymbolId) -> Vec<(SymbolId, String)> {
        let name = self.name(symbol);
        let reverse = self.model.symbol(symbol).reverse;
        if reverse.is_some() && self.truth.of(reverse) != Tristate::No {
            let selectors = self.truth.pillars(reverse).into_iter();
            let how = |it| {
                format!(
                    "{name} is on only by a select, which needs {}",
                    self.name(it)
                )
            };
            return selectors.map(|it| (it, how(it))).collect();
        }
        let Some(property) = self.default_of(symbol) else {
            return Vec::new();
        };
        let mut switches = self.truth.pillars(property.condition);
        switches.extend(self.truth.pillars(property.expr));
        let place = self.place(property);
        let how = |it| format!("{name} is on by default with {} ({place})", self.name(it));
        switches.into_iter().map(|it| (it, how(it))).collect()
    }

    fn default_of(&self, symbol: SymbolId) -> Option<&'m Property> {
        let mut defaults = self.model.properties_of(symbol, PropertyKind::Default);
        defaults.find(|it| self.truth.of(it.condition) != Tristate::No)
    }

    /// The cause of what no requirement was found to need.
    fn of_itself(&self, symbol: SymbolId, takes_files: bool) -> (ReasonKind, Cause) {
        let (kind, default) = (ReasonKind::Dependency, Cause::Default);
        if let Some((by, how)) = self.selector(symbol) {
            return (kind, Cause::Symbol { by, how });
        }
        if !takes_files {
            return (ReasonKind::NoFile, Cause::NoFile);
        }
        if self.model.choice_of(symbol).is_some() {
            return (
                kind,
                default("its choice has to take one of its members".to_owned()),
            );
        }
        if let Some(property) = self.default_of(symbol) {
            let place = self.place(property);
            return (kind, default(format!("it is on by default ({place})")));
        }
        let several = "one of several ways to meet what is required; the solver can prove it";
        (kind, default(several.to_owned()))
    }

    /// The first that selects it.
    fn selector(&self, symbol: SymbolId) -> Option<(String, String)> {
        let reverse = self.model.symbol(symbol).reverse?;
        let candidates = self.model.expressions().symbols(reverse);
        candidates.into_iter().find_map(|by| {
            let brought = self.brought(by, PropertyKind::Select);
            let (_, how) = brought
                .into_iter()
                .find(|(target, _)| *target == symbol && is_on(self.truth.0, by))?;
            Some((self.name(by).to_owned(), how))
        })
    }
}
