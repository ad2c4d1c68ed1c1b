// SPDX-License-Identifier: Apache-2.0
//! Whether a trace has everything: in the same boot another tracer records every call, is never
//! muted, and begins before the agent's.

mod compare;
mod fetch;

use std::process::ExitCode;

use virtual_machine::cache::Cache;
use virtual_machine::{Failure, Result, Station, report};

use crate::image::{Image, Wanted};
use crate::status::TRACER;
use crate::{disturbance, memcached, status};
use compare::Comparison;
use fetch::Fetched;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Rounds of 1,000 operations of memcached under observation.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// MiB for the observer's buffer; the machine has 1.5 GiB more.
    #[arg(long, default_value_t = 4096)]
    buffer: u32,
    /// Modules come and go meanwhile, the clock jumps, the machine is paused.
    #[arg(long)]
    disturb: bool,
    /// How often the tracer is killed meanwhile: then the trace may lack as many functions as it
    /// says that calls are lost.
    #[arg(long, default_value_t = 0)]
    kills: u32,
}

/// In the guest: the processes of tracers that were killed.
const KILLED: &str = "/run/killed-tracers";

pub(crate) fn run(cache: &Cache, image: &Image, kernel: &str, args: &Args) -> Result<ExitCode> {
    let disk = fetch::disk(cache, args.buffer)?;
    let options = format!("observe={}", u64::from(args.buffer) << 10);
    let wanted = Wanted {
        kernel,
        options: &options,
        second_disk: Some(&disk),
        memory: args.buffer + 1536,
        ..Wanted::default()
    };
    report::step(&format!("boots {kernel} with an observer"));
    let mut station = image.start(cache, &wanted)?;
    for _ in 0..args.kills {
        station.answer(&format!(
            "p=$({TRACER}) && kill -KILL $p && echo $p >>{KILLED} && \
             find /usr -newer /etc/passwd | wc -l; sleep 5"
        ))?;
    }
    if args.disturb {
        disturbance::all(&mut station)?;
    }
    memcached::load(&station.guest, args.rounds)?;
    report::step("takes the snapshot, and all that the observer saw");
    let fetched = Fetched::of(&mut station, &disk)?;
    virtual_machine::cache::remove(&disk)?;
    let lost = status::field(&mut station, "lost")?;
    report::line(&format!("{lost} calls are lost, says the trace"));
    let comparison = Comparison::of(&fetched);
    for line in comparison.lines() {
        report::line(&line);
    }
    let is_true = loss_is_true(&mut station)?;
    let excused = if args.kills > 0 { lost } else { 0 };
    let is_good = comparison.is_good(excused) && is_true;
    Ok(ExitCode::from(u8::from(!is_good)))
}

/// The tracer is stopped while everything is traced: what is lost then is what the kernel says.
fn loss_is_true(station: &mut Station) -> Result<bool> {
    let before = status::field(station, "lost")?;
    station.answer(&format!(
        "p=$({TRACER}) && kill -STOP $p && \
         echo >/sys/kernel/tracing/instances/kaas-guest/set_ftrace_notrace && \
         for i in $(seq 60); do ls -lR /usr/share >/dev/null; done; kill -CONT $p; sleep 12"
    ))?;
    let lost = status::field(station, "lost")?;
    let counted = station.answer(
        "sed -n 's/^\\(overrun\\|commit overrun\\|dropped events\\): //p' \
         /sys/kernel/tracing/instances/kaas-guest/per_cpu/*/stats",
    )?;
    let counted = counted
        .lines()
        .map(str::parse::<u64>)
        .sum::<std::result::Result<u64, _>>();
    let counted = counted.map_err(|_| Failure::new("the kernel's count is unreadable"))?;
    report::line(&format!(
        "loss while the tracer was stopped: {lost} calls reported (before: {before}), \
         {counted} by the kernel's count"
    ));
    Ok(lost == counted && lost > before)
}
