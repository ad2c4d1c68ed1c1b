// SPDX-License-Identifier: Apache-2.0
//! When to mute what was seen: patching the kernel costs a fixed amount and a little for each
//! function, so it is done in few batches that grow, and only while enough events come.

use std::io::Write;
use std::time::{Duration, Instant};

use super::Recorder;
use crate::failure::Result;
use crate::tracefs::{Folder, FunctionId, Instance};

/// See above.
pub(crate) struct Muting {
    interval: Duration,
    next: Instant,
    /// Events that had been recorded when functions were last muted.
    events: u64,
}

const SHORTEST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);
/// Fewer events than that since the last time are not worth a batch.
const EVENTS: u64 = 4096;
/// Muting may take one part in so many of the time.
const SHARE: u32 = 8;

impl Muting {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            interval: SHORTEST,
            next: now + SHORTEST,
            events: 0,
        }
    }

    /// After everything was unmuted, all comes again at once.
    pub(crate) fn restart(&mut self, now: Instant) {
        (self.interval, self.next) = (SHORTEST, now + SHORTEST);
    }

    /// Mutes what was seen, if it is time to.
    pub(crate) fn step<W: Write>(
        &mut self,
        recorder: &mut Recorder<W>,
        instance: &Instance,
        proc: &Folder,
    ) -> Result<()> {
        let now = Instant::now();
        if now < self.next || recorder.events() - self.events < EVENTS {
            return Ok(());
        }
        let wanted = wanted(recorder);
        if !wanted.is_empty() {
            instance.mute(recorder.functions(), &wanted)?;
            recorder.seen_mut().set_muted(&wanted, true);
            if !are_right(recorder, &wanted, proc) {
                instance.unmute_all()?;
                recorder.mistake();
            }
        }
        self.events = recorder.events();
        let took = now.elapsed();
        self.interval = (self.interval * 2).min(LONGEST);
        self.next = Instant::now() + self.interval.max(took * SHARE);
        Ok(())
    }
}

/// What was seen and can be muted. A module's function only by a number that is still right.
fn wanted<W: Write>(recorder: &Recorder<W>) -> Vec<FunctionId> {
    let (functions, is_stale) = (&recorder.functions, recorder.has_old_numbers);
    let audible = recorder
        .seen
        .all()
        .filter(|(_, state)| !state.is_muted && state.is_in_window);
    let can_be =
        |id: FunctionId| functions.index(id).is_some() && (!is_stale || functions.is_built_in(id));
    audible.map(|(id, _)| id).filter(|id| can_be(*id)).collect()
}

/// Whether the numbers were still right when they were used.
fn are_right<W: Write>(recorder: &Recorder<W>, muted: &[FunctionId], proc: &Folder) -> bool {
    let functions = &recorder.functions;
    let are_built_in = muted.iter().all(|id| functions.is_built_in(*id));
    are_built_in || functions.are_modules_there(proc)
}
