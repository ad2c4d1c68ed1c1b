// SPDX-License-Identifier: Apache-2.0
//! What the kernel's log tells that no other file does.

use super::Report;
use crate::inventory::{ClockSource, FirstProgram, Hypervisor};

/// The last message of a kind counts.
pub(super) fn messages(text: &str, report: &mut Report<'_>) {
    let found = |before: &str, after: &str| {
        let said = text.lines().rev().find_map(|line| line.split_once(before));
        said.map(|(_, rest)| rest.strip_suffix(after).unwrap_or(rest).trim().to_owned())
    };
    // arch/x86/kernel/cpu/hypervisor.c: init_hypervisor_platform()
    if let Some(name) = found("] Hypervisor detected: ", "") {
        let told_by = "kernel".to_owned();
        report.fact(Hypervisor { name, told_by });
    }
    if let Some(name) = found("] systemd[1]: Detected virtualization ", ".") {
        let told_by = "systemd".to_owned();
        report.fact(Hypervisor { name, told_by });
    }
    // kernel/time/timekeeping.c: timekeeping_notify(), kernel/time/clocksource.c
    if let Some(name) = found("] clocksource: Switched to clocksource ", "") {
        report.fact(ClockSource { name });
    }
    // init/main.c: run_init_process()
    if let Some(path) = found("] Run ", " as init process") {
        report.fact(FirstProgram { path });
    }
}
