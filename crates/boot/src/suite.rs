// SPDX-License-Identifier: Apache-2.0
//! memcached's own tests: which are run, and what it means that two kernels give the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::probe::Tested;

const SHORT: &str = include_str!("../data/short-tests.txt");
const VARYING: &str = include_str!("../data/varying-tests.txt");

/// What a guest said about each file of tests.
pub(crate) type Results = BTreeMap<String, Tested>;

/// All of them. The guest's shell finds them: their names are more than a kernel's command
/// line holds.
pub(crate) const ALL: &str = "t/*.t";

/// Those that take a few seconds each on a real machine, with commas between them.
pub(crate) fn short() -> String {
    let files: Vec<&str> = listed(SHORT).collect();
    files.join(",")
}

/// One path a line; `#` begins a remark.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// How many files gave the same as on stock.
pub(crate) fn same(cell: &Results, stock: &Results) -> usize {
    let files = cell.keys();
    files.filter(|file| is_same(file, cell, stock)).count()
}

/// The files that gave something else, in words.
pub(crate) fn differences(cell: &Results, stock: &Results) -> Vec<String> {
    if stock.is_empty() {
        return vec!["stock runs none of memcached's tests".to_owned()];
    }
    let files: BTreeSet<&String> = cell.keys().chain(stock.keys()).collect();
    let files = files.into_iter().filter(|file| !is_same(file, cell, stock));
    let words = |file: &String| {
        let [cell, stock] = [cell, stock].map(|results| summary(results.get(file)));
        format!("{file}: {cell} instead of {stock}")
    };
    files.map(words).collect()
}

fn is_same(file: &str, cell: &Results, stock: &Results) -> bool {
    match (cell.get(file), stock.get(file)) {
        (Some(cell), Some(stock)) if listed(VARYING).any(|varying| varying == file) => {
            cell.code == stock.code && cell.kinds() == stock.kinds()
        }
        (cell, stock) => cell == stock,
    }
}

/// As in `12 hold, 1 not, exit code 1`.
fn summary(tested: Option<&Tested>) -> String {
    let Some(tested) = tested else {
        return "nothing".to_owned();
    };
    let (hold, do_not) = (tested.count('+'), tested.count('-'));
    format!("{hold} hold, {do_not} not, exit code {}", tested.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(file: &str, code: i32, assertions: &str) -> Results {
        let assertions = assertions.to_owned();
        Results::from([(file.to_owned(), Tested { code, assertions })])
    }

    #[test]
    fn each_assertion_counts() {
        let stock = results("t/a.t", 0, "2+1s");
        let cell = results("t/a.t", 0, "1+1-1s");
        let expected = ["t/a.t: 1 hold, 1 not, exit code 0 instead of 2 hold, 0 not, exit code 0"];
        assert_eq!(differences(&cell, &stock), expected);
        assert_eq!(differences(&results("t/a.t", 1, "2+1s"), &stock).len(), 1);
        assert_eq!(differences(&Results::new(), &stock).len(), 1);
        assert_eq!((same(&cell, &stock), same(&stock, &stock)), (0, 1));
    }

    #[test]
    fn a_number_that_varies_may_differ_but_nothing_may_fail() {
        let varying = listed(VARYING).next().unwrap();
        let stock = results(varying, 0, "37+");
        assert_eq!(same(&results(varying, 0, "35+"), &stock), 1);
        assert_eq!(same(&results(varying, 1, "35+"), &stock), 0);
        assert_eq!(same(&results(varying, 0, "35+1-1+"), &stock), 0);
        assert_eq!(same(&results(varying, 0, ""), &stock), 0);
    }

    #[test]
    fn nothing_is_proven_by_tests_that_do_not_run() {
        assert_eq!(differences(&Results::new(), &Results::new()).len(), 1);
    }

    #[test]
    fn lists_name_files_of_the_suite() {
        let files: Vec<&str> = [SHORT, VARYING].into_iter().flat_map(listed).collect();
        assert!(files.len() > 20);
        let name = |file: &&str| file.strip_prefix("t/")?.strip_suffix(".t").map(str::len);
        assert!(files.iter().all(|file| name(file).is_some()), "{files:?}");
        // With the rest, a kernel's command line holds 2048 bytes.
        assert!(short().len() < 1500);
    }
}
