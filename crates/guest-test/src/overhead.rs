// SPDX-License-Identifier: Apache-2.0
//! What tracing costs: pairs of machines, one of which is traced; CPU time of the emulator
//! for the start, and for a fixed number of operations after convergence.

use std::process::ExitCode;

use virtual_machine::cache::Cache;
use virtual_machine::{Result, report};

use crate::image::{Image, Wanted};
use crate::statistics::{Ratio, ratio};
use crate::{memcached, status};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many pairs.
    #[arg(long, default_value_t = 10)]
    pairs: u32,
    /// Rounds of 1,000 operations that are measured, after as many for convergence.
    #[arg(long, default_value_t = 20)]
    rounds: u32,
}

/// At most, with and without.
const BOOT: f64 = 1.3;
const LOAD: f64 = 1.03;
const MEMORY_KIB: u64 = 16 << 10;

/// CPU seconds.
#[derive(Clone, Copy, Debug)]
struct Costs {
    boot: f64,
    load: f64,
    /// Of the tracer's process.
    memory_kib: u64,
}

pub(crate) fn run(cache: &Cache, image: &Image, kernel: &str, args: &Args) -> Result<ExitCode> {
    let mut pairs: Vec<[Costs; 2]> = Vec::new();
    report::line("pair   boot s: traced  plain   load s: traced  plain   memory KiB");
    for number in 1..=args.pairs {
        let order = if number % 2 == 0 {
            [true, false]
        } else {
            [false, true]
        };
        let measured = order.map(|is_traced| measure(cache, image, (kernel, is_traced), args));
        let [first, second] = measured;
        let (first, second) = (first?, second?);
        let pair = if order[0] {
            [first, second]
        } else {
            [second, first]
        };
        report::line(&row(number, pair));
        pairs.push(pair);
    }
    Ok(verdict(&pairs))
}

fn row(number: u32, [traced, plain]: [Costs; 2]) -> String {
    format!(
        "{number:>4} {:>15.2} {:>6.2} {:>15.2} {:>6.2} {:>12}",
        traced.boot, plain.boot, traced.load, plain.load, traced.memory_kib
    )
}

fn verdict(pairs: &[[Costs; 2]]) -> ExitCode {
    let of = |what: fn(&Costs) -> f64| {
        let pairs = pairs
            .iter()
            .map(|[traced, plain]| (what(traced), what(plain)));
        ratio(&pairs.collect::<Vec<_>>())
    };
    let boot = is_within("start", of(|costs| costs.boot), BOOT);
    let load = is_within("operations", of(|costs| costs.load), LOAD);
    let memory = pairs.iter().map(|[traced, _]| traced.memory_kib).max();
    let memory = memory.unwrap_or(u64::MAX);
    report::line(&format!("memory of the tracer: {memory} KiB at most"));
    let is_good = boot && load && memory <= MEMORY_KIB;
    ExitCode::from(u8::from(!is_good))
}

/// The whole interval is to be below the limit.
fn is_within(what: &str, found: Option<Ratio>, limit: f64) -> bool {
    let Some(Ratio { mean, low, high }) = found else {
        report::line(&format!("{what}: two pairs at least are needed"));
        return false;
    };
    report::line(&format!(
        "{what}: {mean:.3} times as much ({low:.3} to {high:.3}), at most {limit}"
    ));
    high <= limit
}

fn measure(
    cache: &Cache,
    image: &Image,
    (kernel, is_traced): (&str, bool),
    args: &Args,
) -> Result<Costs> {
    let options = if is_traced { "" } else { "kaas.trace=off" };
    let wanted = Wanted {
        kernel,
        options,
        ..Wanted::default()
    };
    let mut station = image.start(cache, &wanted)?;
    memcached::load(&station.guest, args.rounds)?;
    // The last batch is muted within five seconds.
    station.answer("sleep 8")?;
    let (load, ()) = station.cost(|guest| memcached::load(guest, args.rounds))?;
    let memory_kib = if is_traced {
        status::field(&mut station, "memory_kib")?
    } else {
        0
    };
    Ok(Costs {
        boot: station.boot.as_secs_f64(),
        load: load.as_secs_f64(),
        memory_kib,
    })
}
