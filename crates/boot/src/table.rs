// SPDX-License-Identifier: Apache-2.0
//! Two tables of all cells: what works, and how much there is of it.

use crate::outcome::{Outcome, shortcomings};
use crate::probe::Tested;
use crate::suite;
use crate::visit::Visit;

/// The lines of both; the first cell is stock.
pub(crate) fn tables(outcomes: &[Outcome]) -> Vec<String> {
    let Some(stock) = outcomes.first() else {
        return vec![];
    };
    let made = || outcomes.iter().filter(|cell| cell.impossible.is_none());
    let works = made().map(|cell| works(cell, stock));
    let sizes = made().map(|cell| sizes(cell, stock));
    let mut rows = vec![row(&WORKS)];
    rows.extend(works.map(|cells| row(&cells)));
    rows.extend([String::new(), row(&SIZES)]);
    rows.extend(sizes.map(|cells| row(&cells)));
    rows.extend(outcomes.iter().flat_map(|cell| missing(cell, stock)));
    rows
}

const WORKS: [&str; 9] = [
    "works",
    "boot",
    "failed",
    "GPT",
    "reboot",
    "off",
    "loopback",
    "outside",
    "own tests",
];

fn works(cell: &Outcome, stock: &Outcome) -> [String; 9] {
    let visit = &cell.plain;
    let again = visit.again.as_ref().map(|again| again.state.as_str());
    [
        cell.cell.clone(),
        state(&visit.answers.state),
        visit.answers.failed.len().to_string(),
        format!("{} {}", state(&cell.gpt.answers.state), cell.gpt_root),
        state(again.unwrap_or_default()),
        if visit.powered_off { "yes" } else { "NO" }.to_owned(),
        visit.answers.loopback.unwrap_or(0).to_string(),
        visit.outside.unwrap_or(0).to_string(),
        tests(&cell.suite, &stock.suite),
    ]
}

fn state(state: &str) -> String {
    if state.is_empty() { "NO" } else { state }.to_owned()
}

/// As in `23/23 files as stock, 1790 hold`.
fn tests(cell: &Visit, stock: &Visit) -> String {
    let [cell, stock] = [cell, stock].map(|visit| &visit.answers.suite);
    let hold = cell.values().map(|tested: &Tested| tested.count('+'));
    let hold = hold.fold(0, u64::saturating_add);
    format!(
        "{}/{} as stock, {hold} hold",
        suite::same(cell, stock),
        stock.len()
    )
}

const SIZES: [&str; 9] = [
    "size",
    "y/m",
    "files",
    "CVEs",
    "text MB",
    "image MB",
    "modules MB",
    "free MB, slab",
    "boot CPU s",
];

fn sizes(cell: &Outcome, stock: &Outcome) -> [String; 9] {
    let (counts, of_stock) = (cell.counts, stock.counts);
    let memory = &cell.plain.answers.memory;
    let kibibytes = |what: &str| memory.get(what).copied().unwrap_or(0);
    let [text, image, modules] = [cell.size.text, cell.size.image, cell.size.modules];
    [
        cell.cell.clone(),
        format!("{}/{}", counts.symbols_y, counts.symbols_m),
        format!("{} {}", counts.files, less(counts.files, of_stock.files)),
        format!("{} {}", counts.cves, less(counts.cves, of_stock.cves)),
        megabytes(text),
        megabytes(image),
        megabytes(modules),
        format!(
            "{} {}",
            megabytes(kibibytes("MemAvailable") << 10),
            megabytes(kibibytes("Slab") << 10)
        ),
        cell.plain
            .start_cpu
            .map_or("-".to_owned(), |seconds| format!("{seconds:.1}")),
    ]
}

/// As in `-83.0%`; nothing where there is nothing to be less than.
fn less(figure: u64, of: u64) -> String {
    if figure == of || of == 0 {
        return String::new();
    }
    let tenths = (figure * 1000 + of / 2) / of;
    let (sign, tenths) = if tenths <= 1000 {
        ('-', 1000 - tenths)
    } else {
        ('+', tenths - 1000)
    };
    format!("{sign}{}.{}%", tenths / 10, tenths % 10)
}

/// Millions of bytes, with a tenth.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

const WIDTH: usize = 17;

/// The first column is as wide as the longest name of a cell.
fn row(cells: &[impl AsRef<str>]) -> String {
    let columns = cells.iter().map(AsRef::as_ref).enumerate();
    let padded = columns.map(|(column, text)| {
        let width = if column == 0 { 36 } else { WIDTH };
        format!("{text:<width$}")
    });
    padded.collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

fn missing(cell: &Outcome, stock: &Outcome) -> Vec<String> {
    let found = shortcomings(cell, stock).into_iter();
    found
        .map(|found| format!("{}: {found}", cell.cell))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_not_cut() {
        assert_eq!(less(1586, 13_654), "-88.4%");
        assert_eq!(less(1001, 1000), "+0.1%");
        assert_eq!(less(7, 7), "");
        assert_eq!(less(7, 0), "");
        assert_eq!(megabytes(24_180_000), "24.2");
        assert_eq!(megabytes(0), "0.0");
    }

    #[test]
    fn every_cell_has_a_line_in_both_tables() {
        let outcomes = ["stock", "other"].map(|cell| {
            let cell = cell.to_owned();
            Outcome {
                cell,
                ..Outcome::default()
            }
        });
        let lines = tables(&outcomes);
        let named = |name: &str| lines.iter().filter(|line| line.starts_with(name)).count();
        assert_eq!(named("stock "), 2);
        assert_eq!(named("other "), 2);
    }

    #[test]
    fn what_could_not_be_made_has_a_reason_and_no_figures() {
        let impossible = Some("no disk".to_owned());
        let cell = "other".to_owned();
        let other = Outcome {
            cell,
            impossible,
            ..Outcome::default()
        };
        let lines = tables(&[Outcome::default(), other]);
        let named: Vec<&String> = lines
            .iter()
            .filter(|line| line.starts_with("other"))
            .collect();
        assert_eq!(named, ["other: no disk"]);
    }
}
