// SPDX-License-Identifier: Apache-2.0
//! What is compiled, by part of the tree.

use super::super::number::{Change, Grouped, counted};
use super::super::surface::{Size, largest};
use super::super::{Area, Report};
use super::table::{self, Column};
use super::writer::Writer;
use super::{Section, bars};

pub(super) const SECTION: Section = Section {
    id: "surface",
    heading: "Surface by subsystem",
    applies: |report| !report.surface.is_empty(),
    write,
};

/// So many areas are seen at a glance.
const SHOWN: usize = 24;

const COLUMNS: [Column; 8] = [
    Column::text("Part of the tree"),
    Column::chart("Files, before and after"),
    Column::number("Files before"),
    Column::number("Files after"),
    Column::number("Change"),
    Column::number("Lines before"),
    Column::number("Lines after"),
    Column::number("Change"),
];

fn write(w: &mut Writer, report: &Report) {
    let text = "A source file counts when the kernel's own build compiles it under the \
                configuration, into the kernel or a module. The amount of code is a measure of \
                attack surface; it does not say which code an attacker can reach.";
    w.leaf("p", &[], text);
    bars::legend(w);
    let largest = largest(&report.surface, SHOWN);
    let others = largest.others.map(|(count, before, after)| Area {
        name: counted(count as u64, "more part", "more parts"),
        before,
        after,
    });
    let longest = longest(largest.areas.iter().copied().chain(&others));
    table::short(
        w,
        "Source files and lines by part of the tree",
        &COLUMNS,
        |w| {
            for area in &largest.areas {
                row(w, area, longest);
            }
            if let Some(others) = &others {
                row(w, others, longest);
            }
        },
    );
    if others.is_some() {
        all(w, report);
    }
}

fn all(w: &mut Writer, report: &Report) {
    let caption = format!("All {} parts of the tree", report.surface.len());
    let areas = largest(&report.surface, usize::MAX).areas;
    let longest = longest(areas.iter().copied());
    table::folded(w, &caption, &COLUMNS, |w| {
        for area in &areas {
            row(w, area, longest);
        }
    });
}

fn longest<'a>(areas: impl Iterator<Item = &'a Area>) -> u64 {
    areas
        .map(|area| area.before.files.max(area.after.files))
        .max()
        .unwrap_or(0)
}

fn row(w: &mut Writer, area: &Area, longest: u64) {
    w.element("tr", &[], |w| {
        table::code_name(w, &area.name);
        bars::pair_cell(w, area.before.files, area.after.files, longest);
        let figures: [fn(Size) -> u64; 2] = [|size| size.files, |size| size.lines];
        for figure in figures {
            let (before, after) = (figure(area.before), figure(area.after));
            table::number(w, Grouped(before));
            table::number(w, Grouped(after));
            table::number(w, Change { before, after });
        }
    });
}
