// SPDX-License-Identifier: Apache-2.0
//! What a kernel executed, as one or several recordings of it say.

use crate::phase::{PerPhase, Phase, Phases};
use crate::window::{Window, WindowSet};
use crate::{Builder, Error, Kernel};

/// All functions that were seen, each with the recordings that saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    pub kernel: Kernel,
    pub recordings: Vec<Recording>,
    /// Sorted by [`Entry`], no two alike, and each seen in at least one recording.
    pub functions: Vec<Function>,
}

/// One run of a tracer on one machine, from its start to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// Where it came from: a file, an instance. Not unique.
    pub name: String,
    /// The phase in which it began: of the phases before nothing is known.
    pub started: Option<Phase>,
    /// The tracer's clock (`trace_clock` in tracefs), which all times are read from.
    pub clock: Option<String>,
    /// When a phase began, in nanoseconds on that clock.
    pub began: PerPhase<Option<u64>>,
    /// Calls that the tracer had to drop in a phase; `None` is unknown, not zero.
    pub lost: PerPhase<Option<u64>>,
    /// Addresses or lines that no function could be told for.
    pub unresolved: u64,
    /// The recording goes on after what was read of it.
    pub is_truncated: bool,
    /// The intervals observed one by one, in order.
    pub windows: Vec<Window>,
}

/// A function's entry point, as the kernel names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entry {
    /// `None` is vmlinux. Dashes are underscores, as in the kernel's own lists.
    pub module: Option<Box<str>>,
    /// With the compiler's suffix: `finish_task_switch.isra.0`.
    pub name: Box<str>,
    /// Bytes from `_text` in vmlinux, or from the module's base. Where it is known it tells
    /// functions of one name apart.
    pub offset: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub entry: Entry,
    /// Sorted by recording, at most one for each, never empty.
    pub sightings: Vec<Sighting>,
}

/// What one recording says of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sighting {
    /// An index of [`Trace::recordings`].
    pub recording: u32,
    /// The phases in which it was seen.
    pub phases: Phases,
    /// The phases for which the recording cannot tell, since the function was muted or only
    /// its first call was dated. Disjoint from `phases`. In any other phase from
    /// [`Recording::started`] on it was not called, as far as no calls were lost.
    pub unobserved: Phases,
    /// Nanoseconds since boot, on the recording's clock.
    pub first: Option<u64>,
    /// Calls that were recorded, before the function was muted.
    pub hits: Option<u64>,
    /// The windows in which it was seen.
    pub windows: WindowSet,
}

impl Function {
    /// Whether any recording saw it in this phase.
    pub fn was_seen_in(&self, phase: Phase) -> bool {
        self.phases().contains(phase)
    }

    /// The phases in which any recording saw it.
    pub fn phases(&self) -> Phases {
        let phases = self.sightings.iter().map(|sighting| sighting.phases);
        phases.fold(Phases::NONE, Phases::union)
    }

    /// The phases in which nobody saw it, although a recording might have missed it.
    pub fn unobserved(&self) -> Phases {
        let phases = self.sightings.iter().map(|sighting| sighting.unobserved);
        phases
            .fold(Phases::NONE, Phases::union)
            .without(self.phases())
    }
}

impl Trace {
    /// What several traces of one kernel say together; the recordings stay apart, in this
    /// order. An error when two traces are of different kernels, naming both.
    pub fn merge(traces: &[Self]) -> Result<Self, Error> {
        let mut builder = Builder::default();
        for trace in traces {
            builder.add(trace)?;
        }
        Ok(builder.build())
    }

    pub fn function(&self, entry: &Entry) -> Option<&Function> {
        let found = self
            .functions
            .binary_search_by(|function| function.entry.cmp(entry));
        found.ok().map(|index| &self.functions[index])
    }

    /// The functions that a recording saw, with what it says of each.
    pub fn seen_by(&self, recording: u32) -> impl Iterator<Item = (&Function, &Sighting)> {
        self.functions.iter().filter_map(move |function| {
            let found = function
                .sightings
                .iter()
                .find(|sighting| sighting.recording == recording);
            found.map(|sighting| (function, sighting))
        })
    }
}
