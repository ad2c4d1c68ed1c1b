// SPDX-License-Identifier: Apache-2.0
//! Writes traces: as a whole, or as they happen.

use std::io::{self, Write};

use super::{NAME, VERSION, numbers};
use crate::Kernel;
use crate::error::Error;
use crate::limit;
use crate::phase::{Phase, Phases};
use crate::record::{Ending, RecordWriter, is_name};
use crate::trace::{Entry, Recording, Sighting, Trace};
use crate::window::Window;

/// Writes a whole trace.
pub fn write<W: Write>(trace: &Trace, out: W) -> io::Result<W> {
    let mut writer = Writer::new(out, &trace.kernel)?;
    for (number, recording) in (0..).zip(&trace.recordings) {
        writer.recording(recording)?;
        let mut changes = Vec::new();
        for (function, sighting) in trace.seen_by(number) {
            let id = writer.function(&function.entry, sighting)?;
            let runs = sighting.windows.runs().iter();
            changes.extend(runs.flat_map(|(start, end)| [(*start, id), (*end, id)]));
        }
        changes.sort_unstable();
        for (number, window) in (0..).zip(&recording.windows) {
            let first = changes.partition_point(|(window, _)| *window < number);
            let past = changes.partition_point(|(window, _)| *window <= number);
            let changed = changes[first..past].iter().map(|(_, id)| *id);
            writer.changes(*window, changed)?;
        }
        if recording.is_truncated {
            writer.truncated()?;
        }
    }
    writer.finish()
}

/// Writes a trace while it is recorded: what was written is readable at any moment. What
/// could not be read again is refused with [`io::ErrorKind::InvalidInput`], and not written.
#[derive(Debug)]
pub struct Writer<W> {
    out: RecordWriter<W>,
    /// Functions named in this recording; none before there is a recording.
    functions: Option<u32>,
    /// Those that were in the last window, ascending.
    in_window: Vec<u32>,
    /// The recording before goes on after what is known of it, and no line says so yet.
    was_cut: bool,
}

impl<W: Write> Writer<W> {
    pub fn new(out: W, kernel: &Kernel) -> io::Result<Self> {
        let mut out = RecordWriter::new(out, NAME, VERSION)?;
        for (name, value) in kernel.fields() {
            if let Some(value) = value {
                out.record(&["kernel", name, value])?;
            }
        }
        Ok(Self {
            out,
            functions: None,
            in_window: Vec::new(),
            was_cut: false,
        })
    }

    /// Goes on with a trace whose writer was stopped or killed, with another recording: the
    /// length to which the output has to be cut before anything is written. An error when
    /// `written` is no trace up to a cut.
    pub fn resume(out: W, written: &[u8]) -> io::Result<(Self, usize)> {
        let (out, length, was_finished) = RecordWriter::resume(out, written);
        let invalid = |error: Error| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
        let trace = super::read(&written[..length], Ending::UpToTheCut).map_err(invalid)?;
        let is_open = !was_finished && trace.recordings.last().is_some();
        let writer = Self {
            out,
            functions: None,
            in_window: Vec::new(),
            was_cut: is_open,
        };
        Ok((writer, length))
    }

    /// Begins a recording with what is known of it; its windows are written by
    /// [`Self::window`], and that it is truncated shows in the lack of [`Self::finish`].
    pub fn recording(&mut self, recording: &Recording) -> io::Result<()> {
        if recording.name.len() > limit::NAME {
            return Err(refused("the name of a recording that is too long"));
        }
        self.functions = Some(0);
        self.in_window.clear();
        if std::mem::take(&mut self.was_cut) {
            self.truncated()?;
        }
        self.out.record(&["recording", &recording.name])?;
        if let Some(phase) = recording.started {
            self.fact(&["started", phase.name()])?;
        }
        if let Some(clock) = &recording.clock {
            self.fact(&["clock", clock])?;
        }
        for (phase, time) in recording.began.iter() {
            if let Some(time) = time {
                self.began(phase, *time)?;
            }
        }
        for (phase, calls) in recording.lost.iter() {
            if let Some(calls) = calls {
                self.lost(phase, *calls)?;
            }
        }
        match recording.unresolved {
            0 => Ok(()),
            calls => self.unresolved(calls),
        }
    }

    /// A phase begins, at a time on the recording's clock.
    pub fn began(&mut self, phase: Phase, nanoseconds: u64) -> io::Result<()> {
        self.fact(&["began", phase.name(), &nanoseconds.to_string()])
    }

    /// So many calls were lost in a phase up to now; the last such line counts.
    pub fn lost(&mut self, phase: Phase, calls: u64) -> io::Result<()> {
        self.fact(&["lost", phase.name(), &calls.to_string()])
    }

    /// So many addresses could not be told up to now; the last such line counts.
    pub fn unresolved(&mut self, addresses: u64) -> io::Result<()> {
        self.fact(&["unresolved", &addresses.to_string()])
    }

    /// Names a function and says what is known of it up to now, except for windows. Returns
    /// its number for the other calls; the number is good for this recording.
    pub fn function(&mut self, entry: &Entry, sighting: &Sighting) -> io::Result<u32> {
        let number = self.named()?;
        let module = entry.module.as_deref().unwrap_or_default();
        if !is_name(&entry.name) || !(module.is_empty() || is_name(module)) {
            return Err(refused("a function or a module without a name"));
        }
        let decimal =
            |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
        self.fact(&[
            "f",
            &entry.name,
            module,
            &entry
                .offset
                .map_or(String::new(), |offset| format!("{offset:x}")),
            &sighting.phases.letters(),
            &sighting.unobserved.letters(),
            &decimal(sighting.first),
            &decimal(sighting.hits),
        ])?;
        self.functions = Some(number + 1);
        Ok(number)
    }

    /// Functions were seen in these phases too.
    pub fn seen(&mut self, phases: Phases, functions: &[u32]) -> io::Result<()> {
        self.set("seen", phases, functions)
    }

    /// Of functions it cannot be told whether they were called in these phases.
    pub fn unobserved(&mut self, phases: Phases, functions: &[u32]) -> io::Result<()> {
        self.set("unobserved", phases, functions)
    }

    /// More calls of a function were counted.
    pub fn hits(&mut self, function: u32, calls: u64) -> io::Result<()> {
        self.sorted(&[function])?;
        self.fact(&["hits", &function.to_string(), &calls.to_string()])
    }

    /// A window is over, and these functions were seen in it.
    pub fn window(&mut self, window: Window, functions: &[u32]) -> io::Result<()> {
        let functions = self.sorted(functions)?;
        let changed = difference(&self.in_window, &functions);
        self.in_window = functions;
        self.changes(window, changed.into_iter())
    }

    /// Hands all that was written to the operating system.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Says that nothing is missing.
    pub fn finish(self) -> io::Result<W> {
        self.out.finish()
    }

    fn set(&mut self, kind: &str, phases: Phases, functions: &[u32]) -> io::Result<()> {
        let numbers = numbers::to_text(self.sorted(functions)?);
        self.fact(&[kind, &phases.letters(), &numbers])
    }

    /// A window, and the functions that are in it but not in the one before, or the reverse.
    fn changes(&mut self, window: Window, changed: impl Iterator<Item = u32>) -> io::Result<()> {
        let (start, length) = (window.start.to_string(), window.length.to_string());
        self.fact(&["window", &start, &length, &numbers::to_text(changed)])
    }

    fn truncated(&mut self) -> io::Result<()> {
        self.fact(&["truncated"])
    }

    /// A line that belongs to a recording.
    fn fact(&mut self, fields: &[&str]) -> io::Result<()> {
        self.named()?;
        self.out.record(fields)
    }

    /// How many functions were named in this recording.
    fn named(&self) -> io::Result<u32> {
        self.functions
            .ok_or_else(|| refused("what was recorded before a recording began"))
    }

    /// Numbers of functions that were named, ascending, each once.
    fn sorted(&self, functions: &[u32]) -> io::Result<Vec<u32>> {
        let mut functions = functions.to_vec();
        functions.sort_unstable();
        functions.dedup();
        match functions.last() {
            Some(last) if *last >= self.named()? => Err(refused("a function that was not named")),
            _ => Ok(functions),
        }
    }
}

fn refused(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("a trace does not hold {what}"),
    )
}

/// What is in one of two ascending lists, but not in both.
fn difference(mut left: &[u32], mut right: &[u32]) -> Vec<u32> {
    let mut found = Vec::new();
    while let (Some(first), Some(second)) = (left.first(), right.first()) {
        if first <= second {
            left = &left[1..];
        }
        if second <= first {
            right = &right[1..];
        }
        if first != second {
            found.push(*first.min(second));
        }
    }
    found.extend_from_slice(left);
    found.extend_from_slice(right);
    found
}
