// SPDX-License-Identifier: Apache-2.0
//! A load of which everything is known, and two recordings of it: by a tracer that mutes what it
//! saw in three windows, and by one that sees all.

use convergence::{Boot, Incidence, Settings};
use ftrace::format::Writer;
use ftrace::{Ending, Entry, Kernel, Phase, Phases, Recording, Sighting, Trace, Window};

use super::presence::ENOUGH;

pub(super) const SECOND: u64 = 1_000_000_000;
pub(super) const LENGTH: u64 = 300;

/// For each window, the functions called in it.
pub(super) type Calls = Vec<Vec<u32>>;

/// Numbers that look random and are the same in each run (xorshift64*, Vigna 2016).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        u32::try_from((high * u64::from(limit)) >> 32).unwrap()
    }

    /// With the chance of `parts` in a million.
    pub(super) fn happens(&mut self, parts: u32) -> bool {
        self.below(1_000_000) < parts
    }
}

/// Functions that come independently, each with its own chance in a million for a window.
pub(super) fn independent(chances: &[u32], windows: u32, random: &mut Random) -> Calls {
    let called = |random: &mut Random| {
        let numbers = (0..).zip(chances);
        let called = numbers.filter(|(_, chance)| random.happens(**chance));
        called.map(|(number, _)| number).collect()
    };
    (0..windows).map(|_| called(random)).collect()
}

/// What always runs, and sessions of 20 functions each that last for several windows.
pub(super) fn sessions(kinds: u32, windows: u32, random: &mut Random) -> Calls {
    let base = 200;
    let mut calls: Calls = (0..windows).map(|_| (0..base).collect()).collect();
    for kind in 0..kinds {
        // Ever rarer ones.
        let chance = 300_000 / (kind + 1);
        for start in 0..windows {
            if random.happens(chance) {
                let length = 2 + random.below(8);
                let first = base + kind * 20;
                for window in calls.iter_mut().skip(start as usize).take(length as usize) {
                    window.extend(first..first + 20);
                }
            }
        }
    }
    calls
}

/// The table of all calls.
pub(super) fn truth(calls: &Calls, settings: Settings) -> Incidence {
    let mut table = Incidence::new(settings, Boot::Captured);
    for (number, called) in (0..).zip(calls) {
        let window = convergence::Window {
            start: number * LENGTH,
            active: u32::try_from(LENGTH).unwrap(),
        };
        table.add(window, called).unwrap();
    }
    table
}

/// The trace that a muting tracer writes, still open, and read again.
pub(super) fn recorded(calls: &Calls) -> Trace {
    let written = written(calls);
    ftrace::format::read(&written[..], Ending::UpToTheCut).unwrap()
}

fn written(calls: &Calls) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, &Kernel::default()).unwrap();
    let recording = Recording {
        name: "kaas-guest".to_owned(),
        started: Some(Phase::Initramfs),
        ..Recording::default()
    };
    writer.recording(&recording).unwrap();
    // For each function that was seen: its number in the trace, and in how many windows.
    let mut seen = std::collections::BTreeMap::<u32, (u32, usize)>::new();
    for (number, called) in (0..).zip(calls) {
        let mut reported = Vec::new();
        for function in called {
            let (id, windows) = seen.entry(*function).or_insert_with(|| {
                let entry = entry(*function);
                (writer.function(&entry, &steady()).unwrap(), 0)
            });
            if *windows < ENOUGH && !reported.contains(id) {
                reported.push(*id);
                *windows += 1;
            }
        }
        reported.sort_unstable();
        let start = (1_000 + number * LENGTH) * SECOND;
        let length = LENGTH * SECOND;
        writer.window(Window { start, length }, &reported).unwrap();
    }
    writer.flush().unwrap();
    drop(writer);
    out
}

fn entry(function: u32) -> Entry {
    Entry {
        module: None,
        name: format!("function_{function}").into(),
        offset: None,
    }
}

fn steady() -> Sighting {
    Sighting {
        phases: Phases::only(Phase::SteadyState),
        ..Sighting::default()
    }
}
