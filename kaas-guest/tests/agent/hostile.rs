// SPDX-License-Identifier: Apache-2.0
//! Whatever a server does, the agent lives, stays small, and does its work once the server is
//! good again: each misbehaviour, from the first request on and in the midst of an upload.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
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
    if matches!(how, Misbehaviour::WrongCert | Misbehaviour::ExpiredCert) {
        assert_eq!(cloud.server().guests(), [], "a stranger got the token");
    }
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

/// Whoever answers at the metadata service's address.
#[test]
fn metadata_may_be_anything() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let flood = vec![b'['; 1 << 16];
        for (count, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = match count % 5 {
                0 => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
                1 => stream.write_all(b"HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/\r\n\r\n"),
                2 => stream
                    .write_all(b"HTTP/1.1 200 OK\r\n\r\n")
                    .and_then(|()| (0..64).try_for_each(|_| stream.write_all(&flood))),
                3 => stream.write_all(b"\0\0\0\0"),
                _ => stream.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"uuid\": \"../../../\"}",
                ),
            };
        }
    });
    let cloud = Cloud::new(WEEK, None);
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.settings(&format!("http://{address}"));
    guest.start();
    pause(2500);
    assert!(guest.is_running() && guest.log().contains("which instance this is"));
    let drive = guest.path("run/drive/openstack/latest");
    fs::create_dir_all(&drive).unwrap();
    fs::write(
        drive.join("vendor_data2.json"),
        cloud.server().vendor_data(&instance(1)),
    )
    .unwrap();
    let meta_data = format!(r#"{{"uuid": "{}"}}"#, instance(1));
    fs::write(drive.join("meta_data.json"), meta_data).unwrap();
    cloud.guest(&instance(1));
    assert!(guest.memory() <= MEMORY, "{} KiB", guest.memory());
}
