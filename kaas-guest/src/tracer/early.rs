// SPDX-License-Identifier: Apache-2.0
//! What the kernel traced by itself before there was any process (`ftrace=function` on its command
//! line), into its own buffers.

use std::fs::File;

use ftrace::Phase;

use super::Machine;
use super::losses::Losses;
use crate::failure::Result;
use crate::recorder::Recorder;
use crate::tracefs::{Folder, Instance};

/// See above.
pub(super) struct Early {
    instance: Instance,
    tracefs: Folder,
    /// The phase that came after it.
    late: Phase,
    /// Of the newest event in it.
    last: u64,
}

/// That are taken at once: a moment's work.
const PAGES: usize = 256;

impl Early {
    /// Stops it; `None` where there is none. The recorder is told of both phases.
    pub(super) fn begin(
        machine: &Machine,
        recorder: &mut Recorder<File>,
        losses: &mut Losses,
    ) -> Result<Option<Self>> {
        let Some(instance) = Instance::of_command_line(&machine.tracefs)? else {
            return Ok(None);
        };
        let late = recorder.phase();
        recorder.enter(Phase::EarlyBoot, 0)?;
        losses.add(instance.counts()?.lost);
        recorder.lost(losses.of_recording(0))?;
        recorder.enter(late, 0)?;
        Ok(Some(Self {
            instance,
            tracefs: machine.tracefs.below(".")?,
            late,
            last: 0,
        }))
    }

    /// Takes some of it; whether that was the last.
    pub(super) fn take(&mut self, recorder: &mut Recorder<File>) -> Result<bool> {
        recorder.turn(Phase::EarlyBoot);
        let last = &mut self.last;
        let pages = self.instance.drain(PAGES, |event| {
            *last = event.time.max(*last);
            recorder.take(event);
        });
        recorder.turn(self.late);
        if pages? > 0 {
            return Ok(false);
        }
        let began = recorder.first_program().unwrap_or(self.last);
        recorder.began(self.late, began)?;
        self.instance.empty(&self.tracefs)?;
        Ok(true)
    }
}
