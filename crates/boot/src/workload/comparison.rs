// SPDX-License-Identifier: Apache-2.0
//! A tailored kernel held against stock: what it does not do, and a table of both.

use super::seen::{Seen, Started};

/// What stock does and `tailored` does not, in words; empty where there is nothing.
pub(super) fn shortcomings(tailored: &Seen, stock: &Seen) -> Vec<String> {
    let starts = [
        ("boot", &tailored.start, &stock.start),
        ("reboot", &tailored.again, &stock.again),
        ("GPT", &tailored.gpt, &stock.gpt),
    ];
    let starts = starts.into_iter().flat_map(|(name, tailored, stock)| {
        let found = of_start(tailored, stock).into_iter();
        found.map(move |found| format!("{name}: {found}"))
    });
    let troubles = tailored.trouble.iter();
    let troubles = troubles.filter(|trouble| !stock.trouble.contains(trouble));
    let tests = stock.tests.iter().filter(|(_, holds)| **holds);
    let tests = tests.filter(|(name, _)| tailored.tests.get(*name) != Some(&true));
    let off = (tailored.powered_off != [true; 2]).then(|| "did not switch itself off".to_owned());
    starts
        .chain(troubles.cloned())
        .chain(tests.map(|(name, _)| format!("test {name} does not hold")))
        .chain(off)
        .collect()
}

fn of_start(tailored: &Started, stock: &Started) -> Vec<String> {
    let mut found: Vec<String> = tailored.failed.difference(&stock.failed).cloned().collect();
    if tailored.state != stock.state {
        found.push(format!("{} instead of {}", tailored.state, stock.state));
    }
    found
}

/// What a row of the table shows.
type Shown = fn(&Seen) -> String;

/// A table of both.
pub(super) fn lines(stock: &Seen, tailored: &Seen) -> Vec<String> {
    let rows: [(&str, Shown); 9] = [
        ("kernel", |seen| seen.kernel.clone()),
        ("boot", |seen| seen.start.state.clone()),
        ("after reboot", |seen| seen.again.state.clone()),
        ("GPT", |seen| seen.gpt.state.clone()),
        ("tests that hold", tests),
        ("operations/s", |seen| {
            format!("{:.0}", seen.operations_per_second)
        }),
        ("CPU s/1000", |seen| format!("{:.3}", seen.load_cpu)),
        ("boot CPU s", |seen| format!("{:.1}", seen.boot_cpu)),
        ("kernel errors", |seen| seen.errors.len().to_string()),
    ];
    let row =
        |(name, of): (&str, Shown)| format!("{name:<16} {:>20} {:>20}", of(stock), of(tailored));
    let head = format!("{:<16} {:>20} {:>20}", "", "stock", "tailored");
    std::iter::once(head).chain(rows.map(row)).collect()
}

fn tests(seen: &Seen) -> String {
    let hold = seen.tests.values().filter(|holds| **holds).count();
    format!("{hold} of {}", seen.tests.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Seen {
        let started = Started {
            state: "running".to_owned(),
            ..Started::default()
        };
        Seen {
            start: started.clone(),
            again: started.clone(),
            gpt: started,
            tests: [("a", true), ("b", false)]
                .map(|(name, holds)| (name.to_owned(), holds))
                .into(),
            powered_off: [true; 2],
            ..Seen::default()
        }
    }

    #[test]
    fn stock_does_what_stock_does() {
        assert_eq!(shortcomings(&good(), &good()), Vec::<String>::new());
    }

    #[test]
    fn what_stock_does_is_asked_for() {
        let mut bad = good();
        bad.gpt.state = "degraded".to_owned();
        bad.again.failed.insert("a.service".to_owned());
        bad.trouble.push("nginx: no answer".to_owned());
        bad.tests.clear();
        bad.powered_off[1] = false;
        let expected = [
            "reboot: a.service",
            "GPT: degraded instead of running",
            "nginx: no answer",
            "test a does not hold",
            "did not switch itself off",
        ];
        assert_eq!(shortcomings(&bad, &good()), expected);
    }

    #[test]
    fn what_stock_does_not_do_either_is_no_shortcoming() {
        let (mut tailored, mut stock) = (good(), good());
        for seen in [&mut tailored, &mut stock] {
            seen.trouble.push("no IPv6 here".to_owned());
        }
        assert_eq!(shortcomings(&tailored, &stock), Vec::<String>::new());
    }
}
