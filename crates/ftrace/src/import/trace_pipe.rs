// SPDX-License-Identifier: Apache-2.0
//! The text of the function tracer, from `trace_pipe` or `trace`.
//!
//! Callers are not taken: one that can be traced has lines of its own.

mod call;
mod loss;

use super::input::{Input, Notes};
use crate::builder::Builder;
use crate::error::{Error, ErrorKind};
use crate::record::shorten;
use crate::trace::Trace;
use call::{Call, after_stamp};
use loss::Losses;

const HEADING: &str = "# tracer: ";

pub(super) fn detect(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines();
    text.starts_with(HEADING) || lines.any(|line| Call::parse(line).is_some())
}

pub(super) fn read(input: Input<'_>) -> Result<Trace, Error> {
    let (mut lines, context, mut notes) = input.lines();
    let mut builder = Builder::new(context.kernel.clone());
    let recording = builder.recording(context.recording())?;
    let mut losses = Losses::default();
    let (mut unresolved, mut is_cut) = (0, false);
    while let Some(line) = lines.next()? {
        // Names of processes are any bytes.
        let text = String::from_utf8_lossy(line.bytes);
        if !line.is_whole {
            is_cut = true;
        } else if let Some(call) = Call::parse(&text) {
            match call.entry(context) {
                Some(entry) => {
                    let seen = builder.see(entry, call.sighting(recording, context.phase));
                    seen.map_err(|error| error.at(line.number))?;
                }
                None => unresolved += 1,
            }
        } else if !losses.read(&text) {
            check_other(&text, line.number, &mut notes);
        }
    }
    if builder.is_empty() {
        let message = "no line is a call of a function: was the function tracer on?";
        return Err(Error::new(ErrorKind::Incomplete, message));
    }
    if let Some(recording) = builder.recording_mut(recording) {
        recording.started = Some(context.phase);
        recording.unresolved = unresolved;
        recording.is_truncated = is_cut;
        *recording.lost.get_mut(context.phase) = losses.sum();
    }
    Ok(builder.build())
}

/// Notes a line that is neither a call, nor a loss, nor anything else that a tracer writes.
fn check_other(text: &str, line: u64, notes: &mut Notes<'_>) {
    let is_event = after_stamp(text).is_some_and(|(_, event)| !event.contains(" <-"));
    let is_expected = is_event
        || text.trim().is_empty()
        || text.starts_with('#')
        // A line of the stack trace of an event.
        || text.starts_with(" => ");
    if !is_expected {
        notes.add(line, format!("`{}` is not understood", shorten(text)));
    }
}
