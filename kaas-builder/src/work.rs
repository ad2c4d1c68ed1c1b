// SPDX-License-Identifier: Apache-2.0
//! A job under way: what its steps work with.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cancel::Cancel;
use crate::event::{Event, Outcome, Sink, now};
use crate::folder::{Folder, Log};
use crate::job::Job;
use crate::progress::Progress;
use crate::sandbox::{Ended, Mount, Program};
use crate::settings::Settings;
use crate::step::Step;
use crate::trouble::Result;

/// See above.
pub(crate) struct Work<'w> {
    pub(crate) job: &'w Job,
    pub(crate) settings: &'w Settings,
    /// The folder with the job's inputs.
    pub(crate) inputs: &'w Path,
    pub(crate) folder: Folder,
    log: Log<'w>,
    sink: &'w dyn Sink,
    cancel: &'w Cancel,
    progress: Progress,
    step: Step,
    since: Instant,
}

/// Who takes part in a build beside the job.
#[derive(Clone, Copy)]
pub struct Party<'p> {
    pub settings: &'p Settings,
    pub sink: &'p dyn Sink,
    pub cancel: &'p Cancel,
}

/// Where programs see this program.
const SELF: &str = "/kaas/builder";

impl<'w> Work<'w> {
    pub(crate) fn new(
        job: &'w Job,
        inputs: &'w Path,
        folder: Folder,
        party: Party<'w>,
    ) -> Result<Self> {
        let log = Log::open(&folder.path().join("log"), party.sink)?;
        Ok(Self {
            job,
            settings: party.settings,
            inputs,
            folder,
            log,
            sink: party.sink,
            cancel: party.cancel,
            progress: Progress::new(),
            step: Step::Fetch,
            since: Instant::now(),
        })
    }

    /// Does a step, or finds it done.
    pub(crate) fn step<T: Serialize + DeserializeOwned>(
        &mut self,
        step: Step,
        run: impl FnOnce(&mut Self, &Path) -> Result<T>,
    ) -> Result<T> {
        self.cancel.check()?;
        (self.step, self.since) = (step, Instant::now());
        if let Some(found) = self.folder.done(step)? {
            self.end_of(step, true);
            return Ok(found);
        }
        let place = self.folder.begin(step)?;
        self.sink.tell(&Event::Began { step, at: now() });
        self.advance(0.0);
        let found = run(self, &place)?;
        self.folder.finish(step, &found)?;
        self.end_of(step, false);
        Ok(found)
    }

    fn end_of(&mut self, step: Step, kept: bool) {
        self.advance(1.0);
        let at = now();
        self.sink.tell(&Event::Done { step, at, kept });
    }

    /// A part of the step is done, 0 to 1.
    pub(crate) fn advance(&mut self, part: f64) {
        let step = self.step;
        if let Some((percent, eta_seconds)) = self.progress.at(step, part, self.since.elapsed()) {
            self.sink.tell(&Event::Progress {
                step,
                percent,
                eta_seconds,
            });
        }
    }

    pub(crate) fn is_at(&self, step: Step) -> bool {
        self.step == step
    }

    pub(crate) fn say(&mut self, line: &str) -> Result<()> {
        self.log.line(line)
    }

    /// Runs a program; what it writes goes into the log.
    pub(crate) fn run(&mut self, program: &Program) -> Result<Ended> {
        self.run_heard(program, &mut |_, _| ())
    }

    /// And `hear` gets it too.
    pub(crate) fn run_heard(
        &mut self,
        program: &Program,
        hear: &mut dyn FnMut(&mut Self, &[u8]),
    ) -> Result<Ended> {
        let scratch = self.folder.scratch("sandbox")?;
        let (settings, cancel) = (self.settings, self.cancel);
        settings
            .sandbox
            .run(program, &scratch, cancel, &mut |bytes: &[u8]| {
                self.log.write(bytes)?;
                hear(self, bytes);
                Ok(())
            })
    }

    /// Runs a program for what it says, which is not for the log. At most 64 KiB of it count.
    pub(crate) fn ask(&mut self, program: &Program) -> Result<(Ended, String)> {
        let scratch = self.folder.scratch("sandbox")?;
        let mut answer = Vec::new();
        let cancel = self.cancel;
        let ended =
            self.settings
                .sandbox
                .run(program, &scratch, cancel, &mut |bytes: &[u8]| {
                    let room = (64_usize << 10).saturating_sub(answer.len());
                    answer
                        .extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
                    Ok(())
                })?;
        Ok((ended, String::from_utf8_lossy(&answer).into_owned()))
    }

    /// This program in a sandbox, for work on what others wrote. It starts in a folder that can
    /// be written to: scripts of a tree try the compiler there.
    pub(crate) fn worker(&self, words: &[&str]) -> Program {
        let program = Program::new(&[SELF, "worker"]);
        let program = words
            .iter()
            .fold(program, |program, word| program.arg(*word));
        program
            .mount(Mount::read(&self.settings.sandbox.helper, SELF))
            .at("/tmp")
            .for_seconds(self.settings.patience.analysis)
    }

    /// An empty folder that the build user may write to, thrown away after the job.
    pub(crate) fn room(&self, name: &str) -> Result<PathBuf> {
        let room = self.folder.scratch(name)?;
        self.settings.sandbox.give(&room)?;
        Ok(room)
    }

    pub(crate) fn end(mut self, outcome: &Outcome) -> Result<()> {
        let at = now();
        let last = match outcome {
            Outcome::Success => "done".to_owned(),
            Outcome::Failure(reason) => format!("failed: {reason}"),
            Outcome::InfraError(reason) => format!("the builder failed: {reason}"),
            Outcome::Cancelled => "cancelled".to_owned(),
        };
        self.say(&last)?;
        self.folder.end(outcome, at)?;
        self.folder.throw_away_scratch()?;
        let outcome = outcome.clone();
        self.sink.tell(&Event::Ended { outcome, at });
        Ok(())
    }
}
