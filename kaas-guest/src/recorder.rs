// SPDX-License-Identifier: Apache-2.0
//! Turns events into a trace: who was called, in which phase and window, written down when it
//! is first seen. It decides what the tracer no longer has to report.

mod addresses;
mod journal;
mod muting;
mod seen;
mod window;

use std::io::Write;

use ftrace::Phase;

use crate::failure::Result;
use crate::tracefs::{Event, Folder, FunctionId, Functions, Happening};

use addresses::{Addresses, Known, Unknown};
pub(crate) use journal::Journal;
pub(crate) use muting::Muting;
use seen::Seen;
pub(crate) use window::Windows;

/// Goes on with events while something else is done.
pub(crate) type Drain<'a, W> = dyn FnMut(&mut Recorder<W>) -> Result<()> + 'a;

/// Events of modules that are rather read than muted.
const MANY: u64 = 100_000;

/// See above. All it holds grows with the number of functions and not with time.
pub(crate) struct Recorder<W> {
    functions: Functions,
    addresses: Addresses,
    seen: Seen,
    journal: Journal<W>,
    phase: Phase,
    /// Of the newest event, on the tracer's clock.
    now: u64,
    /// When the kernel executed its first program, where that was recorded, and the phase after it.
    first_program: Option<u64>,
    /// When a program last changed the root folder: the initramfs ends with it.
    last_chroot: Option<u64>,
    events: u64,
    /// A module came or went since the symbols were read.
    has_old_symbols: bool,
    /// And since the numbers were: those of modules are not right any more.
    has_old_numbers: bool,
    /// Events of modules since then.
    unmutable: u64,
    /// This process: what it calls is not the machine's.
    own: i32,
    /// Times when calls may have been muted by mistake.
    mistakes: u64,
}

/// Whether there is a function for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Explained {
    Not,
    /// A module came since the symbols were read: its code may be where another's was.
    ForNow,
    ForGood,
}

/// What `kaas-guest status` says of a recording.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) functions: usize,
    pub(crate) muted: usize,
    pub(crate) events: u64,
    pub(crate) unresolved: u64,
    pub(crate) traceable: usize,
}

impl<W: Write> Recorder<W> {
    /// It knows no function before [`Self::load_symbols`].
    pub(crate) fn new(journal: Journal<W>, phase: Phase) -> Self {
        Self {
            seen: Seen::default(),
            addresses: Addresses::default(),
            functions: Functions::default(),
            journal,
            phase,
            now: 0,
            first_program: None,
            last_chroot: None,
            events: 0,
            has_old_symbols: true,
            has_old_numbers: true,
            unmutable: 0,
            own: rustix::process::getpid().as_raw_nonzero().get(),
            mistakes: 0,
        }
    }

    /// Takes one event. The addresses of modules that are not known yet are kept for later.
    pub(crate) fn take(&mut self, event: &Event<'_>) {
        self.now = self.now.max(event.time);
        match event.what {
            // Interrupts that come meanwhile are the machine's.
            Happening::Call(_) if event.task == self.own && !event.is_interrupt => {}
            Happening::Call(address) => self.call(address, event.time),
            Happening::ModuleLoaded(_) | Happening::ModuleFreed(_) => {
                (self.has_old_symbols, self.has_old_numbers) = (true, true);
                self.addresses.forget();
            }
        }
    }

    fn call(&mut self, address: u64, time: u64) {
        self.events += 1;
        match self.addresses.known(address) {
            Known::Function(id) => return self.see(id, time),
            Known::Nobodys => return,
            Known::New => {}
        }
        let found = self.functions.at(address).to_vec();
        let in_vmlinux = |(_, id): &(u64, FunctionId)| self.functions.is_built_in(*id);
        if self.has_old_symbols && !found.iter().any(in_vmlinux) {
            // A module may be where another's code was that is freed: it is taken for both.
            let is_nobodys = found.is_empty();
            self.addresses
                .unknown(address, time, self.phase, is_nobodys);
            return found.iter().for_each(|(_, id)| self.see(*id, time));
        }
        match found[..] {
            [] => self.addresses.unknown(address, time, self.phase, true),
            [(_, id)] => {
                self.addresses.learn(address, id);
                self.see(id, time);
            }
            _ => found.iter().for_each(|(_, id)| self.see(*id, time)),
        }
    }

    fn see(&mut self, id: FunctionId, time: u64) {
        self.unmutable += u64::from(self.has_old_numbers && !self.functions.is_built_in(id));
        if self.seen.see(id, self.phase, time) {
            self.notice(id, time);
        }
    }

    /// What parts the phases from each other.
    fn notice(&mut self, id: FunctionId, time: u64) {
        let Some(function) = self
            .functions
            .get(id)
            .filter(|found| found.module.is_none())
        else {
            return;
        };
        if function.name == "run_init_process" {
            self.first_program = Some(time);
        } else if is_root_change(function.name) {
            self.last_chroot = Some(time);
        }
    }

    /// Reads the kernel's symbols, so that calls are explained which could not be. `drain` goes
    /// on with what comes meanwhile.
    pub(crate) fn load_symbols(&mut self, proc: &Folder, drain: &mut Drain<'_, W>) -> Result<()> {
        self.has_old_symbols = false;
        let mut functions = std::mem::take(&mut self.functions);
        let loaded = functions.load_symbols(proc, &mut || drain(self));
        self.functions = functions;
        self.settle();
        self.addresses.has_fresh = self.has_old_symbols;
        self.journal.unresolved = self.addresses.nobodys();
        loaded
    }

    /// Explains what was called while the lists were read. What is still unknown is kept: it may
    /// be of a module that came meanwhile, and so may be what is explained by another's code.
    fn settle(&mut self) {
        self.addresses.forget();
        let has_fresh = self.addresses.has_fresh;
        for mut unknown in self.addresses.take_unknown() {
            let explained = self.explain(&unknown);
            unknown.is_nobodys &= explained == Explained::Not;
            if explained != Explained::ForGood {
                self.addresses.keep(&unknown);
            }
        }
        self.addresses.has_fresh = has_fresh && self.addresses.has_unknown();
    }

    /// Reads the numbers by which functions are muted.
    pub(crate) fn load_numbers(
        &mut self,
        tracefs: &Folder,
        drain: &mut Drain<'_, W>,
    ) -> Result<()> {
        (self.has_old_numbers, self.unmutable) = (false, 0);
        let mut functions = std::mem::take(&mut self.functions);
        let loaded = functions.load_numbers(tracefs, &mut || drain(self));
        self.functions = functions;
        self.settle();
        loaded
    }

    fn explain(&mut self, unknown: &Unknown) -> Explained {
        let found = self.functions.at(unknown.address).to_vec();
        let in_vmlinux = |(_, id): &(u64, FunctionId)| self.functions.is_built_in(*id);
        let explained = match found[..] {
            [] => Explained::Not,
            _ if self.has_old_symbols && !found.iter().any(in_vmlinux) => Explained::ForNow,
            _ => Explained::ForGood,
        };
        for (_, id) in found {
            for phase in unknown.phases.iter() {
                self.seen.see(id, phase, unknown.first);
            }
            self.notice(id, unknown.first);
        }
        explained
    }

    /// Whether there are calls that the symbols were not asked for yet.
    pub(crate) fn has_unknown(&self) -> bool {
        self.addresses.has_fresh
    }

    /// Whether there are calls that newer symbols would explain.
    pub(crate) fn wants_symbols(&self) -> bool {
        self.has_old_symbols && self.addresses.has_fresh
    }

    /// Whether so much comes from modules that muting it is worth reading the numbers.
    pub(crate) fn wants_numbers(&self) -> bool {
        self.has_old_numbers && self.unmutable > MANY
    }

    /// Writes down what was seen since the last time.
    pub(crate) fn write(&mut self) -> Result<()> {
        self.journal.seen(&self.functions, &mut self.seen)
    }

    /// All that comes is of another phase; `time` is when it began.
    pub(crate) fn enter(&mut self, phase: Phase, time: u64) -> Result<()> {
        self.write()?;
        self.journal.began(phase, time)?;
        self.phase = phase;
        self.addresses.forget();
        self.seen.since(time, phase);
        Ok(())
    }

    /// The phase that is under way began at another time than was known.
    pub(crate) fn began(&mut self, phase: Phase, time: u64) -> Result<()> {
        self.seen.since(time, phase);
        self.journal.began(phase, time)
    }

    /// What comes next is of another phase, which has begun or will begin: recordings that
    /// overlap are read in turn.
    pub(crate) fn turn(&mut self, phase: Phase) {
        self.phase = phase;
        self.addresses.forget();
    }

    /// Of functions that are muted, this phase can't tell.
    pub(crate) fn leave(&mut self) -> Result<()> {
        self.write()?;
        self.journal.unobserved(self.phase, &self.seen)
    }

    pub(crate) fn lost(&mut self, events: u64) -> Result<()> {
        self.journal.lost(self.phase, events + self.mistakes)
    }

    /// How often a call may have been missed that no count of the kernel's has.
    pub(crate) fn mistakes(&self) -> u64 {
        self.mistakes
    }

    /// Modules came or went while nobody listened.
    pub(crate) fn distrust(&mut self) {
        (self.has_old_symbols, self.has_old_numbers) = (true, true);
    }

    /// The numbers by which functions were muted were others': all are audible again, and a call
    /// that was missed meanwhile counts as lost.
    fn mistake(&mut self) {
        let all: Vec<FunctionId> = self.seen.all().map(|(id, _)| id).collect();
        self.seen.set_muted(&all, false);
        self.mistakes += 1;
        self.distrust();
    }

    pub(crate) fn figures(&self) -> Figures {
        Figures {
            functions: self.seen.count(),
            muted: self.seen.muted(),
            events: self.events,
            unresolved: self.journal.unresolved + self.addresses.dropped,
            traceable: self.functions.traceable(),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn events(&self) -> u64 {
        self.events
    }

    pub(crate) fn first_program(&self) -> Option<u64> {
        self.first_program
    }

    pub(crate) fn last_chroot(&self) -> Option<u64> {
        self.last_chroot
    }

    pub(crate) fn functions(&self) -> &Functions {
        &self.functions
    }

    pub(crate) fn seen_mut(&mut self) -> &mut Seen {
        &mut self.seen
    }

    /// A window is over.
    pub(crate) fn close_window(&mut self, start: u64) -> Result<()> {
        self.write()?;
        let length = self.now.saturating_sub(start);
        self.journal.window(start, length, &mut self.seen)
    }

    /// Says that nothing is missing.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.write()?;
        self.journal.finish()
    }
}

/// How an initramfs hands over to the root file system: `chroot()` by those of initramfs-tools and
/// dracut, `pivot_root()` by others.
fn is_root_change(name: &str) -> bool {
    name.ends_with("_sys_chroot") || name.ends_with("_sys_pivot_root")
}

#[cfg(test)]
mod tests;
