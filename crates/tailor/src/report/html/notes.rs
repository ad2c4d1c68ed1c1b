// SPDX-License-Identifier: Apache-2.0
//! How far the figures reach.

use super::super::Report;
use super::Section;
use super::writer::Writer;

pub(super) const SECTION: Section = Section {
    id: "notes",
    heading: "Notes and limits",
    applies: |_| true,
    write,
};

/// True of every report.
const ALWAYS: [&str; 2] = [
    "All figures follow from the sources, the configurations and the evidence named here, by \
     computation; the report does not say that a kernel was compiled or started.",
    "Percentages are rounded towards zero.",
];

fn write(w: &mut Writer, report: &Report) {
    w.element("ul", &[], |w| {
        let notes = report.notes.iter().map(String::as_str);
        for note in notes.chain(ALWAYS) {
            w.leaf("li", &[], note);
        }
    });
}
