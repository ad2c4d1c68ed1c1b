// SPDX-License-Identifier: Apache-2.0
//! Gets both records out of the guest, and what is needed to understand them.

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ftrace::{Ending, Kallsyms, Trace};
use virtual_machine::cache::Cache;
use virtual_machine::{About as _, Failure, Result, Station};

use super::KILLED;
use crate::observer::{Numbers, Observed};
use crate::status::TRACER;
use crate::zipped::zipped;

/// See above.
pub(super) struct Fetched {
    pub(super) observed: Observed,
    /// Calls for which the observer had no room.
    pub(super) unobserved: u64,
    pub(super) trace: Trace,
    pub(super) kallsyms: Kallsyms,
    /// The first functions of the observer's record, as the kernel itself prints them.
    pub(super) text: Vec<String>,
}

const OBSERVER: &str = "/sys/kernel/tracing/instances/observer";

/// Where the guest writes the observer's pages.
pub(super) fn disk(cache: &Cache, mebibytes: u32) -> Result<PathBuf> {
    let name = format!("observed-{}", std::process::id());
    let path = cache.folder("guest-test")?.join(name);
    let file = File::create(&path).about(&path)?;
    file.set_len(u64::from(mebibytes + 64) << 20).about(&path)?;
    Ok(path)
}

impl Fetched {
    pub(super) fn of(station: &mut Station, disk: &Path) -> Result<Self> {
        station.answer(&format!(
            "echo snapshot >{OBSERVER}/trace_marker && kaas-guest snapshot && \
             echo 0 >{OBSERVER}/tracing_on"
        ))?;
        let trace = zipped(station, "/run/kaas-guest/trace")?;
        let trace = ftrace::format::read(&trace[..], Ending::UpToTheCut);
        let trace = trace.map_err(|error| Failure::new(format!("the trace: {error}")))?;
        let text = first_text(station)?;
        let unobserved = unobserved(station)?;
        let kallsyms = kallsyms(station)?;
        let numbers = numbers(station)?;
        let pages = pages(station)?;
        let observed = Observed::read(disk, pages, &numbers)?;
        Ok(Self {
            observed,
            unobserved,
            trace,
            kallsyms,
            text,
        })
    }
}

/// `CPU-0 [000] .... 1.5: vfs_read <-ksys_read`, of all lines that have no `#`.
fn first_text(station: &mut Station) -> Result<Vec<String>> {
    let text = station.answer(&format!(
        "head -n 1500 {OBSERVER}/trace | grep -v '^#' | grep -e '<-'"
    ))?;
    let names = text.lines().filter_map(|line| {
        let (before, _) = line.split_once(" <-")?;
        before.rsplit(' ').next().map(str::to_owned)
    });
    Ok(names.collect())
}

fn unobserved(station: &mut Station) -> Result<u64> {
    let text = station.answer(&format!(
        "sed -n 's/^\\(overrun\\|commit overrun\\|dropped events\\): //p' {OBSERVER}/per_cpu/*/stats"
    ))?;
    let sum = text
        .lines()
        .map(str::parse::<u64>)
        .sum::<std::result::Result<u64, _>>();
    sum.map_err(|_| Failure::new("what the observer missed is unreadable"))
}

fn numbers(station: &mut Station) -> Result<Numbers> {
    let mut id = |path: &str| {
        let text = station.answer(&format!("sed -n 's/^ID: //p' /sys/kernel/tracing/{path}"))?;
        let unreadable = |_| Failure::new(format!("{path}: {text}"));
        text.parse().map_err(unreadable)
    };
    let function = id("events/ftrace/function/format")?;
    let print = id("events/ftrace/print/format")?;
    let load = id("events/module/module_load/format")?;
    let tracers = station.answer(&format!("{TRACER}; cat {KILLED} 2>/dev/null || true"))?;
    let tracers: Vec<i32> = tracers.lines().flat_map(str::parse).collect();
    if tracers.is_empty() {
        return Err(Failure::new("nobody traces in the guest"));
    }
    Ok(Numbers {
        function,
        print,
        load,
        tracers,
    })
}

/// Copies them to the disk; how many.
fn pages(station: &mut Station) -> Result<u64> {
    let text = station.answer(&format!(
        "dd if={OBSERVER}/per_cpu/cpu0/trace_pipe_raw of=/dev/vdb bs=4096 iflag=nonblock 2>&1; sync"
    ))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_suffix(" records out"));
    let whole = line.and_then(|line| line.split('+').next()?.parse().ok());
    whole.ok_or_else(|| Failure::new(format!("dd said: {text}")))
}

fn kallsyms(station: &mut Station) -> Result<Kallsyms> {
    let modules = station.answer("cat /proc/modules")?;
    let modules: HashMap<String, Range<u64>> = modules.lines().filter_map(module).collect();
    let text = zipped(station, "/proc/kallsyms")?;
    let read = Kallsyms::read(&text[..], modules);
    read.map_err(|error| Failure::new(format!("kallsyms: {error}")))
}

/// `NAME SIZE REFERENCES USERS STATE ADDRESS`
fn module(line: &str) -> Option<(String, Range<u64>)> {
    let words: Vec<&str> = line.split(' ').collect();
    let size: u64 = words.get(1)?.parse().ok()?;
    let start = u64::from_str_radix(words.get(5)?.strip_prefix("0x")?, 16).ok()?;
    Some((words[0].to_owned(), start..start + size))
}
