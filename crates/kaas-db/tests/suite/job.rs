// SPDX-License-Identifier: Apache-2.0
//! Leases of jobs: acquired by one, kept by messages, lost by silence, taken over; and whatever a
//! builder says that has lost its lease is refused.

use std::time::Duration;

use kaas_db::Error;
use kaas_db::query::job::{self, Ending, Report, Terms, Token};
use kaas_db::query::{kernel, quota};
use kaas_types::agent::Line;
use kaas_types::job::State;
use kaas_types::kernel::{Fault, Outcome, Progress, Status, Step};
use kaas_types::quota::{Limit, Resource};

use super::bed::Bed;
use super::make::{self, ANY, LEASE, PATIENCE, TERMS, message};
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("a kernel is built", is_built),
    ("one of twenty acquires a kernel", one_acquires),
    ("slots are never exceeded", slots),
    (
        "the limit of running kernels is never exceeded",
        running_limit,
    ),
    ("messages prolong a lease", messages_prolong),
    ("a message counts once", message_counts_once),
    ("a stale holder is refused everything", stale_holder),
    ("a wrong token is no job", wrong_token),
    ("a lease that is over is taken away by one", expired_once),
    ("too many failures end a kernel", too_many_failures),
    ("a cancelled kernel's job is revoked", cancelled),
    ("what a builder gives back counts as no failure", returned),
    ("a retry begins anew", retried),
];

fn fault() -> Fault {
    Fault {
        code: Line::cut("disk_full"),
        message: Line::cut("No space is left; remove something."),
    }
}

fn is_built(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b1", 1);
    let held = make::acquire(bed, made.id, builder.id).unwrap();
    let running = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    assert_eq!(
        (running.state.status(), running.attempt),
        (Status::Running, 1)
    );
    assert_eq!(
        (running.job, running.builder),
        (Some(held.0.id), Some(builder.id))
    );
    for (step, sequence) in Step::ALL.iter().zip(1..) {
        bed.pass(Duration::from_secs(60));
        let progress = Progress {
            percent: u8::try_from(sequence * 10).unwrap(),
            eta_seconds: Some(90),
        };
        let report = Report {
            step: Some(*step),
            progress: Some(progress),
            release: Some(Line::cut("6.1.192")),
        };
        let message = message(&held, sequence);
        let told = bed
            .write(move |write| job::report(write, &message, &report, LEASE))
            .unwrap();
        assert_eq!((told.state.step(), told.progress), (Some(*step), progress));
    }
    let last = message(&held, 99);
    let done = bed
        .write(move |write| job::finish(write, &last, &Ending::Success, &PATIENCE))
        .unwrap();
    assert_eq!(done.state.outcome(), Some(Outcome::Success));
    let stored = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    assert_eq!(stored, done);
    assert_eq!(stored.began.len(), Step::ALL.len());
    assert_eq!(stored.progress.percent, 100);
    assert_eq!(state_of(bed, &held), State::Finished);
}

fn state_of(bed: &Bed, (job, _): &(kaas_types::job::Job, Token)) -> State {
    let id = job.id;
    bed.read(move |read| job::get(read, id)).unwrap().state
}

fn one_acquires(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builders: Vec<_> = (0..20)
        .map(|n| make::builder(bed, &format!("b{n}"), 1).id)
        .collect();
    let outcomes = bed.race(20, move |number, write| {
        job::acquire(write, made.id, builders[number], &TERMS)
    });
    let won: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().ok())
        .collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    for outcome in &outcomes {
        let is_lost = matches!(outcome, Err(Error::Transition(_)));
        assert!(outcome.is_ok() || is_lost, "{outcome:?}");
    }
    let kernel = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    assert_eq!((kernel.job, kernel.attempt), (Some(won[0].0.id), 1));
    let jobs = bed.read(move |read| job::of_kernel(read, made.id)).unwrap();
    assert_eq!(jobs, [won[0].0.clone()]);
}

fn slots(bed: &Bed) {
    let kernels: Vec<_> = (0..12)
        .map(|n| make::kernel(bed, "p", &format!("k{n}")).id)
        .collect();
    let builder = make::builder(bed, "b", 3).id;
    let outcomes = bed.race(12, move |number, write| {
        job::acquire(write, kernels[number], builder, &TERMS)
    });
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(won, 3, "{outcomes:?}");
    assert!(
        outcomes
            .iter()
            .all(|one| matches!(one, Ok(_) | Err(Error::InUse("builder"))))
    );
    let busy = bed
        .read(move |read| job::of_builder(read, builder))
        .unwrap();
    assert_eq!(busy.len(), 3);
    assert_eq!(bed.read(job::counts).unwrap(), [(builder, 3)]);
}

fn running_limit(bed: &Bed) {
    let terms = Terms {
        running: Limit::AtMost(4),
        ..TERMS
    };
    let kernels: Vec<_> = (0..10)
        .map(|n| make::kernel(bed, "p", &format!("k{n}")).id)
        .collect();
    let builders: Vec<_> = (0..10)
        .map(|n| make::builder(bed, &format!("b{n}"), 1).id)
        .collect();
    let outcomes = bed.race(10, move |number, write| {
        job::acquire(write, kernels[number], builders[number], &terms)
    });
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(won, 4, "{outcomes:?}");
    let is_refused = |one: &Result<_, Error>| matches!(one, Ok(_) | Err(Error::Quota { .. }));
    assert!(outcomes.iter().all(is_refused), "{outcomes:?}");
}

fn messages_prolong(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1);
    let held = make::acquire(bed, made.id, builder.id).unwrap();
    for sequence in 1..6 {
        bed.pass(LEASE.checked_sub(Duration::from_micros(1)).unwrap());
        assert!(bed.read(|read| job::due(read, 10)).unwrap().is_empty());
        let message = message(&held, sequence);
        bed.write(move |write| job::report(write, &message, &Report::default(), LEASE))
            .unwrap();
    }
    bed.pass(LEASE);
    assert_eq!(bed.read(|read| job::due(read, 10)).unwrap(), [held.0.id]);
}

fn message_counts_once(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1);
    let held = make::acquire(bed, made.id, builder.id).unwrap();
    let same = message(&held, 5);
    let outcomes = bed.race(10, move |number, write| {
        let progress = Some(Progress {
            percent: u8::try_from(number).unwrap(),
            eta_seconds: None,
        });
        let report = Report {
            progress,
            ..Report::default()
        };
        job::report(write, &same, &report, LEASE)
    });
    let taken: Vec<_> = outcomes.iter().flatten().collect();
    assert_eq!(taken.len(), 1, "{outcomes:?}");
    assert!(
        outcomes
            .iter()
            .all(|one| matches!(one, Ok(_) | Err(Error::Stale("message"))))
    );
    let kernel = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    assert_eq!(kernel.progress, taken[0].progress);
}

/// A builder was cut off, its job went elsewhere, and it comes back: nothing it says counts.
fn stale_holder(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let [first, second] = ["b1", "b2"].map(|host| make::builder(bed, host, 1).id);
    let old = make::acquire(bed, made.id, first).unwrap();
    bed.pass(LEASE);
    // Its lease is over: it has lost it even before anybody took it.
    refused(bed, &old);
    let id = old.0.id;
    let taken = bed
        .write(move |write| job::expire(write, id, &PATIENCE))
        .unwrap()
        .unwrap();
    assert_eq!(taken.state, State::Expired);
    bed.pass(PATIENCE.rest);
    let new = make::acquire(bed, made.id, second).unwrap();
    assert_eq!(new.0.attempt, old.0.attempt + 1);
    let before = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    refused(bed, &old);
    let after = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    assert_eq!(before, after);
    let message = message(&new, 1);
    let fine = bed.write(move |write| job::report(write, &message, &Report::default(), LEASE));
    assert!(fine.is_ok(), "{fine:?}");
}

fn refused(bed: &Bed, old: &(kaas_types::job::Job, Token)) {
    let (late, token, id) = (message(old, 1000), old.1.clone(), old.0.id);
    let report = bed.write({
        let late = late.clone();
        move |write| job::report(write, &late, &Report::default(), LEASE).map(drop)
    });
    let finish =
        bed.write(move |write| job::finish(write, &late, &Ending::Success, &PATIENCE).map(drop));
    let upload = bed.read(move |read| job::authenticate(read, id, &token).map(drop));
    for outcome in [report, finish, upload] {
        assert!(matches!(outcome, Err(Error::Stale("job"))), "{outcome:?}");
    }
}

fn wrong_token(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1);
    let held = make::acquire(bed, made.id, builder.id).unwrap();
    let id = held.0.id;
    for guess in [
        "",
        "x",
        "0000000000000000000000000000000000000000000000000000000000000000",
    ] {
        let token = Token::from_text(guess.to_owned());
        let outcome = bed.read(move |read| job::authenticate(read, id, &token));
        assert!(
            matches!(outcome, Err(Error::NotFound("job"))),
            "{outcome:?}"
        );
    }
    assert!(!format!("{held:?}").contains(held.1.expose()));
    let outcome = bed.read(move |read| job::authenticate(read, id, &held.1));
    assert!(outcome.is_ok());
}

fn expired_once(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1);
    let held = make::acquire(bed, made.id, builder.id).unwrap();
    bed.pass(LEASE);
    let id = held.0.id;
    let outcomes = bed.race(10, move |_, write| job::expire(write, id, &PATIENCE));
    let taken = outcomes
        .iter()
        .filter(|one| matches!(one, Ok(Some(_))))
        .count();
    assert_eq!(taken, 1, "{outcomes:?}");
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let kernel = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    assert_eq!(
        (kernel.state.status(), kernel.failures),
        (Status::Queued, 1)
    );
}

fn too_many_failures(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1);
    let mut rests = vec![];
    for attempt in 1..=PATIENCE.failures {
        let held = make::acquire(bed, made.id, builder.id).unwrap();
        let message = message(&held, 1);
        let kernel = bed
            .write(move |write| job::finish(write, &message, &Ending::Broken(fault()), &PATIENCE))
            .unwrap();
        assert_eq!((kernel.attempt, kernel.failures), (attempt, attempt));
        assert_eq!(kernel.fault, Some(fault()));
        rests.push(kernel.times.not_before.since(kernel.times.updated));
        let is_waiting = !bed
            .read(|read| kernel::waiting(read, &ANY, 9))
            .unwrap()
            .is_empty();
        assert!(!is_waiting, "it has to rest first");
        bed.pass(Duration::from_secs(3600));
    }
    assert_eq!(rests[..2], [PATIENCE.rest, PATIENCE.rest * 2]);
    let kernel = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    assert_eq!(kernel.state.outcome(), Some(Outcome::InfraError));
}

fn cancelled(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1);
    let held = make::acquire(bed, made.id, builder.id).unwrap();
    let kernel = bed
        .write(move |write| kernel::cancel(write, &make::scope("p"), made.id))
        .unwrap();
    assert_eq!(kernel.state.outcome(), Some(Outcome::Cancelled));
    assert_eq!(state_of(bed, &held), State::Revoked);
    refused(bed, &held);
    // The builder's slot is free only when it says so.
    let id = builder.id;
    assert_eq!(
        bed.read(move |read| job::of_builder(read, id))
            .unwrap()
            .len(),
        1
    );
    for _ in 0..2 {
        let (id, token) = (held.0.id, held.1.clone());
        bed.write(move |write| job::stopped(write, id, &token))
            .unwrap();
    }
    assert_eq!(bed.read(move |read| job::of_builder(read, id)).unwrap(), []);
    let usage = bed
        .read(|read| quota::usages(read, &make::project("p"), |_| Limit::Unlimited))
        .unwrap();
    let running = usage
        .iter()
        .find(|usage| usage.resource == Resource::RunningKernels);
    assert_eq!(running.unwrap().in_use, 0);
}

fn returned(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1);
    for attempt in 1..8 {
        let held = make::acquire(bed, made.id, builder.id).unwrap();
        let message = message(&held, 1);
        let kernel = bed
            .write(move |write| job::finish(write, &message, &Ending::Returned, &PATIENCE))
            .unwrap();
        assert_eq!(
            (kernel.state.status(), kernel.attempt),
            (Status::Queued, attempt)
        );
        assert_eq!(kernel.failures, 0);
        assert_eq!(kernel.times.queued, made.times.queued, "it keeps its place");
        bed.pass(Duration::from_secs(1));
    }
}

fn retried(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let end = move |write: &mut kaas_db::Write<'_>| {
        kernel::end(write, &ANY, made.id, Outcome::InfraError, &fault())
    };
    bed.write(end).unwrap();
    bed.pass(Duration::from_secs(9));
    let kernel = bed
        .write(move |write| kernel::retry(write, &ANY, made.id))
        .unwrap();
    assert_eq!(
        (kernel.state.status(), kernel.failures),
        (Status::Queued, 0)
    );
    assert_eq!(kernel.times.queued, kernel.times.updated);
    assert_eq!((kernel.fault, kernel.times.finished), (None, None));
    let again = bed.write(move |write| kernel::retry(write, &ANY, made.id));
    assert!(matches!(again, Err(Error::Transition(_))), "{again:?}");
}
