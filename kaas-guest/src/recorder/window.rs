// SPDX-License-Identifier: Apache-2.0
//! Windows of observation in the steady state. At the end of each, functions are unmuted again,
//! so that the next window tells whether they are called in it; but not those that were seen
//! in several windows already: what is still to come is estimated from the rare ones.

use std::io::Write;
use std::time::{Duration, Instant};

use super::{Muting, Recorder};
use crate::failure::Result;
use crate::tracefs::{FunctionId, Instance};

/// See above.
pub(crate) struct Windows {
    length: Duration,
    /// Of the window that is open: when it ends, and its beginning on the tracer's clock.
    open: Option<(Instant, u64)>,
    pub(crate) closed: u32,
}

/// Once seen in so many windows, a function counts for no estimate of what is unseen.
const ENOUGH: u16 = 3;

impl Windows {
    pub(crate) fn new(length: Duration) -> Self {
        Self {
            length,
            open: None,
            closed: 0,
        }
    }

    /// Begins a window in which everything is unmuted, as it is in the first: what was seen
    /// while booting may not be what the machine does now.
    pub(crate) fn begin<W: Write>(
        &mut self,
        recorder: &mut Recorder<W>,
        instance: &Instance,
        muting: &mut Muting,
    ) -> Result<()> {
        instance.unmute_all()?;
        let all: Vec<FunctionId> = recorder.seen_mut().all().map(|(id, _)| id).collect();
        recorder.seen_mut().set_muted(&all, false);
        self.open(recorder, muting);
        Ok(())
    }

    fn open<W: Write>(&mut self, recorder: &mut Recorder<W>, muting: &mut Muting) {
        let now = Instant::now();
        recorder.seen_mut().clear_window();
        muting.restart(now);
        self.open = Some((now + self.length, recorder.now()));
    }

    /// Whether a window is over and only waits for the lists to be read again, since the numbers of
    /// modules' functions are not right any more.
    pub(crate) fn is_held_up<W: Write>(&self, recorder: &Recorder<W>) -> bool {
        recorder.has_old_numbers && self.open.is_some_and(|(end, _)| Instant::now() >= end)
    }

    /// Closes the window that is over and begins the next.
    pub(crate) fn step<W: Write>(
        &mut self,
        recorder: &mut Recorder<W>,
        instance: &Instance,
        muting: &mut Muting,
    ) -> Result<()> {
        let Some((end, start)) = self.open else {
            return Ok(());
        };
        if Instant::now() < end || recorder.has_old_numbers {
            return Ok(());
        }
        recorder.close_window(start)?;
        self.closed += 1;
        let rare = rare(recorder);
        let has_number = |id: &FunctionId| recorder.functions().index(*id).is_some();
        if rare.iter().all(has_number) {
            instance.unmute(recorder.functions(), &rare)?;
            recorder.seen_mut().set_muted(&rare, false);
            self.open(recorder, muting);
            return Ok(());
        }
        self.begin(recorder, instance, muting)
    }

    /// Writes down the part of a window that there was.
    pub(crate) fn end<W: Write>(&mut self, recorder: &mut Recorder<W>) -> Result<()> {
        match self.open.take() {
            Some((_, start)) => recorder.close_window(start),
            None => Ok(()),
        }
    }
}

fn rare<W: Write>(recorder: &Recorder<W>) -> Vec<FunctionId> {
    let all = recorder.seen.all();
    let rare = all.filter(|(_, state)| state.is_muted && state.windows < ENOUGH);
    rare.map(|(id, _)| id).collect()
}
