// SPDX-License-Identifier: Apache-2.0
//! Published CVEs with a file compiled: by year, by attack vector, and those that stay.

use super::super::number::{Change, Grouped, counted, len};
use super::super::{Cve, Exposure, Report, YearCount};
use super::columns::{Pair, columns};
use super::table::{self, Column};
use super::writer::Writer;
use super::{Section, bars};

pub(super) const SECTION: Section = Section {
    id: "cves",
    heading: "Exposure to published bugs",
    applies: |report| report.cves.is_some(),
    write,
};

/// The chart shows so many years, the last ones; the table all.
const YEARS: usize = 24;

fn write(w: &mut Writer, report: &Report) {
    let Some(exposure) = &report.cves else { return };
    claim(w, report, exposure);
    bars::legend(w);
    let recent = &exposure.by_year[exposure.by_year.len().saturating_sub(YEARS)..];
    by_year(w, recent);
    by_vector(w, exposure);
    if !exposure.by_year.is_empty() {
        years(w, exposure);
    }
    remaining(w, report, exposure);
}

fn claim(w: &mut Writer, report: &Report, exposure: &Exposure) {
    w.element("p", &[], |w| {
        w.text(format_args!(
            "{} of {} hold {} in their version range. One of them counts as compiled in when at \
             least one of its source files is compiled; one that names no source file always \
             counts. ",
            counted(exposure.in_range, "CVE", "CVEs"),
            exposure.data,
            report.subject.release,
        ));
        w.leaf(
            "strong",
            &[],
            "This measures exposure to published bugs by file, not exploitability.",
        );
        w.text(" It says nothing about bugs that nobody has published.");
    });
}

fn by_year(w: &mut Writer, years: &[YearCount]) {
    if years.is_empty() {
        return;
    }
    let pairs: Vec<_> = years
        .iter()
        .map(
            |&YearCount {
                 year,
                 before,
                 after,
             }| Pair {
                label: year.to_string(),
                before,
                after,
            },
        )
        .collect();
    let description = "For each year in the number of the CVE, how many have a file compiled, \
                       before and after. The table below holds the figures.";
    columns(
        w,
        "cve-years",
        "CVEs with a file compiled, by year",
        description,
        &pairs,
    );
}

const VECTORS: [Column; 5] = [
    Column::text("Attack vector"),
    Column::chart("Before and after"),
    Column::number("Before"),
    Column::number("After"),
    Column::number("Change"),
];

fn by_vector(w: &mut Writer, exposure: &Exposure) {
    if exposure.by_vector.is_empty() {
        return;
    }
    let counts = &exposure.by_vector;
    let longest = counts
        .iter()
        .map(|one| one.before.max(one.after))
        .max()
        .unwrap_or(0);
    table::short(
        w,
        "CVEs with a file compiled, by attack vector (CVSS)",
        &VECTORS,
        |w| {
            for one in counts {
                w.element("tr", &[], |w| {
                    table::name(w, one.vector.name());
                    bars::pair_cell(w, one.before, one.after, longest);
                    figures(w, one.before, one.after);
                });
            }
        },
    );
}

const BY_YEAR: [Column; 4] = [
    Column::text("Year"),
    Column::number("Before"),
    Column::number("After"),
    Column::number("Change"),
];

fn years(w: &mut Writer, exposure: &Exposure) {
    let rows = |w: &mut Writer| {
        for one in &exposure.by_year {
            w.element("tr", &[], |w| {
                table::name(w, &one.year.to_string());
                figures(w, one.before, one.after);
            });
        }
    };
    table::folded(w, "CVEs by year, as a table", &BY_YEAR, rows);
}

fn figures(w: &mut Writer, before: u64, after: u64) {
    table::number(w, Grouped(before));
    table::number(w, Grouped(after));
    table::number(w, Change { before, after });
}

const REMAINING: [Column; 4] = [
    Column::text("CVE"),
    Column::text("Title"),
    Column::choice("Attack vector"),
    Column::text("Files compiled"),
];

fn remaining(w: &mut Writer, report: &Report, exposure: &Exposure) {
    let listed = len(&exposure.remaining);
    if listed == 0 {
        return;
    }
    let all = report.result.counts.cves.unwrap_or(listed);
    let caption = if listed < all {
        format!(
            "Still compiled in: {} of {} CVEs",
            Grouped(listed),
            Grouped(all)
        )
    } else {
        format!("Still compiled in: {}", counted(listed, "CVE", "CVEs"))
    };
    table::folded(w, &caption, &REMAINING, |w| {
        for one in &exposure.remaining {
            cve(w, one);
        }
    });
}

fn cve(w: &mut Writer, cve: &Cve) {
    w.element("tr", &[], |w| {
        table::name(w, &cve.id);
        table::cell(w, &cve.title);
        table::cell(w, cve.vector.name());
        if cve.files.is_empty() {
            table::cell(w, "names none");
        } else {
            table::code(w, cve.files.join(" "));
        }
    });
}
