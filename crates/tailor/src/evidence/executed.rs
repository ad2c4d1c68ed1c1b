// SPDX-License-Identifier: Apache-2.0
//! What was executed, by file.

use std::collections::{BTreeMap, HashMap};

use ftrace::{Function, Phase, Phases};

/// A file of which functions were executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    pub source: String,
    /// The phases in which any of its functions was seen.
    pub seen: Phases,
    /// The phases in which a function was not seen that might have been executed: it was
    /// muted by then.
    pub perhaps: Phases,
    pub functions: usize,
    /// Whether a function was seen in the steady state that is not of a module's beginning.
    pub works: bool,
    /// Whether a function was seen in several windows.
    pub recurs: bool,
    /// The one that was seen latest in the machine's life, which says most.
    pub example: String,
}

impl Executed {
    /// Whether any function may have been executed in that phase.
    pub fn possibly_in(&self, phase: Phase) -> bool {
        self.seen.contains(phase) || self.perhaps.contains(phase)
    }

    /// Whether it is known only from before the root file system's first program.
    pub fn only_before_root(&self) -> bool {
        !self.seen.contains(Phase::Boot) && !self.seen.contains(Phase::SteadyState)
    }
}

/// How long a module takes to begin, in nanoseconds: what it runs when it is loaded says
/// nothing of anybody's using it.
const BEGINNING: u64 = 5_000_000_000;

/// Sums up located functions by file.
pub fn by_file<'t>(
    located: impl Iterator<Item = (&'t Function, &'t str)> + Clone,
) -> Vec<Executed> {
    let beginnings = beginnings(located.clone().map(|(function, _)| function));
    let mut files: BTreeMap<&str, Executed> = BTreeMap::new();
    for (function, source) in located {
        let (seen, perhaps) = (function.phases(), function.unobserved());
        let file = files.entry(source).or_insert_with(|| Executed {
            source: source.to_owned(),
            seen: Phases::NONE,
            perhaps: Phases::NONE,
            functions: 0,
            works: false,
            recurs: false,
            example: function.entry.name.to_string(),
        });
        if latest(seen) > latest(file.seen) {
            file.example = function.entry.name.to_string();
        }
        file.seen = file.seen.union(seen);
        file.perhaps = file.perhaps.union(perhaps);
        file.functions += 1;
        file.works |= works(function, &beginnings);
        file.recurs |= function.sightings.iter().any(|one| one.windows.count() > 1);
    }
    files.into_values().collect()
}

/// When each module was first seen, by recording.
fn beginnings<'t>(functions: impl Iterator<Item = &'t Function>) -> HashMap<(&'t str, u32), u64> {
    let mut beginnings = HashMap::new();
    for function in functions {
        let Some(module) = function.entry.module.as_deref() else {
            continue;
        };
        for sighting in &function.sightings {
            let first = sighting.first.unwrap_or(0);
            let known = beginnings
                .entry((module, sighting.recording))
                .or_insert(first);
            *known = first.min(*known);
        }
    }
    beginnings
}

fn works(function: &Function, beginnings: &HashMap<(&str, u32), u64>) -> bool {
    function.sightings.iter().any(|sighting| {
        if !sighting.phases.contains(Phase::SteadyState) {
            return false;
        }
        let (Some(module), Some(first)) = (function.entry.module.as_deref(), sighting.first) else {
            return true;
        };
        let begun = beginnings
            .get(&(module, sighting.recording))
            .copied()
            .unwrap_or(0);
        sighting.windows.count() > 1 || first > begun.saturating_add(BEGINNING)
    })
}

fn latest(phases: Phases) -> Option<Phase> {
    Phase::ALL
        .into_iter()
        .rev()
        .find(|phase| phases.contains(*phase))
}
