// SPDX-License-Identifier: Apache-2.0
//! The process that traces: it is started in the initramfs or later, lives on in the root file
//! system, and does what it is told on a socket.

mod control;
mod early;
mod file;
mod losses;
mod machine;
mod predecessor;
mod status;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ftrace::Phase;

use crate::failure::{Failure, Result};
use crate::recorder::{Journal, Muting, Recorder, Windows};
use crate::tracefs::{Counts, Instance, Settings};

pub(crate) use control::ask;
use control::{Control, Request};
use early::Early;
use losses::Losses;
use machine::Machine;
pub(crate) use predecessor::{Ended, wait};
pub(crate) use status::Status;

/// Of our instance in tracefs.
const INSTANCE: &str = "kaas-guest";

/// What the tracer is asked to do.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Where the trace, the status and the socket are.
    pub(crate) run: PathBuf,
    /// The trace; `trace` in the folder above when not given.
    pub(crate) output: Option<PathBuf>,
    pub(crate) phase: Phase,
    pub(crate) window: Duration,
    /// How long to record; until told to stop when not given.
    pub(crate) seconds: Option<u64>,
}

/// See above.
struct Tracer {
    machine: Machine,
    instance: Instance,
    recorder: Recorder<File>,
    muting: Muting,
    windows: Windows,
    losses: Losses,
    /// By the kernel's count.
    lost: u64,
    /// As long as there is something in it.
    early: Option<Early>,
    control: Control,
    status: PathBuf,
    /// The status could not be written, which was said.
    has_no_status: bool,
    next_reload: Instant,
    next_status: Instant,
    started: Instant,
    /// Set by a signal: to end as if told to.
    is_told_to_end: Arc<AtomicBool>,
}

/// How often the status is written and losses are asked for.
const STATUS: Duration = Duration::from_secs(5);
/// A machine whose boot nobody says is over is taken to be up by then.
const LONGEST_BOOT: Duration = Duration::from_secs(900);
/// Pages of a processor that are taken at once, before anything else is done.
const PAGES: usize = 4096;

/// Traces until it is told to stop, or the time is over. `armed` is called when nothing that
/// follows is missed.
pub(crate) fn run(options: &Options, armed: impl FnOnce()) -> Result<()> {
    let machine = Machine::here()?;
    machine::be_first();
    let buffer_kib = machine.buffer_kib();
    let output = options.output.clone();
    let output = output.unwrap_or_else(|| options.run.join("trace"));
    let journal = Journal::new(file::open(&output)?, "kaas-guest", options.phase)?;
    let mut recorder = Recorder::new(journal, options.phase);
    let is_left = Instance::is_there(&machine.tracefs, INSTANCE);
    if !is_left {
        prepare(&mut recorder, &machine)?;
    }
    let instance = Instance::start(&machine.tracefs, INSTANCE, Settings { buffer_kib })?;
    armed();
    let left = instance.counts()?;
    let now = Instant::now();
    let mut tracer = Tracer {
        recorder,
        instance,
        muting: Muting::new(now),
        windows: Windows::new(options.window),
        losses: Losses::open(&options.run, is_left.then_some(left))?,
        lost: left.lost,
        early: None,
        control: Control::listen(&options.run)?,
        status: options.run.join("status"),
        has_no_status: false,
        next_reload: now,
        next_status: now,
        started: now,
        is_told_to_end: signals()?,
        machine,
    };
    if is_left {
        tracer.load()?;
    }
    tracer.early = Early::begin(&tracer.machine, &mut tracer.recorder, &mut tracer.losses)?;
    tracer.start_windows()?;
    let end = options
        .seconds
        .map(|seconds| now + Duration::from_secs(seconds));
    match tracer.until(end) {
        Ok(()) => tracer.end(),
        Err(failure) => {
            // What it has already shall not be lost as well.
            let _ = tracer.write();
            Err(failure)
        }
    }
}

/// Reads the lists while nothing is traced yet: reading them is a million calls.
fn prepare(recorder: &mut Recorder<File>, machine: &Machine) -> Result<()> {
    recorder.load_symbols(&machine.proc, &mut |_| Ok(()))?;
    recorder.load_numbers(&machine.tracefs, &mut |_| Ok(()))?;
    recorder.distrust();
    Ok(())
}

impl Tracer {
    /// What the kernel recorded before there was any process, a part of it each time: our own
    /// buffers fill meanwhile, and fast, as long as little is muted.
    fn take_early(&mut self) -> Result<()> {
        let Some(early) = &mut self.early else {
            return Ok(());
        };
        if early.take(&mut self.recorder)? {
            self.early = None;
        }
        self.recorder.write()
    }

    /// All of it, before the phase is another.
    fn end_early(&mut self) -> Result<()> {
        while self.early.is_some() {
            self.take_early()?;
            self.drain()?;
        }
        Ok(())
    }

    fn start_windows(&mut self) -> Result<()> {
        match self.recorder.phase() {
            Phase::SteadyState => {
                self.windows
                    .begin(&mut self.recorder, &self.instance, &mut self.muting)
            }
            _ => Ok(()),
        }
    }

    fn until(&mut self, end: Option<Instant>) -> Result<()> {
        while !self.step(end)? {}
        Ok(())
    }

    /// Whether it is over.
    fn step(&mut self, end: Option<Instant>) -> Result<bool> {
        let wait = self.wait();
        let is_asked = self
            .instance
            .buffers()
            .wait(self.control.descriptor(), wait);
        self.drain()?;
        self.take_early()?;
        self.follow_root()?;
        self.reload()?;
        self.muting
            .step(&mut self.recorder, &self.instance, &self.machine.proc)?;
        self.windows
            .step(&mut self.recorder, &self.instance, &mut self.muting)?;
        self.report()?;
        if is_asked && self.answer()? {
            return Ok(true);
        }
        let is_late = end.is_some_and(|end| Instant::now() >= end);
        Ok(is_late || self.is_told_to_end.load(Ordering::Relaxed))
    }

    /// Short while much happens, since the buffers are small and phases are to be told apart.
    fn wait(&self) -> u32 {
        match self.recorder.phase() {
            _ if self.early.is_some() => 0,
            Phase::SteadyState => 1000,
            _ => 50,
        }
    }

    fn drain(&mut self) -> Result<()> {
        let recorder = &mut self.recorder;
        self.instance.drain(PAGES, |event| recorder.take(event))?;
        self.write()
    }

    /// All that was read is in the trace then.
    fn write(&mut self) -> Result<()> {
        self.recorder.write()?;
        let read = self.instance.taken();
        let lost = self.lost;
        self.losses.note(Counts { lost, read })
    }

    /// Says what was lost until now.
    fn count_losses(&mut self) -> Result<()> {
        let counts = self.instance.counts()?;
        // What was read and not understood is lost as well.
        let unread = counts.read.saturating_sub(self.instance.taken());
        self.lost = counts.lost + unread;
        let lost = self.losses.of_recording(self.lost);
        self.recorder.lost(lost)
    }

    fn follow_root(&mut self) -> Result<()> {
        if self.recorder.phase() > Phase::Initramfs || !self.machine.follow_root()? {
            return Ok(());
        }
        let began = self.recorder.last_chroot().unwrap_or(self.recorder.now());
        self.enter(Phase::Boot, began)
    }

    fn enter(&mut self, phase: Phase, began: u64) -> Result<()> {
        self.end_early()?;
        self.count_losses()?;
        self.recorder.leave()?;
        self.recorder.enter(phase, began)?;
        self.start_windows()
    }

    /// The lists take long to read: the more so, the less often.
    fn reload(&mut self) -> Result<()> {
        let now = Instant::now();
        if now < self.next_reload {
            return Ok(());
        }
        if self.recorder.wants_numbers() || self.windows.is_held_up(&self.recorder) {
            self.load()?;
        } else if self.recorder.wants_symbols() {
            self.load_symbols()?;
        }
        let took = now.elapsed();
        self.next_reload = Instant::now() + took * 16;
        Ok(())
    }

    fn load_symbols(&mut self) -> Result<()> {
        let mut drain = draining(&mut self.instance);
        self.recorder.load_symbols(&self.machine.proc, &mut drain)
    }

    /// Symbols and numbers, which have to be of the same moment.
    fn load(&mut self) -> Result<()> {
        self.load_symbols()?;
        let mut drain = draining(&mut self.instance);
        let tracefs = &self.machine.tracefs;
        self.recorder.load_numbers(tracefs, &mut drain)
    }

    fn report(&mut self) -> Result<()> {
        let now = Instant::now();
        let is_late = now.duration_since(self.started) > LONGEST_BOOT;
        if is_late && self.recorder.phase() == Phase::Boot {
            self.enter(Phase::SteadyState, self.recorder.now())?;
        }
        if now < self.next_status {
            return Ok(());
        }
        self.next_status = now + STATUS;
        self.count_losses()?;
        self.write_status();
        Ok(())
    }

    /// While the root file system is switched, the folder is nowhere for a moment.
    fn write_status(&mut self) {
        let written = self.status(true).write(&self.status);
        if let (Err(failure), false) = (&written, self.has_no_status) {
            eprintln!("kaas-guest: the status is old: {failure}");
        }
        self.has_no_status = written.is_err();
    }

    fn status(&self, is_tracing: bool) -> Status {
        let lost = self.losses.of_all(self.lost) + self.recorder.mistakes();
        Status::of(&self.recorder, &self.windows, lost, is_tracing)
    }

    /// Whether it was told to stop.
    fn answer(&mut self) -> Result<bool> {
        let Some(mut asked) = self.control.accept() else {
            return Ok(false);
        };
        match asked.request() {
            Ok(Request::Snapshot) => {
                self.end_early()?;
                self.drain()?;
                if self.recorder.has_unknown() {
                    self.load_symbols()?;
                    self.drain()?;
                }
                let figures = self.recorder.figures();
                asked.answer(&format!("ok {} functions", figures.functions));
            }
            Ok(Request::Mark(phase)) if phase > self.recorder.phase() => {
                let now = self.recorder.now();
                self.enter(phase, now)?;
                asked.answer(&format!("ok {phase}"));
            }
            Ok(Request::Mark(_)) => {
                asked.answer(&format!("ok it is {} already", self.recorder.phase()));
            }
            Ok(Request::Stop) => {
                asked.answer("ok stopped");
                return Ok(true);
            }
            Err(why) => asked.answer(&format!("error {why}")),
        }
        Ok(false)
    }

    fn end(mut self) -> Result<()> {
        self.end_early()?;
        self.instance.pause()?;
        while self
            .instance
            .drain(PAGES, |event| self.recorder.take(event))?
            > 0
        {}
        self.load_symbols()?;
        self.windows.end(&mut self.recorder)?;
        self.count_losses()?;
        self.recorder.leave()?;
        self.status(false).write(&self.status)?;
        let Self {
            instance,
            recorder,
            machine,
            ..
        } = self;
        recorder.finish()?;
        instance.end(&machine.tracefs, INSTANCE)
    }
}

fn draining(instance: &mut Instance) -> impl FnMut(&mut Recorder<File>) -> Result<()> {
    |recorder| {
        instance
            .drain(PAGES, |event| recorder.take(event))
            .map(drop)
    }
}

/// Whoever stops a service or presses a key wants the trace to be whole.
fn signals() -> Result<Arc<AtomicBool>> {
    let told = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        let registered = signal_hook::flag::register(signal, Arc::clone(&told));
        registered.map_err(|error| Failure::new(format!("a signal's handler: {error}")))?;
    }
    Ok(told)
}
