// SPDX-License-Identifier: Apache-2.0
//! Every test of the database, on every server: SQLite, PostgreSQL and MariaDB. The servers are
//! started here, and one that is not installed fails its tests.
//!
//! To add a test: a function in a file of `suite/`, and its name in the file's list.

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};

use suite::bed::{Bed, Beds};

/// A test: what it is called, and what it does with a database of its own.
type Case = (&'static str, fn(&Bed));

fn main() -> ExitCode {
    if suite::crash::victim().is_some() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    let beds = Arc::new(Beds::start(&arguments));
    let trials = beds.servers().into_iter().flat_map(|server| {
        let beds = Arc::clone(&beds);
        suite::CASES
            .iter()
            .copied()
            .flatten()
            .map(move |(name, case)| {
                let beds = Arc::clone(&beds);
                Trial::test(format!("{server}::{name}"), move || {
                    case(&beds.make(server)?);
                    Ok(())
                })
            })
    });
    let trials = trials.collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

#[cfg(test)]
mod suite {
    pub(crate) mod bed;
    mod chance;
    mod chaos;
    pub(crate) mod crash;
    mod guest;
    mod job;
    mod kernel;
    mod lease;
    mod list;
    pub(crate) mod make;
    mod others;
    mod quota;
    mod schema;

    use super::Case;

    pub(crate) const CASES: &[&[Case]] = &[
        chaos::CASES,
        crash::CASES,
        guest::CASES,
        job::CASES,
        kernel::CASES,
        lease::CASES,
        list::CASES,
        others::CASES,
        quota::CASES,
        schema::CASES,
    ];
}
