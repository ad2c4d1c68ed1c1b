// SPDX-License-Identifier: Apache-2.0
//! Agents: invited once, enrolled with one key, and nobody else's.

use std::time::Duration;

use kaas_db::Error;
use kaas_db::query::guest::{self, Invitation, Taken};
use kaas_types::agent::{Action, CommandResult, Line, Outcome};
use kaas_types::guest::Guest;
use kaas_types::id::InstanceId;
use kaas_types::name::Name;

use super::bed::Bed;
use super::make::{ANY, project, scope};
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("ten invite at once", invited),
    ("an invitation is good for one key", enrolled),
    ("an invitation ends", invitation_ends),
    ("who is revoked, or replaced, is unknown", revoked),
    ("a message is taken once", messages),
    ("commands are numbered, whoever gives them", commands),
    ("pieces of an upload follow each other", uploads),
];

const INSTANCE: InstanceId = InstanceId::from_bytes([9; 16]);
const TIME: Duration = Duration::from_secs(3600);

fn invitation() -> Invitation {
    Invitation {
        project: project("p"),
        instance: INSTANCE,
        trace: None,
        time: TIME,
    }
}

fn line(text: &str) -> Line<64> {
    Line::cut(text)
}

fn enroll(bed: &Bed, generation: i64, key: &'static str) -> Result<Guest, Error> {
    bed.write(move |write| guest::enroll(write, (INSTANCE, generation), &line(key), &line("boot")))
}

fn invited(bed: &Bed) {
    let outcomes = bed.race(10, |_, write| guest::invite(write, &invitation()));
    let first = outcomes[0].as_ref().unwrap();
    assert!(
        outcomes
            .iter()
            .all(|one| one.as_ref().is_ok_and(|one| one == first)),
        "{outcomes:?}"
    );
    let other = bed.write(|write| {
        let foreign = Invitation {
            project: project("q"),
            ..invitation()
        };
        guest::invite(write, &foreign)
    });
    assert!(matches!(other, Err(Error::Exists("guest"))), "{other:?}");
    let unseen = bed.read(|read| guest::of_instance(read, &scope("q"), INSTANCE));
    assert!(
        matches!(unseen, Err(Error::NotFound("guest"))),
        "{unseen:?}"
    );
}

fn enrolled(bed: &Bed) {
    bed.write(|write| guest::invite(write, &invitation()))
        .unwrap();
    let outcomes = bed.race(10, |number, write| {
        guest::enroll(
            write,
            (INSTANCE, 1),
            &line(&format!("key{number}")),
            &line("boot"),
        )
    });
    let won: Vec<_> = outcomes.iter().flatten().collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    assert!(
        outcomes
            .iter()
            .all(|one| matches!(one, Ok(_) | Err(Error::NotFound("guest"))))
    );
    let (id, key) = (won[0].id, won[0].key.clone().unwrap());
    let again = move |write: &mut kaas_db::Write<'_>| {
        guest::enroll(write, (INSTANCE, 1), &key, &line("boot"))
    };
    bed.write(again.clone()).unwrap();
    bed.write(move |write| guest::hear(write, id, TIME))
        .unwrap();
    assert!(
        matches!(bed.write(again), Err(Error::NotFound("guest"))),
        "it was used"
    );
}

fn invitation_ends(bed: &Bed) {
    bed.write(|write| guest::invite(write, &invitation()))
        .unwrap();
    bed.pass(TIME);
    assert!(matches!(enroll(bed, 1, "k"), Err(Error::NotFound("guest"))));
    bed.write(|write| guest::invite_again(write, &scope("p"), INSTANCE, TIME))
        .unwrap();
    assert!(matches!(enroll(bed, 1, "k"), Err(Error::NotFound("guest"))));
    enroll(bed, 2, "k").unwrap();
}

fn revoked(bed: &Bed) {
    bed.write(|write| guest::invite(write, &invitation()))
        .unwrap();
    let id = enroll(bed, 1, "k").unwrap().id;
    let renew = |old: &'static str, new: &'static str| {
        bed.write(move |write| guest::renew(write, id, (&line(old), &line(new)), &line("boot")))
    };
    assert!(matches!(renew("other", "x"), Err(Error::NotFound("guest"))));
    renew("k", "k2").unwrap();
    let foreign = bed.write(move |write| guest::revoke(write, &scope("q"), id));
    assert!(
        matches!(foreign, Err(Error::NotFound("guest"))),
        "{foreign:?}"
    );
    bed.write(move |write| guest::revoke(write, &scope("p"), id))
        .unwrap();
    assert!(matches!(renew("k2", "k3"), Err(Error::Stale("guest"))));
    assert!(matches!(
        enroll(bed, 1, "k2"),
        Err(Error::NotFound("guest"))
    ));
    bed.write(|write| guest::invite_again(write, &ANY, INSTANCE, TIME))
        .unwrap();
    assert!(matches!(renew("k2", "k3"), Err(Error::NotFound("guest"))));
    enroll(bed, 2, "k4").unwrap();
}

fn messages(bed: &Bed) {
    bed.write(|write| guest::invite(write, &invitation()))
        .unwrap();
    let id = enroll(bed, 1, "k").unwrap().id;
    let take = |number, key: &'static str| {
        bed.write(move |write| guest::take(write, id, number, &line(key)))
    };
    assert_eq!(take(5, "a").unwrap(), Taken::New);
    assert_eq!(take(5, "a").unwrap(), Taken::Again);
    for (number, key) in [(5, "b"), (4, "a"), (0, "c"), (-1, "d")] {
        assert!(
            matches!(take(number, key), Err(Error::Stale("message"))),
            "{number} {key}"
        );
    }
    assert_eq!(take(6, "a").unwrap(), Taken::New);
}

fn commands(bed: &Bed) {
    bed.write(|write| guest::invite(write, &invitation()))
        .unwrap();
    let id = enroll(bed, 1, "k").unwrap().id;
    let given = bed.race(12, move |_, write| guest::push(write, id, &Action::Stop));
    let mut numbers: Vec<_> = given.iter().flatten().map(|one| one.sequence).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    let first = bed.read(move |read| guest::pending(read, id, 5)).unwrap();
    assert_eq!(
        first.iter().map(|one| one.sequence).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    let command = first[0].id;
    bed.write(move |write| guest::acknowledge(write, id, command))
        .unwrap();
    let left = bed.read(move |read| guest::pending(read, id, 99)).unwrap();
    assert_eq!((left.len(), left[0].sequence), (11, 2));
    let said = |outcome| CommandResult {
        seq: 1,
        outcome,
        detail: Line::cut("said"),
    };
    let second = first[1].id;
    for outcome in [Outcome::Refused, Outcome::Done] {
        let said = said(outcome);
        bed.write(move |write| guest::conclude(write, id, second, &said))
            .unwrap();
    }
    let concluded = bed
        .write(move |write| guest::acknowledge(write, id, second))
        .unwrap();
    assert_eq!(
        concluded.outcome,
        Some(said(Outcome::Refused)),
        "the first word counts"
    );
    let other = kaas_types::id::GuestId::random();
    let foreign = bed.write(move |write| guest::acknowledge(write, other, command));
    assert!(
        matches!(foreign, Err(Error::NotFound("command"))),
        "{foreign:?}"
    );
}

fn uploads(bed: &Bed) {
    bed.write(|write| guest::invite(write, &invitation()))
        .unwrap();
    let id = enroll(bed, 1, "k").unwrap().id;
    let names = || -> (Name, Name) { ("trace".parse().unwrap(), "boot-1".parse().unwrap()) };
    let opened = bed.race(8, move |_, write| {
        let (kind, series) = names();
        guest::open(write, id, (&kind, &series), "store/1")
    });
    let upload = opened[0].as_ref().unwrap().clone();
    assert!(
        opened
            .iter()
            .all(|one| one.as_ref().is_ok_and(|one| *one == upload)),
        "{opened:?}"
    );
    let file = upload.id;
    let advanced = bed.race(8, move |_, write| guest::advance(write, id, file, (0, 100)));
    assert_eq!(
        advanced.iter().filter(|one| one.is_ok()).count(),
        1,
        "{advanced:?}"
    );
    assert!(
        advanced
            .iter()
            .all(|one| matches!(one, Ok(_) | Err(Error::Value("offset"))))
    );
    let back = bed.write(move |write| guest::advance(write, id, file, (100, 99)));
    assert!(matches!(back, Err(Error::Value("offset"))), "{back:?}");
    let again = bed
        .write(move |write| guest::restart(write, id, file, "store/2"))
        .unwrap();
    assert_eq!((again.offset, again.location.as_str()), (0, "store/2"));
    let other = kaas_types::id::GuestId::random();
    let foreign = bed.read(move |read| guest::upload(read, other, file));
    assert!(
        matches!(foreign, Err(Error::NotFound("upload"))),
        "{foreign:?}"
    );
}
