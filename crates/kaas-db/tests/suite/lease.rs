// SPDX-License-Identifier: Apache-2.0
//! Leases on names: one holder at a time, whoever asks when.

use std::time::Duration;

use kaas_db::query::lease::{self, Lease};
use kaas_db::query::{kernel, notification};
use kaas_db::{Error, Write};
use kaas_types::quota::Limit;
use serde_json::json;

use super::bed::Bed;
use super::make;
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("one of twenty has it", one_holder),
    ("it is kept, given up and taken over", life),
    ("who was overtaken writes nothing", fenced),
];

const TIME: Duration = Duration::from_secs(60);

fn acquire(write: &mut Write<'_>, holder: &str) -> Result<Option<Lease>, Error> {
    let name = "sweep".parse().map_err(|_| Error::Value("name"))?;
    let holder = holder.parse().map_err(|_| Error::Value("holder"))?;
    lease::acquire(write, &name, &holder, TIME)
}

/// Twice: nobody had it before, and it was another's.
fn one_holder(bed: &Bed) {
    for fence in 1..3 {
        let outcomes = bed.race(20, |number, write| acquire(write, &format!("h{number}")));
        let held: Vec<_> = outcomes.iter().flatten().flatten().collect();
        assert_eq!(held.len(), 1, "{outcomes:?}");
        assert_eq!(held[0].fence, fence);
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        bed.pass(TIME);
    }
}

fn life(bed: &Bed) {
    let first = bed.write(|write| acquire(write, "a")).unwrap().unwrap();
    bed.pass(TIME / 2);
    let same = bed.write(|write| acquire(write, "a")).unwrap().unwrap();
    assert_eq!(
        (same.fence, same.expires),
        (first.fence, first.expires + TIME / 2)
    );
    assert_eq!(bed.write(|write| acquire(write, "b")).unwrap(), None);
    bed.write(move |write| lease::release(write, &same))
        .unwrap();
    let other = bed.write(|write| acquire(write, "b")).unwrap().unwrap();
    assert_eq!(other.fence, first.fence + 1);
    bed.write(move |write| lease::release(write, &first))
        .unwrap();
    assert_eq!(
        bed.write(|write| acquire(write, "a")).unwrap(),
        None,
        "it was b's by then"
    );
}

fn fenced(bed: &Bed) {
    let old = bed.write(|write| acquire(write, "a")).unwrap().unwrap();
    let change = |lease: Lease| {
        bed.write(move |write| {
            kernel::create(write, &make::new_kernel("p", "k"), Limit::Unlimited)?;
            notification::add(write, "test", &json!({}))?;
            lease::check(write, &lease)
        })
    };
    change(old.clone()).unwrap();
    bed.pass(TIME);
    let over = change(old.clone());
    assert!(matches!(over, Err(Error::Stale("task"))), "{over:?}");
    let new = bed.write(|write| acquire(write, "b")).unwrap().unwrap();
    let overtaken = change(old);
    assert!(
        matches!(overtaken, Err(Error::Stale("task"))),
        "{overtaken:?}"
    );
    change(new).unwrap();
    let told = bed.read(|read| notification::oldest(read, 99)).unwrap();
    assert_eq!(told.len(), 4, "of two changes, each with two");
}
