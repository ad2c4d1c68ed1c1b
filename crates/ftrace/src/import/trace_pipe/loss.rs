// SPDX-License-Identifier: Apache-2.0
//! How many calls the tracer dropped, as it says itself.

/// A sum; `None` when it is not known.
pub(super) struct Losses(Option<u64>);

impl Default for Losses {
    fn default() -> Self {
        Self(Some(0))
    }
}

impl Losses {
    /// Takes a line that speaks of losses; false when it is none.
    pub(super) fn read(&mut self, line: &str) -> bool {
        let Some(Self(calls)) = dropped(line).or_else(|| overwritten(line)) else {
            return false;
        };
        self.0 = self
            .0
            .zip(calls)
            .map(|(sum, calls)| sum.saturating_add(calls));
        true
    }

    pub(super) fn sum(&self) -> Option<u64> {
        self.0
    }
}

/// `CPU:1 [LOST 2345 EVENTS]`, or without a number when the kernel does not know it
/// (`print_trace_line()` of `kernel/trace/trace.c`).
fn dropped(line: &str) -> Option<Losses> {
    let (_, rest) = line.strip_prefix("CPU:")?.split_once(" [LOST ")?;
    let number = rest.strip_suffix("EVENTS]")?.trim();
    Some(Losses(number.parse().ok()))
}

/// The heading of `trace`, `# entries-in-buffer/entries-written: 140080/250280   #P:4`
/// (`print_event_info()` of `kernel/trace/trace.c`): what is not in the buffer was overwritten.
fn overwritten(line: &str) -> Option<Losses> {
    let rest = line.strip_prefix("# entries-in-buffer/entries-written: ")?;
    let (kept, rest) = rest.split_once('/')?;
    let written = rest.split_ascii_whitespace().next()?;
    let numbers = written.parse::<u64>().ok().zip(kept.parse().ok());
    let lost = numbers.map(|(written, kept)| written.saturating_sub(kept));
    Some(Losses(lost))
}
