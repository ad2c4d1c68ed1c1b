// SPDX-License-Identifier: Apache-2.0
//! The hardening rules, one a row: what matters most comes first.

use super::super::number::{Grouped, len};
use super::super::{Outcome, Report, Rule, Verdict};
use super::bars::Kernel;
use super::table::{self, Column};
use super::writer::Writer;
use super::{Section, bars};

pub(super) const SECTION: Section = Section {
    id: "hardening",
    heading: "Hardening",
    applies: |report| !report.hardening.is_empty(),
    write,
};

fn write(w: &mut Writer, report: &Report) {
    let text = "A rule is lost when the replaced kernel passes it, the tailored one does not, and \
                the code that it protects is still there. It is gone when that code is no longer \
                compiled. Rules look at the configuration; they do not test the kernel.";
    w.leaf("p", &[], text);
    outcomes(w, &report.hardening);
    let mut rules: Vec<_> = report.hardening.iter().collect();
    rules.sort_by(|a, b| (a.outcome(), &a.kind, &a.id).cmp(&(b.outcome(), &b.kind, &b.id)));
    table::long(w, "Hardening rules before and after", &COLUMNS, |w| {
        for rule in &rules {
            row(w, rule);
        }
    });
}

const OUTCOMES: [Column; 3] = [
    Column::text("Outcome"),
    Column::chart("Of all rules"),
    Column::number("Rules"),
];

fn outcomes(w: &mut Writer, rules: &[Rule]) {
    table::short(w, "Rules by outcome", &OUTCOMES, |w| {
        for outcome in Outcome::ALL {
            let count = outcome.count(rules);
            w.element("tr", &[], |w| {
                w.element("th", &[("scope", &"row")], |w| badge(w, outcome));
                bars::single_cell(w, Kernel::Tailored, count, len(rules));
                table::number(w, Grouped(count));
            });
        }
    });
}

const COLUMNS: [Column; 7] = [
    Column::text("Rule"),
    Column::choice("Outcome"),
    Column::choice("Kind"),
    Column::text("Protects"),
    Column::choice("Source"),
    Column::choice("Before"),
    Column::choice("After"),
];

fn row(w: &mut Writer, rule: &Rule) {
    w.element("tr", &[], |w| {
        table::code_name(w, &rule.id);
        w.element("td", &[], |w| badge(w, rule.outcome()));
        table::cell(w, &rule.kind);
        table::cell(w, &rule.protects);
        table::cell(w, &rule.source);
        for verdict in [rule.baseline, rule.result] {
            table::cell(w, Verdict::name(verdict));
        }
    });
}

/// The word says it; the colour only helps.
fn badge(w: &mut Writer, outcome: Outcome) {
    let class = match outcome {
        Outcome::Lost => "badge bad",
        Outcome::Won | Outcome::Held => "badge good",
        Outcome::Gone | Outcome::StillFailing | Outcome::NotApplicable => "badge",
    };
    w.leaf("span", &[("class", &class)], outcome.name());
}
