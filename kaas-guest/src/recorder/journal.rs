// SPDX-License-Identifier: Apache-2.0
//! Writes the trace while it is recorded, so that whoever is killed loses only what came last.

use std::io::Write;

use ftrace::format::Writer;
use ftrace::{Entry, Phase, Phases, Recording, Sighting, Window};

use super::seen::Seen;
use crate::failure::{Failure, Result};
use crate::tracefs::Functions;

/// See above.
pub(crate) struct Journal<W> {
    writer: Writer<W>,
    /// How many functions were named.
    named: u32,
    /// Addresses for which there is no function.
    pub(crate) unresolved: u64,
    written_unresolved: u64,
    /// What was lost: in which phase, how much until now, and how much before the phase.
    lost: Option<Lost>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Lost {
    phase: Phase,
    until_now: u64,
    before: u64,
}

impl<W: Write> Journal<W> {
    /// Begins a recording.
    pub(crate) fn new(mut writer: Writer<W>, name: &str, started: Phase) -> Result<Self> {
        let recording = Recording {
            name: name.to_owned(),
            started: Some(started),
            clock: Some("local".to_owned()),
            ..Recording::default()
        };
        written(writer.recording(&recording))?;
        written(writer.flush())?;
        Ok(Self {
            writer,
            named: 0,
            unresolved: 0,
            written_unresolved: 0,
            lost: None,
        })
    }

    /// Functions that are new, or new in a phase.
    pub(super) fn seen(&mut self, functions: &Functions, seen: &mut Seen) -> Result<()> {
        let mut again: Vec<(Phases, Vec<u32>)> = Vec::new();
        for id in seen.take_fresh() {
            let Some(state) = seen.get_mut(id) else {
                continue;
            };
            if state.number == 0 {
                if let Some(entry) = functions.get(id).map(entry) {
                    let sighting = Sighting {
                        phases: state.phases,
                        first: Some(state.first),
                        ..Sighting::default()
                    };
                    state.number = 1 + written(self.writer.function(&entry, &sighting))?;
                    self.named = state.number;
                }
            } else {
                let phases = state.phases.without(state.written);
                match again.iter_mut().find(|(other, _)| *other == phases) {
                    _ if phases == Phases::NONE => {}
                    Some((_, numbers)) => numbers.push(state.number - 1),
                    None => again.push((phases, vec![state.number - 1])),
                }
            }
            state.written = state.phases;
        }
        for (phases, numbers) in again {
            written(self.writer.seen(phases, &numbers))?;
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<()> {
        if self.unresolved != self.written_unresolved {
            self.written_unresolved = self.unresolved;
            written(self.writer.unresolved(self.unresolved))?;
        }
        written(self.writer.flush())
    }

    pub(super) fn began(&mut self, phase: Phase, time: u64) -> Result<()> {
        written(self.writer.began(phase, time))
    }

    /// So much was lost since the recording began; a phase has what was added to it.
    pub(super) fn lost(&mut self, phase: Phase, events: u64) -> Result<()> {
        let before = match self.lost {
            Some(lost) if lost.phase == phase => lost.before,
            Some(lost) => lost.until_now,
            None => 0,
        };
        let until_now = events.max(before);
        let lost = Lost {
            phase,
            until_now,
            before,
        };
        if self.lost.replace(lost) == Some(lost) {
            return Ok(());
        }
        written(self.writer.lost(phase, until_now - before))
    }

    /// Muted functions that were not seen in a phase may have been called in it.
    pub(super) fn unobserved(&mut self, phase: Phase, seen: &Seen) -> Result<()> {
        let hidden = seen.all().filter(|(_, state)| {
            state.is_muted && state.number > 0 && !state.phases.contains(phase)
        });
        let hidden: Vec<u32> = hidden.map(|(_, state)| state.number - 1).collect();
        if hidden.is_empty() {
            return Ok(());
        }
        written(self.writer.unobserved(Phases::only(phase), &hidden))
    }

    pub(super) fn window(&mut self, start: u64, length: u64, seen: &mut Seen) -> Result<()> {
        let inside = seen
            .all()
            .filter(|(_, state)| state.is_in_window && state.number > 0);
        let inside: Vec<(_, u32)> = inside.map(|(id, state)| (id, state.number - 1)).collect();
        for (id, _) in &inside {
            if let Some(state) = seen.get_mut(*id) {
                state.windows = state.windows.saturating_add(1);
            }
        }
        let numbers: Vec<u32> = inside.into_iter().map(|(_, number)| number).collect();
        written(self.writer.window(Window { start, length }, &numbers))?;
        self.flush()
    }

    pub(super) fn finish(self) -> Result<()> {
        written(self.writer.finish()).map(drop)
    }
}

fn entry(function: crate::tracefs::Function<'_>) -> Entry {
    Entry {
        module: function.module.map(Into::into),
        name: function.name.into(),
        offset: function.offset,
    }
}

fn written<T>(result: std::io::Result<T>) -> Result<T> {
    result.map_err(|error| Failure::new(format!("the trace can't be written: {error}")))
}
