// SPDX-License-Identifier: Apache-2.0
//! CPU time (user and system, children included) and peak memory of a program, as the
//! operating system counts them; the clock would measure the machine's other work.

use std::process::{Command, Stdio};
use std::time::Duration;

use wait4::Wait4;

use crate::failure::{Failure, Result};
use crate::program;
use crate::report;

/// Of several runs of one program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) least: Duration,
    pub(crate) median: Duration,
    /// Bytes: the largest resident set of the process or one of its children.
    pub(crate) peak: u64,
}

/// What a figure is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// More is too much.
    Must(f64),
    /// Less would be good.
    Aim(f64),
}

impl Figures {
    /// The peak in MiB.
    pub(crate) fn mebibytes(&self) -> f64 {
        let kibibytes = u32::try_from(self.peak >> 10).unwrap_or(u32::MAX);
        f64::from(kibibytes) / 1024.0
    }
}

/// Runs what `command` makes, `runs` times; a run that fails is a failure.
pub(crate) fn measure(runs: usize, command: impl Fn() -> Result<Command>) -> Result<Figures> {
    let mut times = Vec::new();
    let mut peak = 0;
    for _ in 0..runs.max(1) {
        let (time, memory) = once(command()?)?;
        times.push(time);
        peak = peak.max(memory);
    }
    times.sort();
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    Ok(Figures {
        least: at(0),
        median: at(times.len() / 2),
        peak,
    })
}

fn once(mut command: Command) -> Result<(Duration, u64)> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    let failed = |command: &Command, error| program::not_started(command, &error);
    let mut child = command.spawn().map_err(|error| failed(&command, error))?;
    let used = child.wait4().map_err(|error| failed(&command, error))?;
    if used.status.success() {
        return Ok((used.rusage.utime + used.rusage.stime, used.rusage.maxrss));
    }
    let name = command.get_program().display();
    Err(Failure::new(format!("{name}: {}", used.status)))
}

/// The heading of the lines that [`print()`] writes.
pub(crate) fn heading(what: &str) {
    report::line(&format!("\n{what}"));
    report::line(&format!(
        "{:<40} {:>9} {:>9} {:>9}",
        "", "CPU s", "median", "peak MiB"
    ));
}

/// One program's line.
pub(crate) fn print(name: &str, figures: Figures) {
    let [least, median] = [figures.least, figures.median].map(|time| time.as_secs_f64());
    let peak = figures.mebibytes();
    report::line(&format!(
        "{name:<40} {least:>9.3} {median:>9.3} {peak:>9.1}"
    ));
}

/// A figure and what it is held against, which says nothing where the machine is another.
pub(crate) fn limits(what: &str, figure: f64, limits: &[Limit]) {
    let words = limits.iter().map(|limit| {
        let (word, limit) = match *limit {
            Limit::Must(limit) => ("must", limit),
            Limit::Aim(limit) => ("aim", limit),
        };
        let outcome = if figure <= limit { "reached" } else { "missed" };
        format!("{word}: {limit}, {outcome}")
    });
    let words: Vec<String> = words.collect();
    report::line(&format!(
        "{what:<40} {figure:>9.3}   ({})",
        words.join("; ")
    ));
}

/// How many times the CPU time of `one` fits into that of `other`; both by their minimum.
pub(crate) fn ratio(what: &str, other: Figures, one: Figures, target: &str) {
    let ratio = other.least.as_secs_f64() / one.least.as_secs_f64().max(1e-9);
    report::line(&format!("{what:<40} {ratio:>8.2}x   ({target})"));
}
