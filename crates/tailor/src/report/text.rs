// SPDX-License-Identifier: Apache-2.0
//! The report on a terminal: the figures of the page, without its tables.

use std::fmt::Write;

use super::number::{Change, Grouped, Share, counted, len};
use super::plain::plain;
use super::reason::by_reason;
use super::surface::largest;
use super::{Counts, Exposure, Kept, Outcome, Passed, Report, Trace};

/// So many areas, and so many reasons for a drop.
const SHOWN: usize = 12;

/// What is widest in the first column.
const LABEL: usize = 32;

/// A page of a terminal or two, without control characters.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    subject(&mut out, report);
    configurations(&mut out, report);
    surface(&mut out, report);
    if let Some(exposure) = &report.cves {
        cves(&mut out, exposure);
    }
    hardening(&mut out, report);
    kept(&mut out, &report.kept);
    dropped(&mut out, report);
    evidence(&mut out, report);
    notes(&mut out, report);
    out
}

fn subject(out: &mut String, report: &Report) {
    let subject = &report.subject;
    let (release, architecture) = (plain(&subject.release), plain(&subject.architecture));
    let (profile, floor) = (plain(&subject.profile), plain(&subject.floor));
    let linking = subject.linking.name();
    let _ = writeln!(
        out,
        "Linux {release} ({architecture}): profile {profile}, {linking}, hardening floor {floor}"
    );
    let _ = writeln!(out, "{}; {}", plain(&subject.source), plain(&subject.tool));
}

fn heading(out: &mut String, heading: &str) {
    let _ = writeln!(out, "\n{heading}");
}

/// Two counts and the change between them.
fn pair(out: &mut String, label: &str, before: u64, after: u64) {
    let change = Change { before, after };
    let (before, after) = (Grouped(before), Grouped(after));
    let _ = writeln!(
        out,
        "  {:LABEL$} {before:>11} {after:>11} {change:>10}",
        plain(label)
    );
}

fn one(out: &mut String, label: &str, count: u64) {
    let _ = writeln!(out, "  {:LABEL$} {:>11}", plain(label), Grouped(count));
}

/// A count, and what it is called.
type Count = (&'static str, fn(&Counts) -> Option<u64>);

const FILES: Count = ("source files compiled", |counts| Some(counts.files));
const CVES: Count = ("CVEs with a file compiled", |counts| counts.cves);

const COUNTS: [Count; 6] = [
    FILES,
    ("lines of these files", |counts| Some(counts.lines)),
    ("functions in these files", |counts| counts.functions),
    CVES,
    ("symbols that are y", |counts| Some(counts.symbols_y)),
    ("symbols that are m", |counts| Some(counts.symbols_m)),
];

type Rules = (&'static str, fn(&Counts) -> Option<Passed>);

const RULES: [Rules; 2] = [
    ("self-protection rules passed", |counts| {
        counts.self_protection
    }),
    ("attack-surface rules passed", |counts| {
        counts.attack_surface
    }),
];

fn configurations(out: &mut String, report: &Report) {
    let result = &report.result;
    let Some(replaced) = report.replaced() else {
        heading(out, &plain(&result.name));
        for (label, count) in COUNTS {
            if let Some(count) = count(&result.counts) {
                one(out, label, count);
            }
        }
        return;
    };
    heading(
        out,
        &format!("{} → {}", plain(&replaced.name), plain(&result.name)),
    );
    compare(out, &COUNTS, &replaced.counts, &result.counts);
    for other in report.baselines.iter().skip(1) {
        heading(out, &format!("Beside {}", plain(&other.name)));
        compare(out, &[FILES, CVES], &other.counts, &result.counts);
    }
}

/// These counts, and the hardening rules, where both configurations have them.
fn compare(out: &mut String, which: &[Count], before: &Counts, after: &Counts) {
    for (label, count) in which {
        if let (Some(before), Some(after)) = (count(before), count(after)) {
            pair(out, label, before, after);
        }
    }
    for (label, rules) in RULES {
        if let (Some(before), Some(after)) = (rules(before), rules(after)) {
            let (passed, of) = (Grouped(after.passed), Grouped(after.of));
            let before = Grouped(before.passed);
            let _ = writeln!(out, "  {label:LABEL$} {before:>11} {passed:>11}  of {of}");
        }
    }
}

fn surface(out: &mut String, report: &Report) {
    if report.surface.is_empty() {
        return;
    }
    heading(out, "Source files by part of the tree");
    let largest = largest(&report.surface, SHOWN);
    for area in largest.areas {
        pair(out, &area.name, area.before.files, area.after.files);
    }
    if let Some((count, before, after)) = largest.others {
        let label = counted(count as u64, "more part", "more parts");
        pair(out, &label, before.files, after.files);
    }
}

fn cves(out: &mut String, exposure: &Exposure) {
    heading(
        out,
        "CVEs with a file compiled (exposure to published bugs by file, not exploitability)",
    );
    for one in &exposure.by_year {
        pair(out, &one.year.to_string(), one.before, one.after);
    }
    for one in &exposure.by_vector {
        pair(
            out,
            &format!("attack vector {}", one.vector.name()),
            one.before,
            one.after,
        );
    }
    let in_range = counted(exposure.in_range, "CVE", "CVEs");
    let _ = writeln!(
        out,
        "  of {in_range} for this release, {}",
        plain(&exposure.data)
    );
}

fn hardening(out: &mut String, report: &Report) {
    let rules = &report.hardening;
    if rules.is_empty() {
        return;
    }
    heading(
        out,
        &format!("Hardening: {}", counted(len(rules), "rule", "rules")),
    );
    for outcome in Outcome::ALL {
        one(out, outcome.name(), outcome.count(rules));
    }
    for rule in rules.iter().filter(|rule| rule.outcome() == Outcome::Lost) {
        let _ = writeln!(
            out,
            "  lost: {} ({})",
            plain(&rule.id),
            plain(&rule.protects)
        );
    }
}

fn kept(out: &mut String, kept: &[Kept]) {
    if kept.is_empty() {
        return;
    }
    heading(out, "Symbols that stayed on, by their strongest reason");
    let mut groups: Vec<_> = kept.iter().collect();
    groups.sort_by_key(|group| group.kind);
    for group in groups {
        one(out, group.kind.name(), len(&group.symbols));
    }
}

fn dropped(out: &mut String, report: &Report) {
    let dropped = &report.dropped_though_executed;
    if dropped.is_empty() {
        return;
    }
    heading(
        out,
        &format!(
            "Dropped though executed: {}",
            counted(len(dropped), "file", "files")
        ),
    );
    let groups = by_reason(dropped);
    for (reason, group) in groups.iter().take(SHOWN) {
        let _ = writeln!(out, "  {:>6}  {}", Grouped(len(group)), plain(reason));
    }
    if groups.len() > SHOWN {
        let _ = writeln!(
            out,
            "          and for {} other reasons",
            groups.len() - SHOWN
        );
    }
}

fn evidence(out: &mut String, report: &Report) {
    if report.subject.traces.is_empty() {
        return;
    }
    heading(out, "Traces");
    for one in &report.subject.traces {
        trace(out, one);
    }
    let unlocated = len(&report.unlocated);
    if unlocated > 0 {
        let functions = counted(unlocated, "function", "functions");
        let _ = writeln!(out, "  {functions} without a source file");
    }
}

fn trace(out: &mut String, trace: &Trace) {
    let share = Share {
        part: trace.located,
        whole: trace.functions,
    };
    let functions = counted(trace.functions, "function", "functions");
    let phases = trace.phases.join(", ");
    let _ = write!(
        out,
        "  {}: {functions}, {share} located",
        plain(&trace.name)
    );
    if !phases.is_empty() {
        let _ = write!(out, "; {}", plain(&phases));
    }
    if let Some(lost) = trace.lost {
        let _ = write!(out, "; {} lost", counted(lost, "event", "events"));
    }
    if let Some(recorded) = &trace.recorded {
        let _ = write!(out, "; recorded {}", plain(recorded));
    }
    out.push('\n');
}

fn notes(out: &mut String, report: &Report) {
    if report.notes.is_empty() {
        return;
    }
    heading(out, "Notes");
    for note in &report.notes {
        let _ = writeln!(out, "  {}", plain(note));
    }
}
