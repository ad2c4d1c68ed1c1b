// SPDX-License-Identifier: Apache-2.0
//! Many who do anything at any time: afterwards everything fits together. And one after the
//! other, each does what the table of states says.

use std::collections::BTreeMap;
use std::time::Duration;

use kaas_db::query::job::{self, Ending, Message, Report};
use kaas_db::query::{kernel, quota};
use kaas_db::{Error, Selection, Write};
use kaas_types::agent::Line;
use kaas_types::id::{BuilderId, KernelId};
use kaas_types::job::{Job, State as JobState};
use kaas_types::kernel::{Event, Fault, Kernel, State, Status, Step};
use kaas_types::machine::Machine;
use kaas_types::quota::{Limit, Resource};

use super::bed::Bed;
use super::chance::Chance;
use super::make::{self, ANY, LEASE, PATIENCE, TERMS, project};
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("twelve do anything at once", at_once),
    ("one after the other, as the table says", in_order),
];

const PROJECTS: [&str; 3] = ["a", "b", "c"];
const SLOTS: u32 = 4;

fn fault() -> Fault {
    Fault {
        code: Line::cut("x"),
        message: Line::cut("y"),
    }
}

/// Each runs steps chosen by chance on the same few kernels; errors that say no are fine.
fn at_once(bed: &Bed) {
    let kernels: Vec<_> = (0..9)
        .map(|n| make::kernel(bed, PROJECTS[n % 3], "k").id)
        .collect();
    let builders: Vec<_> = (0..3)
        .map(|n| make::builder(bed, &format!("b{n}"), SLOTS).id)
        .collect();
    let mut refused = 0;
    for round in 0..16 {
        let (kernels, builders) = (kernels.clone(), builders.clone());
        let outcomes = bed.race(12, move |number, write| {
            let chance = &mut Chance::new(round * 100 + number as u64);
            step(write, chance, &kernels, &builders)
        });
        for outcome in outcomes {
            assert!(outcome.as_ref().err().is_none_or(is_no), "{outcome:?}");
            refused += u32::from(outcome.is_err());
        }
        bed.pass(LEASE / 3);
        fits(bed);
    }
    assert!(
        (40..160).contains(&refused),
        "{refused} of 192 were refused"
    );
    let due = bed.read(|read| job::due(read, 99)).unwrap();
    for id in due {
        bed.write(move |write| job::expire(write, id, &PATIENCE))
            .unwrap();
    }
    fits(bed);
}

/// Whether somebody was told that it can't be.
fn is_no(error: &Error) -> bool {
    use Error::{InUse, NotFound, Quota, Stale, Transition};

    matches!(
        error,
        NotFound(_) | InUse(_) | Transition(_) | Quota { .. } | Stale(_)
    )
}

/// What somebody may do at any time.
fn step(
    write: &mut Write<'_>,
    chance: &mut Chance,
    kernels: &[KernelId],
    builders: &[BuilderId],
) -> Result<(), Error> {
    let id = chance.pick(kernels);
    match chance.below(7) {
        0 => kernel::cancel(write, &ANY, id).map(drop),
        1 => kernel::retry(write, &ANY, id).map(drop),
        2 => {
            let new = make::new_kernel(chance.pick(&PROJECTS), "n");
            kernel::create(write, &new, Limit::AtMost(9)).map(drop)
        }
        3 if chance.below(9) == 0 => kernel::delete(write, &ANY, id).map(drop),
        _ => build_a_bit(write, chance, id, chance_builder(builders, id)),
    }
}

fn chance_builder(builders: &[BuilderId], id: KernelId) -> BuilderId {
    let last = id.to_string().bytes().last().unwrap_or_default();
    builders[usize::from(last) % builders.len()]
}

/// Takes it, says something, and may end it in some way, or be silent from then on.
fn build_a_bit(
    write: &mut Write<'_>,
    chance: &mut Chance,
    kernel: KernelId,
    builder: BuilderId,
) -> Result<(), Error> {
    let held = job::acquire(write, kernel, builder, &TERMS)?;
    let message = |sequence| Message {
        job: held.0.id,
        token: held.1.clone(),
        sequence,
    };
    let report = Report {
        step: Some(Step::Model),
        ..Report::default()
    };
    job::report(write, &message(1), &report, LEASE)?;
    let ending = match chance.below(4) {
        0 => Ending::Returned,
        1 => Ending::Failure(fault()),
        2 => Ending::Broken(fault()),
        _ => return Ok(()),
    };
    job::finish(write, &message(2), &ending, &PATIENCE).map(drop)
}

/// What is stored in several places says the same.
fn fits(bed: &Bed) {
    let all = bed
        .read(|read| kernel::list(read, &ANY, &Selection::first(999)))
        .unwrap()
        .items;
    let mut held: BTreeMap<BuilderId, u32> = BTreeMap::new();
    for kernel in &all {
        let id = kernel.id;
        let jobs = bed.read(move |read| job::of_kernel(read, id)).unwrap();
        check_jobs(kernel, &jobs);
        for job in jobs.iter().filter(|job| job.state == JobState::Held) {
            *held.entry(job.builder).or_default() += 1;
        }
    }
    assert!(held.values().all(|count| *count <= SLOTS), "{held:?}");
    for name in PROJECTS {
        let own = all.iter().filter(|kernel| *kernel.project == *name);
        let running = own
            .clone()
            .filter(|kernel| kernel.state.status() == Status::Running);
        let expected = [own.clone().count(), running.count()];
        let usages =
            bed.read(move |read| quota::usages(read, &project(name), |_| Limit::Unlimited));
        let usages = usages.unwrap();
        let in_use = |resource| {
            usages
                .iter()
                .find(|one| one.resource == resource)
                .unwrap()
                .in_use
        };
        let found = [in_use(Resource::Kernels), in_use(Resource::RunningKernels)];
        assert_eq!(
            found,
            expected.map(|count| i64::try_from(count).unwrap()),
            "{name}"
        );
        assert_eq!(
            bed.write(move |write| quota::recount(write, &project(name)))
                .unwrap(),
            []
        );
    }
}

fn check_jobs(kernel: &Kernel, jobs: &[Job]) {
    let attempts: Vec<_> = jobs.iter().map(|job| job.attempt).collect();
    let expected: Vec<_> = (1..=kernel.attempt).collect();
    assert_eq!(attempts, expected, "every attempt is a job, once");
    let held: Vec<_> = jobs
        .iter()
        .filter(|job| job.state == JobState::Held)
        .collect();
    let is_running = kernel.state.status() == Status::Running;
    assert_eq!(held.len(), usize::from(is_running), "{kernel:?}");
    if let Some(job) = held.first() {
        assert_eq!(
            (kernel.job, kernel.builder),
            (Some(job.id), Some(job.builder))
        );
    }
}

/// Events by chance on one kernel: each is possible exactly when the table says so.
fn in_order(bed: &Bed) {
    let chance = &mut Chance::new(7);
    let id = make::kernel(bed, "p", "k").id;
    let builder = make::builder(bed, "b", 1000).id;
    let mut state = State::INITIAL;
    let mut held: Option<(Job, job::Token)> = None;
    for sequence in 1..150 {
        bed.pass(Duration::from_secs(1));
        let event = chance.pick(State::EVENTS);
        let expected = state.next(event);
        let message = held.as_ref().map(|held| make::message(held, sequence));
        let outcome = happen(bed, (id, builder), event, message.as_ref());
        match (expected, outcome) {
            (Ok(next), Ok(taken)) => {
                state = next;
                held = taken.or(held);
            }
            (Err(_), Err(Error::Transition(_) | Error::Stale(_) | Error::InUse(_))) => {}
            // Entering the step that it is in changes nothing.
            (Err(_), Ok(None)) if event == state.step().map_or(event, Event::Enter) => {}
            other => panic!("{} {}: {other:?}", state.name(), State::verb(event)),
        }
        let stored = bed.read(move |read| kernel::get(read, &ANY, id)).unwrap();
        assert_eq!(stored.state, state, "after {}", State::verb(event));
    }
}

type Taken = Option<(Job, job::Token)>;

/// Carries an event out as whoever may cause it.
fn happen(
    bed: &Bed,
    (id, builder): (KernelId, BuilderId),
    event: Event,
    message: Option<&Message>,
) -> Result<Taken, Error> {
    let none = || Error::Stale("nobody holds it");
    let finish = |ending: Ending| {
        let message = message.cloned().ok_or_else(none)?;
        bed.write(move |write| job::finish(write, &message, &ending, &PATIENCE).map(|_| None))
    };
    match event {
        Event::Start => make::acquire(bed, id, builder).map(Some),
        Event::Enter(step) => {
            let message = message.cloned().ok_or_else(none)?;
            let report = Report {
                step: Some(step),
                ..Report::default()
            };
            bed.write(move |write| job::report(write, &message, &report, LEASE).map(|_| None))
        }
        Event::Succeed => finish(Ending::Success),
        Event::Requeue => finish(Ending::Returned),
        Event::Fail | Event::Break => end(bed, id, event, message.cloned()),
        Event::Cancel => bed.write(move |write| kernel::cancel(write, &ANY, id).map(|_| None)),
        Event::Retry => bed.write(move |write| kernel::retry(write, &ANY, id).map(|_| None)),
    }
}

/// By its builder while it runs, otherwise by whoever can't start it.
fn end(bed: &Bed, id: KernelId, event: Event, message: Option<Message>) -> Result<Taken, Error> {
    let by_builder = message.and_then(|message| {
        let impatient = job::Patience {
            failures: 1,
            ..PATIENCE
        };
        let ending = if event == Event::Fail {
            Ending::Failure(fault())
        } else {
            Ending::Broken(fault())
        };
        bed.write(move |write| job::finish(write, &message, &ending, &impatient))
            .ok()
    });
    if by_builder.is_some() {
        return Ok(None);
    }
    let outcome = if event == Event::Fail {
        kaas_types::kernel::Outcome::Failure
    } else {
        kaas_types::kernel::Outcome::InfraError
    };
    bed.write(move |write| kernel::end(write, &ANY, id, outcome, &fault()).map(|_| None))
}
