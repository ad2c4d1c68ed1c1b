// SPDX-License-Identifier: Apache-2.0
//! What happens to machines in clouds: modules come and go, clocks jump, all stands still, a
//! processor is taken away and given back.

use std::process::ExitCode;
use std::time::Duration;

use virtual_machine::cache::Cache;
use virtual_machine::{Failure, Result, Station, report};

use crate::image::{Image, Wanted};
use crate::zipped::zipped;

/// Each leaves its place to the next, which is not of its size.
const MODULES: [&str; 4] = ["dummy", "loop", "ifb", "zram"];

/// One after the other.
pub(crate) fn all(station: &mut Station) -> Result<()> {
    for round in 0..3 {
        for number in 0..MODULES.len() {
            let module = MODULES[(number + round) % MODULES.len()];
            station.answer(&format!("modprobe {module} && rmmod {module}"))?;
        }
    }
    station.answer("date -s '+1 day' && sleep 2 && date -s '-2 days' && sleep 2")?;
    station.guest.pause(Duration::from_secs(7))?;
    station.answer("date -s '+1 day' && modprobe dummy && ip link add d0 type dummy")?;
    Ok(())
}

/// Whether the tracer reads the buffer of a processor that came later.
pub(crate) fn hot_plug(cache: &Cache, image: &Image, kernel: &str) -> Result<ExitCode> {
    let wanted = Wanted {
        kernel,
        processors: 2,
        options: "maxcpus=1",
        ..Wanted::default()
    };
    report::step("starts with one of two processors");
    let mut station = image.start(cache, &wanted)?;
    station.answer(&format!(
        "cd /sys/devices/system/cpu/cpu1 && {ON} && echo 0 >online && {ON} && \
         taskset -c 1 modprobe dummy && taskset -c 1 ip link add d0 type dummy && \
         echo 0 >online && sleep 1 && kaas-guest snapshot -o /run/recording",
        ON = "echo 1 >online"
    ))?;
    let trace = zipped(&mut station, "/run/recording/trace")?;
    let trace = ftrace::format::read(&trace[..], ftrace::Ending::Required);
    let trace = trace.map_err(|error| Failure::new(format!("the trace: {error}")))?;
    let of_module =
        |function: &&ftrace::Function| function.entry.module.as_deref() == Some("dummy");
    let found = trace.functions.iter().filter(of_module).count();
    report::line(&format!(
        "{found} functions of a module on a processor that came later"
    ));
    Ok(ExitCode::from(u8::from(found < 3)))
}
