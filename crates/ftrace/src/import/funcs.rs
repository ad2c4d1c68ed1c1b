// SPDX-License-Identifier: Apache-2.0
//! `funcs.txt`: the table of a tracing agent that mutes a function after its first calls.
//!
//! A line is a function: name, module (`-` is vmlinux), address, distance from the symbol
//! that the address was told by, first seen in seconds, calls until it was muted, rounds,
//! processor, process, calls after that, when it was muted (0: never) and a mask of rounds.

use std::io::BufRead;

use super::Context;
use super::input::Input;
use super::word::nanoseconds;
use crate::builder::Builder;
use crate::error::{Error, ErrorKind};
use crate::limit;
use crate::lines::Lines;
use crate::phase::{PerPhase, Phase, Phases};
use crate::record::{is_name, shorten};
use crate::trace::{Entry, Sighting, Trace};

pub(super) fn detect(head: &[u8]) -> bool {
    head.starts_with(b"# name module addr offset first_seen_s ")
}

pub(super) fn read(input: Input<'_>) -> Result<Trace, Error> {
    let (lines, context, mut notes) = input.lines();
    let rows = rows(lines)?;
    let beginnings = Beginnings::of(&rows, context.running_since);
    let mut builder = Builder::new(context.kernel.clone());
    let mut unresolved = 0;
    let recording = builder.recording(context.recording())?;
    for row in &rows {
        let first = beginnings.phase_at(row.first);
        let sighting = Sighting {
            recording,
            ..row.sighting(first, context)
        };
        match row.entry(context) {
            Ok(entry) => {
                let seen = builder.see(entry, sighting);
                seen.map_err(|error| error.at(row.line))?;
            }
            Err(message) => {
                unresolved += 1;
                notes.add(row.line, message);
            }
        }
    }
    if unresolved > 0 && builder.is_empty() {
        let message = "no line is of the kernel that kallsyms are of: take those of the same boot";
        return Err(Error::new(ErrorKind::Incomplete, message));
    }
    if let Some(recording) = builder.recording_mut(recording) {
        let phases = rows.iter().map(|row| beginnings.phase_at(row.first));
        recording.started = phases.min();
        recording.clock = Some("local".to_owned());
        recording.began = beginnings.0;
        recording.unresolved = unresolved;
    }
    Ok(builder.build())
}

fn rows(mut lines: Lines<&mut dyn BufRead>) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    while let Some(line) = lines.next()? {
        let text = line.text()?;
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if rows.len() == limit::FUNCTIONS {
            return Err(Error::too_large("functions", limit::FUNCTIONS));
        }
        let row = Row::parse(text, line.number).ok_or_else(|| {
            let shown = shorten(text);
            Error::malformed(format!("`{shown}` is no line of twelve columns")).at(line.number)
        })?;
        rows.push(row);
    }
    Ok(rows)
}

/// A line, times in nanoseconds.
struct Row {
    line: u64,
    name: Box<str>,
    module: Option<Box<str>>,
    address: u64,
    distance: u64,
    first: u64,
    hits: u64,
    muted: Option<u64>,
}

impl Row {
    fn parse(text: &str, line: u64) -> Option<Self> {
        let columns: Vec<&str> = text.split_ascii_whitespace().collect();
        let [
            name,
            module,
            address,
            distance,
            first,
            before,
            _,
            _,
            _,
            after,
            muted,
            _,
        ] = columns.try_into().ok()?;
        let hits = before
            .parse::<u64>()
            .ok()?
            .saturating_add(after.parse().ok()?);
        Some(Self {
            line,
            name: Some(name).filter(|name| is_name(name))?.into(),
            module: Some(module).filter(|module| *module != "-").map(Into::into),
            address: u64::from_str_radix(address, 16).ok()?,
            distance: u64::from_str_radix(distance.strip_prefix('+')?, 16).ok()?,
            first: nanoseconds(first)?,
            hits,
            muted: Some(nanoseconds(muted)?).filter(|time| *time > 0),
        })
    }

    /// The function; an error says why the address can't be told.
    fn entry(&self, context: &Context<'_>) -> Result<Entry, String> {
        if self.distance != 0 {
            return Err(format!(
                "`{}+{:x}` is where no function begins: it was freed before it was named",
                self.name, self.distance
            ));
        }
        let entry = Entry {
            module: self.module.clone(),
            name: self.name.clone(),
            offset: None,
        };
        let Some(kallsyms) = context.kallsyms else {
            return Ok(entry);
        };
        let is_same = |found: &&Entry| found.name == entry.name && found.module == entry.module;
        let found = kallsyms.at(self.address).find(is_same);
        found.cloned().ok_or_else(|| {
            format!(
                "kallsyms has no `{}` at {:x}: they are not of one boot",
                self.name, self.address
            )
        })
    }

    /// What is known of a function that was first seen in this phase. Calls have no dates
    /// but the first, and after muting there are none: of later phases nothing is known,
    /// unless a function that was never muted was called just once, or its code was freed.
    fn sighting(&self, first: Phase, context: &Context<'_>) -> Sighting {
        let phases = Phases::only(first);
        let was_freed = context
            .kallsyms
            .is_some_and(|symbols| symbols.is_init(self.address));
        let unobserved = if was_freed || self.muted.is_none() && self.hits == 1 {
            Phases::NONE
        } else {
            Phases::from(first).without(phases)
        };
        Sighting {
            phases,
            unobserved,
            first: Some(self.first),
            hits: Some(self.hits),
            ..Sighting::default()
        }
    }
}

/// When the phases began, on the tracer's clock.
///
/// - The initramfs begins with the kernel's call of `run_init_process()` (init/main.c). When that
///   was not seen, the recording itself was started by the initramfs.
/// - The boot proper begins when the initramfs moves to the root file system: the first
///   system call `chroot` or `pivot_root`. When there is none, there was no initramfs.
/// - The steady state begins when all services are started, which the system's clock tells.
///   The tracer's clock is ahead of it by more than any function was muted before it was
///   seen; the largest such lead is taken. Both errors err towards an early steady state.
struct Beginnings(PerPhase<Option<u64>>);

impl Beginnings {
    fn of(rows: &[Row], running_since: Option<u64>) -> Self {
        let first = |is_one: fn(&Row) -> bool, from: u64| {
            let times = rows.iter().filter(|row| is_one(row)).map(|row| row.first);
            times.filter(|time| *time >= from).min()
        };
        let mut began = PerPhase::default();
        let start = rows.iter().map(|row| row.first).min();
        let init = first(|row| &*row.name == "run_init_process", 0);
        let from = init.or(start).unwrap_or_default();
        let handover = first(Row::is_handover, from);
        if init.is_some() {
            *began.get_mut(Phase::EarlyBoot) = start;
        }
        match handover {
            Some(_) => {
                *began.get_mut(Phase::Initramfs) = init.or(start);
                *began.get_mut(Phase::Boot) = handover;
            }
            None => *began.get_mut(Phase::Boot) = init.or(start),
        }
        let running = running_since.map(|time| time.saturating_add_signed(lead(rows)));
        *began.get_mut(Phase::SteadyState) = running.filter(|time| *time >= from);
        Self(began)
    }

    fn phase_at(&self, time: u64) -> Phase {
        let begun = self
            .0
            .iter()
            .filter(|(_, began)| began.is_some_and(|began| began <= time));
        begun
            .map(|(phase, _)| phase)
            .last()
            .unwrap_or(Phase::EarlyBoot)
    }
}

impl Row {
    fn is_handover(&self) -> bool {
        let is_call = |call: &str| self.name.ends_with(call);
        self.module.is_none() && (is_call("_sys_chroot") || is_call("_sys_pivot_root"))
    }
}

/// How far the tracer's clock is ahead of the system's, at least.
fn lead(rows: &[Row]) -> i64 {
    let lead = |row: &Row| {
        let lead = i128::from(row.first) - i128::from(row.muted?);
        i64::try_from(lead).ok()
    };
    let leads = rows.iter().filter_map(lead);
    leads.max().unwrap_or_default()
}
