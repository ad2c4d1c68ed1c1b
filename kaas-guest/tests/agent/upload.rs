// SPDX-License-Identifier: Apache-2.0
//! What is uploaded is what is there, whoever dies in the midst of it.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use kaas_types::agent::{Action, Kind, Outcome, ReportBody, Tracing};

use crate::fixture::{Cloud, Guest, instance, until};

#[test]
fn a_snapshot_is_uploaded_and_grows() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    let mut trace = guest.trace(100_000);
    guest.start();
    let id = cloud.guest(&instance(1));
    let result = cloud.ask(&Action::Snapshot);
    assert_eq!(result.outcome, Outcome::Done, "{}", result.detail);
    assert_eq!(cloud.snapshot(&id), trace);
    let inventory = cloud.server().snapshot(&id, Kind::Inventory).unwrap();
    assert_eq!(inventory.1, b"an inventory\n");

    // Only what was added is sent, and what is there stays.
    let before = cloud.server().received();
    trace.extend_from_slice(b"more");
    let mut file = OpenOptions::new()
        .append(true)
        .open(guest.path("run/trace"))
        .unwrap();
    file.write_all(b"more").unwrap();
    assert_eq!(cloud.ask(&Action::Snapshot).outcome, Outcome::Done);
    assert_eq!(cloud.snapshot(&id), trace);
    let inventory = b"an inventory\n".len() as u64;
    assert_eq!(cloud.server().received(), before + 4 + inventory);

    let ReportBody::Status(status) = &cloud.server().reports()[0] else {
        panic!("the first report is not of the guest's status");
    };
    assert_eq!(
        (status.tracing, status.trace_bytes),
        (Tracing::Absent, 100_000)
    );
    assert!(guest.path("run/reached").exists());
}

#[test]
fn a_trace_that_was_begun_anew_is_uploaded_anew() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.trace(50_000);
    guest.start();
    let id = cloud.guest(&instance(1));
    cloud.ask(&Action::Snapshot);
    // In the same file, so that nothing else tells it.
    fs::write(guest.path("run/trace"), vec![7; 60_000]).unwrap();
    assert_eq!(cloud.ask(&Action::Snapshot).outcome, Outcome::Done);
    assert_eq!(cloud.snapshot(&id), vec![7; 60_000]);
    fs::write(guest.path("run/trace"), vec![8; 10]).unwrap();
    assert_eq!(cloud.ask(&Action::Snapshot).outcome, Outcome::Done);
    assert_eq!(cloud.snapshot(&id), vec![8; 10]);
}

#[test]
fn an_agent_that_is_killed_goes_on() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    let trace = guest.trace(1 << 20);
    guest.start();
    let id = cloud.guest(&instance(1));
    let command = cloud.server().push(&Action::Snapshot).unwrap();
    for part in [0, 1, 5, 20, 40, 60] {
        let due = part * (1 << 20) / 64;
        until("so much was uploaded", || {
            (cloud.server().received() >= due).then_some(())
        });
        guest.kill();
        let before = cloud.server().received();
        guest.start();
        // It never starts from the beginning again.
        assert!(cloud.server().received() >= before);
    }
    assert_eq!(cloud.result(&command).outcome, Outcome::Done);
    assert_eq!(cloud.snapshot(&id), trace);
    assert_eq!(cloud.server().results(&command).len(), 1);
    assert_eq!(cloud.server().guests().len(), 1);
}

#[test]
fn an_agent_that_is_killed_all_the_time_gets_there() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    let trace = guest.trace(300_000);
    guest.start();
    // From the first request on, whatever it is about.
    let mut commands = vec![];
    for round in 1_u64..=25 {
        crate::fixture::pause(7 * round % 90);
        guest.kill();
        guest.start();
        if commands.len() < 3 && !cloud.server().guests().is_empty() {
            commands.push(cloud.server().push(&Action::Snapshot).unwrap());
        }
    }
    let id = cloud.guest(&instance(1));
    commands.push(cloud.server().push(&Action::Snapshot).unwrap());
    for command in &commands {
        assert_eq!(cloud.result(command).outcome, Outcome::Done);
        assert_eq!(cloud.server().results(command).len(), 1);
    }
    assert_eq!(cloud.snapshot(&id), trace);
    assert_eq!(cloud.server().guests().len(), 1);
}

#[test]
fn a_server_that_is_restarted_is_waited_for() {
    let mut cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    let trace = guest.trace(1 << 20);
    guest.start();
    let id = cloud.guest(&instance(1));
    let command = cloud.server().push(&Action::Snapshot).unwrap();
    for part in [1, 8, 30] {
        let due = part * (1 << 20) / 64;
        until("so much was uploaded", || {
            (cloud.server().received() >= due).then_some(())
        });
        cloud.stop();
        crate::fixture::pause(100);
        cloud.start();
    }
    assert_eq!(cloud.result(&command).outcome, Outcome::Done);
    assert_eq!(cloud.snapshot(&id), trace);
}

/// Longer than the agent would wait for an answer.
#[test]
fn a_machine_that_is_paused_goes_on() {
    let mut cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    let trace = guest.trace(1 << 20);
    guest.start();
    let id = cloud.guest(&instance(1));
    let command = cloud.server().push(&Action::Snapshot).unwrap();
    for is_restarted in [false, true] {
        let due = cloud.server().received() + 50_000;
        until("so much was uploaded", || {
            (cloud.server().received() >= due).then_some(())
        });
        guest.pause(true);
        if is_restarted {
            cloud.stop();
            cloud.start();
        }
        crate::fixture::pause(1500);
        guest.pause(false);
    }
    assert_eq!(cloud.result(&command).outcome, Outcome::Done);
    assert_eq!(cloud.snapshot(&id), trace);
    assert_eq!(cloud.server().results(&command).len(), 1);
}
