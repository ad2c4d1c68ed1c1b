// SPDX-License-Identifier: Apache-2.0
//! The report as one page that needs nothing else: style, script and charts are inside,
//! and its own policy forbids to load anything. To add a part: a file below `html/` and
//! a line in `SECTIONS`.

mod bars;
mod columns;
mod comparison;
mod cves;
mod dropped;
mod evidence;
mod hardening;
mod kept;
mod notes;
mod page;
mod policy;
mod summary;
mod surface;
mod table;
mod writer;

use super::Report;
use writer::Writer;

/// A part of the page, with an entry in its contents.
struct Section {
    /// Names it in links.
    id: &'static str,
    heading: &'static str,
    /// False where the report has nothing to say here.
    applies: fn(&Report) -> bool,
    write: fn(&mut Writer, &Report),
}

const SECTIONS: &[Section] = &[
    comparison::SECTION,
    surface::SECTION,
    cves::SECTION,
    hardening::SECTION,
    kept::SECTION,
    dropped::SECTION,
    evidence::SECTION,
    notes::SECTION,
];

/// The whole page. It reads without script and without network; the script only filters
/// and sorts tables.
pub fn html(report: &Report) -> String {
    let mut page = Writer::default();
    page::write(&mut page, report, SECTIONS);
    page.finish()
}
