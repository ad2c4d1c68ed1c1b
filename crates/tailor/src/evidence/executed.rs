// SPDX-License-Identifier: Apache-2.0
//! What was executed, by file.

use std::collections::BTreeMap;

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

/// Sums up located functions by file.
pub fn by_file<'t>(
    located: impl Iterator<Item = (&'t Function, &'t str)>,
) -> Vec<Executed> {
    let mut files: BTreeMap<&str, Executed> = BTreeMap::new();
    for (function, source) in located {
        let (seen, perhaps) = (function.phases(), function.unobserved());
        let file = files.entry(source).or_insert_with(|| Executed {
            source: source.to_owned(),
            seen: Phases::NONE,
            perhaps: Phases::NONE,
            functions: 0,
            example: function.entry.name.to_string(),
        });
        if latest(seen) > latest(file.seen) {
            file.example = function.entry.name.to_string();
        }
        file.seen = file.seen.union(seen);
        file.perhaps = file.perhaps.union(perhaps);
        file.functions += 1;
    }
    files.into_values().collect()
}

fn latest(phases: Phases) -> Option<Phase> {
    Phase::ALL.into_iter().rev().find(|phase| phases.contains(*phase))
}
