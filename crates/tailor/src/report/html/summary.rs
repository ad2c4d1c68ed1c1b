// SPDX-License-Identifier: Apache-2.0
//! The first screen: which kernel, and in six figures what became of it.

use super::super::number::{Change, Grouped, counted, len};
use super::super::{Counts, Outcome, Report};
use super::bars;
use super::writer::Writer;

/// `Linux 6.1.192 (x86)`.
pub(super) fn kernel(report: &Report) -> String {
    let subject = &report.subject;
    format!("Linux {} ({})", subject.release, subject.architecture)
}

pub(super) fn title(w: &mut Writer, report: &Report) {
    let subject = &report.subject;
    w.leaf("p", &[("class", &"kicker")], "Tailoring report");
    w.leaf("h1", &[], kernel(report));
    w.element("p", &[("class", &"facts")], |w| {
        fact(w, "profile", &subject.profile);
        fact(w, "result", subject.linking.name());
        fact(w, "hardening floor", &subject.floor);
        fact(w, "sources", &subject.source);
        if let Some(replaced) = report.replaced() {
            fact(w, "replaces", &replaced.name);
        }
    });
}

fn fact(w: &mut Writer, name: &str, value: &str) {
    w.element("span", &[], |w| {
        w.text(name);
        w.text(" ");
        w.leaf("strong", &[], value);
    });
}

pub(super) fn write(w: &mut Writer, report: &Report) {
    let Some(replaced) = report.replaced() else {
        let text = "This report has no configuration to compare with: it shows the result alone.";
        return w.leaf("p", &[("class", &"lead")], text);
    };
    lead(w, &replaced.counts, &report.result.counts);
    w.element("dl", &[("class", &"tiles")], |w| {
        for (name, count) in TILES {
            if let (Some(before), Some(after)) =
                (count(&replaced.counts), count(&report.result.counts))
            {
                tile(w, name, before, after);
            }
        }
        hardening(w, report);
    });
}

fn lead(w: &mut Writer, before: &Counts, after: &Counts) {
    w.element("p", &[("class", &"lead")], |w| {
        let files = counted(before.files, "source file", "source files");
        w.text(format_args!("The replaced kernel compiles {files}; "));
        w.text(format_args!(
            "this configuration compiles {}.",
            Grouped(after.files)
        ));
        if let (Some(before), Some(after)) = (before.cves, after.cves) {
            let (before, after) = (Grouped(before), Grouped(after));
            w.text(format_args!(
                " Of the published CVEs for this release, {before} have a file compiled there, \
                 and {after} here: exposure to published bugs by file, not exploitability."
            ));
        }
    });
}

/// A count of a configuration, where it was made.
type Count = fn(&Counts) -> Option<u64>;

const TILES: [(&str, Count); 5] = [
    ("Source files compiled", |counts| Some(counts.files)),
    ("CVEs with a file compiled", |counts| counts.cves),
    ("Lines of these files", |counts| Some(counts.lines)),
    ("Functions in these files", |counts| counts.functions),
    ("Symbols that are y or m", |counts| {
        Some(counts.symbols_y.saturating_add(counts.symbols_m))
    }),
];

fn tile(w: &mut Writer, name: &str, before: u64, after: u64) {
    w.element("div", &[], |w| {
        w.leaf("dt", &[], name);
        w.leaf("dd", &[("class", &"change")], Change { before, after });
        w.element("dd", &[("class", &"figures")], |w| {
            w.text(Grouped(before));
            w.leaf("span", &[("aria-hidden", &"true")], " → ");
            w.leaf("span", &[("class", &"spoken")], " before, after: ");
            w.leaf("strong", &[], Grouped(after));
        });
        w.element("dd", &[], |w| {
            bars::pair(w, before, after, before.max(after));
        });
    });
}

/// The sixth figure: nothing must be lost for the others.
fn hardening(w: &mut Writer, report: &Report) {
    let rules = &report.hardening;
    if rules.is_empty() {
        return;
    }
    let lost = Outcome::Lost.count(rules);
    let class = if lost == 0 { "good" } else { "bad" };
    w.element("div", &[("class", &class)], |w| {
        w.leaf("dt", &[], "Hardening rules lost");
        w.leaf("dd", &[("class", &"change")], Grouped(lost));
        w.element("dd", &[("class", &"figures")], |w| {
            let [held, won, gone] =
                [Outcome::Held, Outcome::Won, Outcome::Gone].map(|one| Grouped(one.count(rules)));
            w.text(format_args!(
                "{held} held, {won} won, {gone} gone with what they protect"
            ));
        });
        w.leaf(
            "dd",
            &[],
            format_args!("of {}", counted(len(rules), "rule", "rules")),
        );
    });
}
