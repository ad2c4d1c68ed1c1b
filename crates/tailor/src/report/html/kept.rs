// SPDX-License-Identifier: Apache-2.0
//! What stayed, and why.

use super::super::number::{Grouped, counted, len};
use super::super::{Kept, Report};
use super::bars::Kernel;
use super::table::{self, Column};
use super::writer::Writer;
use super::{Section, bars};

pub(super) const SECTION: Section = Section {
    id: "kept",
    heading: "What stayed, and why",
    applies: |report| !report.kept.is_empty(),
    write,
};

fn write(w: &mut Writer, report: &Report) {
    let text = "Every symbol that is on, counted once, under its strongest reason. The whole \
                chain of reasons of one symbol is the answer of `tailor why`.";
    w.leaf("p", &[], text);
    let mut groups: Vec<_> = report.kept.iter().collect();
    groups.sort_by_key(|group| group.kind);
    kinds(w, &groups);
    symbols(w, &groups);
}

const KINDS: [Column; 4] = [
    Column::text("Reason"),
    Column::chart("Symbols"),
    Column::number("Symbols"),
    Column::text("It means"),
];

fn kinds(w: &mut Writer, groups: &[&Kept]) {
    let longest = groups
        .iter()
        .map(|group| len(&group.symbols))
        .max()
        .unwrap_or(0);
    table::short(w, "Symbols that are on, by kind of reason", &KINDS, |w| {
        for group in groups {
            let count = len(&group.symbols);
            w.element("tr", &[], |w| {
                table::name(w, group.kind.name());
                bars::single_cell(w, Kernel::Tailored, count, longest);
                table::number(w, Grouped(count));
                table::cell(w, group.kind.explanation());
            });
        }
    });
}

const SYMBOLS: [Column; 4] = [
    Column::text("Symbol"),
    Column::choice("Value"),
    Column::choice("Kind"),
    Column::text("Reason"),
];

fn symbols(w: &mut Writer, groups: &[&Kept]) {
    let count = groups.iter().map(|group| len(&group.symbols)).sum();
    let caption = format!(
        "{} and the reason for each",
        counted(count, "symbol", "symbols")
    );
    table::folded(w, &caption, &SYMBOLS, |w| {
        for group in groups {
            for symbol in &group.symbols {
                w.element("tr", &[], |w| {
                    table::code_name(w, &symbol.symbol);
                    table::code(w, &symbol.value);
                    table::cell(w, group.kind.name());
                    table::cell(w, &symbol.reason);
                });
            }
        }
    });
}
