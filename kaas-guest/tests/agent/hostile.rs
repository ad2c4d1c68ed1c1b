// SPDX-License-Identifier: Apache-2.0
//! Whatever a server does, the agent lives, stays small, and does its work once the server is
//! good again: each misbehaviour, from the first request on and in the midst of an upload.

use std::time::Duration;

use kaas_stand_in::Misbehaviour;
use kaas_types::agent::{Action, Outcome};

use crate::fixture::{Cloud, Guest, instance, pause};

/// KiB.
const MEMORY: u64 = 16 << 10;
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

fn survives(how: Misbehaviour) {
    let cloud = Cloud::new(WEEK, Some(how));
    let mut guest = Guest::new(&cloud, &instance(1));
    let trace = guest.trace(300_000);
    guest.start();
    endure(&cloud, &mut guest);
    cloud.server().misbehave(None);
    let id = cloud.guest(&instance(1));

    let first = cloud.ask(&Action::Snapshot);
    assert_eq!(first.outcome, Outcome::Done, "{}", first.detail);
    guest.trace(600_000);
    let command = cloud.server().push(&Action::Snapshot).unwrap();
    cloud.server().misbehave(Some(how));
    endure(&cloud, &mut guest);
    cloud.server().misbehave(None);
    let result = cloud.result(&command);
    assert_eq!(result.outcome, Outcome::Done, "{}", result.detail);
    assert_eq!(cloud.server().results(&command).len(), 1);
    assert_eq!(cloud.snapshot(&id)[..300_000], trace);
    assert_eq!(cloud.snapshot(&id).len(), 600_000);
    assert_eq!(cloud.server().guests().len(), 1, "it enrolled again");
    assert!(guest.memory() <= MEMORY, "{} KiB", guest.memory());
}

/// Long enough for a number of attempts; and they are not too many.
fn endure(cloud: &Cloud, guest: &mut Guest) {
    let before = cloud.server().requests();
    pause(2500);
    assert!(guest.is_running());
    // Every other one waits 200 ms, a fifth more or less; and an upload is many.
    let attempts = cloud.server().requests() - before;
    assert!(attempts < 200, "{attempts} requests");
}

macro_rules! table {
    ($($name:ident: $how:ident,)*) => {
        $(#[test]
        fn $name() {
            survives(Misbehaviour::$how);
        })*

        #[test]
        fn every_misbehaviour_is_in_the_table() {
            let mine = [$(Misbehaviour::$how),*];
            assert!(Misbehaviour::all().eq(mine));
        }
    };
}

table! {
    garbage: Garbage,
    garbage_json: GarbageJson,
    slow: Slow,
    silent: Silent,
    oversized: Oversized,
    replays: Replays,
    drop: Drop,
    cut: Cut,
    errors: Errors,
    busy: Busy,
    hasty: Hasty,
    wrong_offsets: WrongOffsets,
    wrong_cert: WrongCert,
    expired_cert: ExpiredCert,
    redirect: Redirect,
}
