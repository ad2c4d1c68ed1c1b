// SPDX-License-Identifier: Apache-2.0
//! What the result rests on: the traces, and what of them has no place.

use super::super::number::{Grouped, Share, counted, len};
use super::super::{Report, Trace, Unlocated};
use super::Section;
use super::table::{self, Column};
use super::writer::Writer;

pub(super) const SECTION: Section = Section {
    id: "evidence",
    heading: "Evidence",
    applies: |report| !report.subject.traces.is_empty() || !report.unlocated.is_empty(),
    write,
};

fn write(w: &mut Writer, report: &Report) {
    let text = "A trace says what was executed while it was recorded. It says nothing about load \
                that was never applied.";
    w.leaf("p", &[], text);
    if !report.subject.traces.is_empty() {
        traces(w, &report.subject.traces);
    }
    if !report.unlocated.is_empty() {
        unlocated(w, &report.unlocated);
    }
}

const TRACES: [Column; 7] = [
    Column::text("Trace"),
    Column::number("Functions"),
    Column::number("Located"),
    Column::number("Share"),
    Column::text("Phases"),
    Column::number("Events lost"),
    Column::text("Recorded"),
];

fn traces(w: &mut Writer, traces: &[Trace]) {
    table::short(w, "Traces", &TRACES, |w| {
        for trace in traces {
            w.element("tr", &[], |w| {
                table::name(w, &trace.name);
                table::number(w, Grouped(trace.functions));
                table::number(w, Grouped(trace.located));
                let share = Share {
                    part: trace.located,
                    whole: trace.functions,
                };
                table::number(w, share);
                table::cell(w, trace.phases.join(", "));
                let lost = trace
                    .lost
                    .map_or("not known".to_owned(), |n| Grouped(n).to_string());
                table::number(w, lost);
                table::cell(w, trace.recorded.as_deref().unwrap_or("not known"));
            });
        }
    });
}

const UNLOCATED: [Column; 3] = [
    Column::text("Function"),
    Column::choice("Module"),
    Column::choice("Reason"),
];

fn unlocated(w: &mut Writer, functions: &[Unlocated]) {
    let count = counted(len(functions), "traced function", "traced functions");
    let caption = format!("{count} without a source file");
    table::folded(w, &caption, &UNLOCATED, |w| {
        for one in functions {
            w.element("tr", &[], |w| {
                table::code_name(w, &one.function);
                table::cell(w, one.module.as_deref().unwrap_or("the kernel itself"));
                table::cell(w, &one.reason);
            });
        }
    });
}
