// SPDX-License-Identifier: Apache-2.0
//! The kernel's identity, command line and configuration; when the system was up.

use super::Report;
use crate::inventory::{CommandLine, Configuration, Startup};

/// `uname -a`: system, host, release, version of several words, machine, operating system.
pub(super) fn uname(text: &str, report: &mut Report<'_>) {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [_, _, release, version @ .., machine, _] = &words[..] else {
        report.note(1, "not what `uname -a` prints");
        return;
    };
    report.kernel.release = Some((*release).to_owned());
    report.kernel.version = Some(version.join(" ")).filter(|version| !version.is_empty());
    report.kernel.machine = Some((*machine).to_owned());
}

pub(super) fn command_line(text: &str, report: &mut Report<'_>) {
    let text = text.trim_end_matches('\n').to_owned();
    report.fact(CommandLine { text });
}

pub(super) fn configuration(text: &str, report: &mut Report<'_>) {
    if !text.lines().any(|line| line.starts_with("CONFIG_")) {
        report.note(0, "sets no symbol: not a kernel's configuration");
        return;
    }
    let text = text.to_owned();
    report.fact(Configuration { text });
}

/// `systemd-analyze`: `Startup finished in 1min 29.280s (kernel) + 2min 28.808s (userspace) = ...`.
/// What firmware and loader took comes before the kernel's start.
pub(super) fn startup(text: &str, report: &mut Report<'_>) {
    let finished = text.lines().find_map(|line| {
        let (spans, _) = line.strip_prefix("Startup finished in ")?.split_once('=')?;
        let counted = spans
            .split('+')
            .filter(|span| !span.contains("(firmware)") && !span.contains("(loader)"));
        counted
            .map(span)
            .try_fold(0_u64, |sum, span| sum.checked_add(span?))
    });
    match finished {
        Some(finished) => report.fact(Startup { finished }),
        None => report.note(1, "does not say when the startup was finished"),
    }
}

/// `2min 28.808s (userspace)` in nanoseconds.
fn span(text: &str) -> Option<u64> {
    let amounts = text
        .split_ascii_whitespace()
        .filter(|word| !word.starts_with('('));
    amounts
        .map(amount)
        .try_fold(0_u64, |sum, amount| sum.checked_add(amount?))
}

/// An amount of time with its unit (systemd's `format_timespan()`).
fn amount(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 7] = [
        ("us", 1_000),
        ("ms", 1_000_000),
        ("min", 60_000_000_000),
        ("s", 1_000_000_000),
        ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
        ("w", 604_800_000_000_000),
    ];
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let unit = &text[digits.len()..];
    let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let places = u32::try_from(fraction.len())
        .ok()
        .filter(|places| *places <= 9)?;
    let fraction: u64 = fraction.parse().ok()?;
    let part = fraction.checked_mul(scale / 10_u64.pow(places).min(*scale))?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(*scale)?
        .checked_add(part)
}
