// SPDX-License-Identifier: Apache-2.0
//! What the person at the terminal sees: progress, each difference, the final table.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::compare::Verdict;
use crate::report::line as say;

/// Of one row of the table.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    equal: usize,
    different: usize,
    skipped: usize,
}

/// Grows with each verdict.
#[derive(Debug, Default)]
pub(crate) struct Report {
    total: usize,
    done: usize,
    different: usize,
    rows: BTreeMap<(String, String), Count>,
    skipped: BTreeSet<String>,
}

impl Report {
    pub(crate) fn of(total: usize) -> Self {
        Self {
            total,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, kernel: &str, case: &Case, verdict: Verdict) {
        self.done += 1;
        let row = self
            .rows
            .entry((kernel.to_owned(), case.mode.clone()))
            .or_default();
        match verdict {
            Verdict::Equal => row.equal += 1,
            Verdict::Skipped(why) => {
                row.skipped += 1;
                self.skipped.insert(why);
            }
            Verdict::Different { excerpt, folder } => {
                row.different += 1;
                self.different += 1;
                let name = format!("{kernel} {} {}", case.mode, case.name);
                say(&format!(
                    "different: {name}: {}\n{excerpt}",
                    folder.display()
                ));
            }
        }
        if self.done.is_multiple_of(50) {
            say(&format!(
                "{} of {} compared, {} different",
                self.done, self.total, self.different
            ));
        }
    }

    /// Prints the table; true when nothing differs.
    pub(crate) fn finish(&self) -> bool {
        let heading = ["kernel", "mode", "cases", "equal", "different", "skipped"];
        say(&row(heading.map(str::to_owned)));
        for ((kernel, mode), count) in &self.rows {
            let Count {
                equal,
                different,
                skipped,
            } = *count;
            let figures = [equal + different + skipped, equal, different, skipped];
            let [cases, equal, different, skipped] = figures.map(|figure| figure.to_string());
            say(&row([
                kernel.clone(),
                mode.clone(),
                cases,
                equal,
                different,
                skipped,
            ]));
        }
        let sum = |of: fn(&Count) -> usize| self.rows.values().map(of).sum::<usize>();
        let skipped = sum(|count| count.skipped);
        for why in &self.skipped {
            say(&format!("skipped: {why}"));
        }
        let equal = sum(|count| count.equal);
        say(&format!(
            "{equal} equal, {} different, {skipped} skipped",
            self.different
        ));
        self.different == 0
    }
}

fn row([kernel, mode, cases, equal, different, skipped]: [String; 6]) -> String {
    format!("{kernel:<14} {mode:<18} {cases:>6} {equal:>6} {different:>10} {skipped:>8}")
}
