// SPDX-License-Identifier: Apache-2.0
//! Kernels: whose they are, in which order they are listed, who waits before whom.

use std::time::Duration;

use kaas_db::query::job::{self, Terms};
use kaas_db::query::kernel::{self, Ahead, Share};
use kaas_db::query::notification;
use kaas_db::{Error, Scope, Selection};
use kaas_types::agent::Line;
use kaas_types::id::KernelId;
use kaas_types::kernel::{Outcome, Status};
use kaas_types::quota::Limit;

use super::bed::Bed;
use super::make::{self, ANY, TERMS, project, scope};
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("what is stored is what was asked for", stored),
    ("another project's kernel is not there", foreign),
    ("upper and lower case are two projects", cases_differ),
    ("an id is used once", used_once),
    ("changes of a kernel", changes),
    ("only one of two changes by the same version", overtaken),
    ("a kernel under way is not deleted", deleted),
    ("who waits before whom", queue),
    ("fair shares", shares),
    ("a change that fails leaves nothing behind", all_or_nothing),
    ("every change is told", told),
];

fn stored(bed: &Bed) {
    let mut new = make::new_kernel("p", "Ein Kernel für \u{1f427} 'x' \"y\" \\ %");
    new.request.keep = vec![Line::cut("VIRTIO_NET")];
    let wanted = new.clone();
    let made = bed
        .write(move |write| kernel::create(write, &wanted, Limit::Unlimited))
        .unwrap();
    let read = bed
        .read(move |read| kernel::get(read, &scope("p"), new.id))
        .unwrap();
    assert_eq!(read, made);
    assert_eq!((&read.name, &read.request), (&new.name, &new.request));
    assert_eq!(read.state.status(), Status::Queued);
    assert_eq!(read.times.created.to_string(), "2026-11-24T12:00:00Z");
}

fn foreign(bed: &Bed) {
    let made = make::kernel(bed, "mine", "k");
    let id = made.id;
    let outcomes = [
        bed.read(move |read| kernel::get(read, &scope("theirs"), id).map(drop)),
        bed.read(move |read| kernel::ahead(read, &scope("theirs"), id).map(drop)),
        bed.write(move |write| kernel::cancel(write, &scope("theirs"), id).map(drop)),
        bed.write(move |write| kernel::retry(write, &scope("theirs"), id).map(drop)),
        bed.write(move |write| kernel::delete(write, &scope("theirs"), id).map(drop)),
        bed.write(move |write| {
            kernel::rename(write, &scope("theirs"), id, &"x".parse().unwrap()).map(drop)
        }),
    ];
    for outcome in outcomes {
        assert!(
            matches!(outcome, Err(Error::NotFound("kernel"))),
            "{outcome:?}"
        );
    }
    let listed = |whose: Scope| {
        bed.read(move |read| kernel::list(read, &whose, &Selection::first(9)))
            .unwrap()
            .items
    };
    assert_eq!(listed(scope("theirs")), []);
    assert_eq!(listed(scope("mine")), std::slice::from_ref(&made));
    assert_eq!(listed(ANY), [made]);
}

fn cases_differ(bed: &Bed) {
    let lower = make::kernel(bed, "abc", "k");
    for other in ["ABC", "Abc", "äbc"] {
        let found = bed.read(move |read| kernel::get(read, &scope(other), lower.id));
        assert!(
            matches!(found, Err(Error::NotFound(_))),
            "{other}: {found:?}"
        );
    }
}

fn used_once(bed: &Bed) {
    let new = make::new_kernel("p", "k");
    let outcomes = bed.race(4, move |_, write| {
        kernel::create(write, &new, Limit::Unlimited)
    });
    assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1);
    assert!(
        outcomes
            .iter()
            .all(|one| matches!(one, Ok(_) | Err(Error::Exists("kernel"))))
    );
}

fn changes(bed: &Bed) {
    let id = make::kernel(bed, "p", "k").id;
    bed.pass(Duration::from_secs(5));
    let renamed = bed
        .write(move |write| kernel::rename(write, &scope("p"), id, &"new".parse().unwrap()))
        .unwrap();
    let newer = Some(Line::cut("6.1.192"));
    let marked = bed
        .write(move |write| kernel::mark_outdated(write, &ANY, id, newer.clone()))
        .unwrap();
    let read = bed
        .read(move |read| kernel::get(read, &scope("p"), id))
        .unwrap();
    assert_eq!(read, marked);
    assert_eq!((&*read.name, read.version), ("new", renamed.version + 1));
    assert_eq!(
        read.times.updated.since(read.times.created),
        Duration::from_secs(5)
    );
}

/// Twenty cancel at the same moment: the state changes once.
fn overtaken(bed: &Bed) {
    let id = make::kernel(bed, "p", "k").id;
    let outcomes = bed.race(20, move |_, write| kernel::cancel(write, &scope("p"), id));
    assert_eq!(
        outcomes.iter().filter(|one| one.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
    assert!(
        outcomes
            .iter()
            .all(|one| matches!(one, Ok(_) | Err(Error::Transition(_))))
    );
    let read = bed.read(move |read| kernel::get(read, &ANY, id)).unwrap();
    assert_eq!(
        (read.state.outcome(), read.version),
        (Some(Outcome::Cancelled), 2)
    );
}

fn deleted(bed: &Bed) {
    let id = make::kernel(bed, "p", "k").id;
    let early = bed.write(move |write| kernel::delete(write, &scope("p"), id));
    assert!(matches!(early, Err(Error::InUse("kernel"))), "{early:?}");
    bed.write(move |write| kernel::cancel(write, &scope("p"), id))
        .unwrap();
    bed.write(move |write| kernel::delete(write, &scope("p"), id))
        .unwrap();
    for outcome in [
        bed.read(move |read| kernel::get(read, &ANY, id).map(drop)),
        bed.write(move |write| kernel::delete(write, &ANY, id).map(drop)),
    ] {
        assert!(
            matches!(outcome, Err(Error::NotFound("kernel"))),
            "{outcome:?}"
        );
    }
}

fn queue(bed: &Bed) {
    let mut ids = vec![];
    for (project, name) in [("a", "1"), ("a", "2"), ("b", "3"), ("a", "4")] {
        ids.push(make::kernel(bed, project, name).id);
        bed.pass(Duration::from_secs(1));
    }
    let ahead = |id: KernelId| bed.read(move |read| kernel::ahead(read, &ANY, id)).unwrap();
    let place = |in_project, in_all| Some(Ahead { in_project, in_all });
    let places: Vec<_> = ids.iter().copied().map(ahead).collect();
    assert_eq!(places, [place(0, 0), place(1, 1), place(0, 2), place(2, 3)]);
    let builder = make::builder(bed, "b", 1).id;
    let first = ids[0];
    bed.write(move |write| make::build(write, first, builder))
        .unwrap();
    let places: Vec<_> = ids.iter().copied().map(ahead).collect();
    assert_eq!(places, [None, place(0, 0), place(0, 1), place(1, 2)]);
    let waiting = bed
        .read(|read| kernel::waiting(read, &scope("a"), 9))
        .unwrap();
    let waiting: Vec<_> = waiting.iter().map(|kernel| kernel.id).collect();
    assert_eq!(waiting, [ids[1], ids[3]]);
}

fn shares(bed: &Bed) {
    assert_eq!(bed.read(kernel::shares).unwrap(), []);
    let first = make::kernel(bed, "a", "1");
    bed.pass(Duration::from_secs(1));
    make::kernel(bed, "a", "2");
    let other = make::kernel(bed, "b", "3");
    let builder = make::builder(bed, "b", 9).id;
    make::acquire(bed, other.id, builder).unwrap();
    let share = |name, queued, running, oldest| Share {
        project: project(name),
        queued,
        running,
        oldest,
    };
    let [a, b] = [
        share("a", 2, 0, Some(first.times.queued)),
        share("b", 0, 1, None),
    ];
    assert_eq!(bed.read(kernel::shares).unwrap(), [a, b]);
}

/// A transaction of several steps, of which the last fails.
fn all_or_nothing(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1).id;
    let terms = Terms { ..TERMS };
    let outcome = bed.write(move |write| {
        job::acquire(write, made.id, builder, &terms)?;
        kernel::create(write, &make::new_kernel("p", "other"), Limit::Unlimited)?;
        kernel::delete(write, &ANY, made.id)
    });
    assert!(
        matches!(outcome, Err(Error::InUse("kernel"))),
        "{outcome:?}"
    );
    let all = bed
        .read(|read| kernel::list(read, &ANY, &Selection::first(9)))
        .unwrap();
    assert_eq!(all.items, std::slice::from_ref(&made));
    assert_eq!(
        bed.read(move |read| job::of_kernel(read, made.id)).unwrap(),
        []
    );
    assert_eq!(
        bed.read(|read| notification::oldest(read, 9))
            .unwrap()
            .len(),
        1
    );
}

fn told(bed: &Bed) {
    let id = make::kernel(bed, "p", "k").id;
    let builder = make::builder(bed, "b", 1).id;
    bed.pass(Duration::from_secs(1));
    make::acquire(bed, id, builder).unwrap();
    bed.pass(Duration::from_secs(1));
    bed.write(move |write| kernel::cancel(write, &scope("p"), id))
        .unwrap();
    bed.pass(Duration::from_secs(1));
    bed.write(move |write| kernel::retry(write, &scope("p"), id))
        .unwrap();
    let told = bed.read(|read| notification::oldest(read, 99)).unwrap();
    let events: Vec<_> = told.iter().map(|one| one.event.as_str()).collect();
    assert_eq!(
        events,
        [
            "kernel.create",
            "kernel.start",
            "kernel.cancel",
            "kernel.requeue"
        ]
    );
    assert_eq!(told[2].payload["result"], "CANCELLED");
    assert_eq!(told[2].payload["kernel_id"], id.to_string());
    let first = told[0].id;
    bed.write(move |write| notification::forget(write, first))
        .unwrap();
    assert_eq!(
        bed.read(|read| notification::oldest(read, 99)).unwrap(),
        told[1..]
    );
}
