// SPDX-License-Identifier: Apache-2.0
//! What was executed while tracing and is not required for that: where to look first
//! when something is missing.

use super::super::number::{Grouped, counted, len};
use super::super::reason::by_reason;
use super::super::{Dropped, Report};
use super::bars::Kernel;
use super::table::{self, Column};
use super::writer::Writer;
use super::{Section, bars};

pub(super) const SECTION: Section = Section {
    id: "dropped",
    heading: "Dropped though executed",
    applies: |report| !report.dropped_though_executed.is_empty(),
    write,
};

fn write(w: &mut Writer, report: &Report) {
    let text = "Executed is not needed: every built-in driver's start-up code runs, and programs \
                probe for what they can do without. These files were executed while tracing, and \
                nothing else requires them. If the workload turns out to need one, put its symbol \
                on the keep list.";
    w.leaf("p", &[], text);
    let groups = by_reason(&report.dropped_though_executed);
    reasons(w, &groups);
    files(w, &groups, len(&report.dropped_though_executed));
}

const REASONS: [Column; 4] = [
    Column::text("Why it was dropped"),
    Column::chart("Files"),
    Column::number("Files"),
    Column::number("Functions executed"),
];

fn reasons(w: &mut Writer, groups: &[(&str, Vec<&Dropped>)]) {
    let longest = groups.first().map_or(0, |(_, group)| len(group));
    table::short(
        w,
        "Executed files that were dropped, by reason",
        &REASONS,
        |w| {
            for (reason, group) in groups {
                let functions = group
                    .iter()
                    .map(|one| one.functions)
                    .fold(0, u64::saturating_add);
                w.element("tr", &[], |w| {
                    table::name(w, reason);
                    bars::single_cell(w, Kernel::Replaced, len(group), longest);
                    table::number(w, Grouped(len(group)));
                    table::number(w, Grouped(functions));
                });
            }
        },
    );
}

const FILES: [Column; 5] = [
    Column::text("File"),
    Column::number("Functions executed"),
    Column::text("One of them"),
    Column::choice("Phases"),
    Column::choice("Reason"),
];

fn files(w: &mut Writer, groups: &[(&str, Vec<&Dropped>)], count: u64) {
    let caption = format!(
        "{} that were executed",
        counted(count, "dropped file", "dropped files")
    );
    table::folded(w, &caption, &FILES, |w| {
        for one in groups.iter().flat_map(|(_, group)| group) {
            w.element("tr", &[], |w| {
                table::code_name(w, &one.file);
                table::number(w, Grouped(one.functions));
                table::code(w, &one.example);
                table::cell(w, one.phases.join(", "));
                table::cell(w, &one.reason);
            });
        }
    });
}
