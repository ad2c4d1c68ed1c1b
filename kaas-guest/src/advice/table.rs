// SPDX-License-Identifier: Apache-2.0
//! From a trace to a table of functions and windows. Pure, and bounded for any trace.

use std::fmt;

use convergence::incidence::Refused;
use convergence::{Boot, Incidence, Settings};
use ftrace::{Phase, Phases, Recording, Sighting, Trace};

use super::period::{Clock, seconds};
use super::presence::{Presence, Sweep};

/// Functions in windows, of all that may be in a table: 10,000 functions for three months of
/// windows of five minutes.
const MOST: u64 = 1 << 28;

/// Why a trace makes no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooMuch {
    /// So many functions in windows.
    Incidences(u64),
    Refused(Refused),
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incidences(number) => write!(
                f,
                "{number} functions in windows are more than the {MOST} that are looked at; \
                 record with longer windows"
            ),
            Self::Refused(why) => why.fmt(f),
        }
    }
}

impl From<Refused> for TooMuch {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// The table. Species are functions, by their number in the trace.
pub(crate) fn of(trace: &Trace, settings: Settings) -> Result<Incidence, TooMuch> {
    let views = views(trace);
    let work = views.iter().flat_map(|view| &view.presences);
    let work = work.map(Presence::windows).sum();
    if work > MOST {
        return Err(TooMuch::Incidences(work));
    }
    let mut table = Incidence::new(settings, boot(trace));
    let mut clock = Clock::default();
    for (recording, view) in trace.recordings.iter().zip(views) {
        clock.enter(recording);
        view.add_to(&mut table, recording, &mut clock)?;
    }
    Ok(table)
}

/// Seconds: the median of all windows.
pub(crate) fn usual_window(trace: &Trace) -> Option<u32> {
    let windows = trace
        .recordings
        .iter()
        .flat_map(|recording| &recording.windows);
    let mut lengths: Vec<u32> = windows.map(|window| seconds(window.length)).collect();
    lengths.sort_unstable();
    lengths
        .get(lengths.len() / 2)
        .map(|length| (*length).max(1))
}

fn boot(trace: &Trace) -> Boot {
    let from_initramfs = |recording: &Recording| {
        let started = recording.started;
        started.is_some_and(|phase| phase <= Phase::Initramfs)
    };
    if trace.recordings.iter().any(from_initramfs) {
        Boot::Captured
    } else {
        Boot::Missed
    }
}

/// What one recording saw, as functions.
#[derive(Debug, Default)]
struct View {
    /// Before its first window.
    before: Vec<u32>,
    presences: Vec<Presence>,
    /// After its last one.
    after: Vec<u32>,
}

fn views(trace: &Trace) -> Vec<View> {
    let mut views: Vec<View> = trace.recordings.iter().map(|_| View::default()).collect();
    for (species, function) in (0..).zip(&trace.functions) {
        for sighting in &function.sightings {
            let number = sighting.recording as usize;
            if let Some((view, recording)) = views.get_mut(number).zip(trace.recordings.get(number))
            {
                view.take(species, sighting, recording);
            }
        }
    }
    views
}

impl View {
    fn take(&mut self, species: u32, sighting: &Sighting, recording: &Recording) {
        if was_seen_before(sighting, recording) {
            self.before.push(species);
        } else if sighting.windows.is_empty() {
            self.after.push(species);
        }
        let windows = u32::try_from(recording.windows.len()).unwrap_or(u32::MAX);
        let presences = Presence::of(species, &sighting.windows, windows);
        self.presences.extend(presences);
    }

    fn add_to(
        self,
        table: &mut Incidence,
        recording: &Recording,
        clock: &mut Clock,
    ) -> Result<(), Refused> {
        table.know(&self.before)?;
        let mut sweep = Sweep::new(self.presences);
        let mut functions = Vec::new();
        for window in &recording.windows {
            sweep.next(&mut functions);
            table.add(clock.window(*window), &functions)?;
        }
        table.know(&self.after)
    }
}

/// Before any window, or else too early for the one that is open.
fn was_seen_before(sighting: &Sighting, recording: &Recording) -> bool {
    let steady = Phases::only(Phase::SteadyState);
    let last = recording.windows.last();
    let end = last.map_or(0, |window| window.start.saturating_add(window.length));
    let is_late = sighting.first.is_none_or(|first| first >= end);
    !sighting.phases.without(steady).is_empty() || (sighting.windows.is_empty() && !is_late)
}
