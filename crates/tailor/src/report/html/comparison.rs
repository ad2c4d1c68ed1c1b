// SPDX-License-Identifier: Apache-2.0
//! The result beside the configurations it is compared with.

use super::super::number::Grouped;
use super::super::{Configuration, Passed, Report};
use super::bars::Kernel;
use super::table::{self, Column};
use super::writer::Writer;
use super::{Section, bars};

pub(super) const SECTION: Section = Section {
    id: "comparison",
    heading: "Beside other configurations",
    applies: |_| true,
    write,
};

const COLUMNS: [Column; 10] = [
    Column::text("Configuration"),
    Column::chart("Files compiled"),
    Column::number("Files"),
    Column::number("Lines"),
    Column::number("Functions"),
    Column::number("CVEs by file"),
    Column::number("Symbols y"),
    Column::number("Symbols m"),
    Column::number("Self-protection rules passed"),
    Column::number("Attack-surface rules passed"),
];

fn write(w: &mut Writer, report: &Report) {
    let text = "Every configuration is counted on the same sources and architecture, whether or \
                not it would carry this workload. The first is the kernel that is replaced.";
    w.leaf("p", &[], text);
    let all = || report.baselines.iter().chain([&report.result]);
    let most = all().map(|one| one.counts.files).max().unwrap_or(0);
    table::short(w, "Configurations compared", &COLUMNS, |w| {
        for one in &report.baselines {
            w.element("tr", &[], |w| row(w, one, Kernel::Replaced, most));
        }
        w.element("tr", &[("class", &"result")], |w| {
            row(w, &report.result, Kernel::Tailored, most);
        });
    });
}

fn row(w: &mut Writer, configuration: &Configuration, kernel: Kernel, most: u64) {
    let counts = &configuration.counts;
    w.element("th", &[("scope", &"row")], |w| {
        w.text(&configuration.name);
        w.leaf("span", &[("class", &"aside")], &configuration.source);
    });
    bars::single_cell(w, kernel, counts.files, most);
    table::number(w, Grouped(counts.files));
    table::number(w, Grouped(counts.lines));
    table::number(w, shown(counts.functions.map(Grouped)));
    table::number(w, shown(counts.cves.map(Grouped)));
    table::number(w, Grouped(counts.symbols_y));
    table::number(w, Grouped(counts.symbols_m));
    table::number(w, passed(counts.self_protection));
    table::number(w, passed(counts.attack_surface));
}

fn passed(passed: Option<Passed>) -> String {
    shown(passed.map(|Passed { passed, of }| format!("{} of {}", Grouped(passed), Grouped(of))))
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "not counted".to_owned(), |value| value.to_string())
}
