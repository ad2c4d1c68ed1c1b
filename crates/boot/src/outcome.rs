// SPDX-License-Identifier: Apache-2.0
//! All that was found about a cell, and in what it falls short of stock.

use serde::{Deserialize, Serialize};

use crate::kernel::Size;
use crate::probe::Answers;
use crate::suite;
use crate::tailor::Counts;
use crate::visit::Visit;
use virtual_machine::memcached::VALUES;

/// See above. The file of a finished cell holds it as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) cell: String,
    pub(crate) counts: Counts,
    pub(crate) size: Size,
    /// With the root file system as the whole disk.
    pub(crate) plain: Visit,
    /// With a partition table, and `root=` as `gpt_root` says.
    pub(crate) gpt: Visit,
    pub(crate) gpt_root: String,
    /// memcached's own tests.
    pub(crate) suite: Visit,
    /// Why there is nothing of all this.
    pub(crate) impossible: Option<String>,
}

/// What stock does and `cell` does not, in words; empty where there is nothing.
pub(crate) fn shortcomings(cell: &Outcome, stock: &Outcome) -> Vec<String> {
    if let Some(why) = &cell.impossible {
        return vec![why.clone()];
    }
    let visits = [
        ("boot", &cell.plain, &stock.plain),
        ("GPT", &cell.gpt, &stock.gpt),
        ("tests", &cell.suite, &stock.suite),
    ];
    let visits = visits.into_iter().flat_map(|(name, cell, stock)| {
        let found = of_visit(cell, stock).into_iter();
        found.map(move |found| format!("{name}: {found}"))
    });
    let [tests, of_stock] = [cell, stock].map(|outcome| &outcome.suite.answers.suite);
    let suite = suite::differences(tests, of_stock);
    let served = of_load(&cell.plain).into_iter();
    visits.chain(served).chain(suite).collect()
}

fn of_visit(cell: &Visit, stock: &Visit) -> Vec<String> {
    let mut found: Vec<String> = cell.trouble.iter().cloned().collect();
    found.extend(of_start(&cell.answers, &stock.answers));
    let nothing = Answers::default();
    if let Some(stock) = &stock.again {
        let again = of_start(cell.again.as_ref().unwrap_or(&nothing), stock);
        found.extend(
            again
                .into_iter()
                .map(|found| format!("after reboot: {found}")),
        );
    }
    if !cell.is_whole() && cell.trouble.is_none() {
        found.push("did not switch itself off".to_owned());
    }
    found
}

fn of_start(cell: &Answers, stock: &Answers) -> Vec<String> {
    let mut found: Vec<String> = cell.failed.difference(&stock.failed).cloned().collect();
    if cell.state != stock.state {
        let state = if cell.state.is_empty() {
            "no state"
        } else {
            &cell.state
        };
        found.push(format!("{state} instead of {}", stock.state));
    }
    found
}

fn of_load(visit: &Visit) -> Vec<String> {
    let served = [
        ("loopback", visit.answers.loopback),
        ("outside", visit.outside),
    ];
    let lost = served
        .into_iter()
        .filter(|(_, values)| *values != Some(VALUES));
    lost.map(|(from, values)| format!("{from}: {} of {VALUES} values", values.unwrap_or(0)))
        .collect()
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::probe::Tested;

    /// A kernel that does everything.
    pub(crate) fn good() -> Outcome {
        let answers = Answers {
            state: "running".to_owned(),
            loopback: Some(VALUES),
            done: true,
            ..Answers::default()
        };
        let again = Some(answers.clone());
        let outside = Some(VALUES);
        let visit = Visit {
            answers,
            again,
            outside,
            powered_off: true,
            ..Visit::default()
        };
        let mut suite = visit.clone();
        let assertions = "2+1s".to_owned();
        suite.answers.suite.insert(
            "t/a.t".to_owned(),
            Tested {
                code: 0,
                assertions,
            },
        );
        Outcome {
            plain: visit.clone(),
            gpt: visit,
            suite,
            ..Outcome::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::good;
    use super::*;

    #[test]
    fn stock_does_what_stock_does() {
        assert_eq!(shortcomings(&good(), &good()), Vec::<String>::new());
    }

    #[test]
    fn a_unit_that_failed_on_stock_too_is_no_shortcoming() {
        let (mut cell, mut stock) = (good(), good());
        for answers in [&mut cell.plain.answers, &mut stock.plain.answers] {
            answers.failed.insert("a.service".to_owned());
        }
        cell.gpt.answers.failed.insert("b.mount".to_owned());
        cell.gpt.answers.state = "degraded".to_owned();
        let expected = ["GPT: b.mount", "GPT: degraded instead of running"];
        assert_eq!(shortcomings(&cell, &stock), expected);
    }

    #[test]
    fn reboot_load_and_power_off_are_asked_for() {
        let mut cell = good();
        cell.plain.again = None;
        cell.plain.outside = Some(3);
        cell.gpt.powered_off = false;
        let expected = [
            "boot: after reboot: no state instead of running",
            "GPT: did not switch itself off",
            "outside: 3 of 500 values",
        ];
        assert_eq!(shortcomings(&cell, &good()), expected);
    }
}
