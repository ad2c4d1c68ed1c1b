// SPDX-License-Identifier: Apache-2.0
//! What is refused, and what is let through for the sake of newer servers.

mod documents;
mod schema;

use serde_json::{from_value, json};

use super::*;

const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

fn id() -> Id {
    Id::try_from(ID.to_owned()).unwrap()
}

#[test]
fn every_path_is_read_as_it_is_written() {
    let paths = [
        Path::Enroll,
        Path::Renew,
        Path::Commands,
        Path::Ack(id()),
        Path::Result(id()),
        Path::Uploads,
        Path::Upload(id()),
        Path::Complete(id()),
        Path::Reports,
        Path::Release(id()),
        Path::File(id(), Sha256::from_bytes(&[7; 32])),
    ];
    for path in paths {
        assert_eq!(Path::parse(&format!("/{path}")), Some(path));
    }
    for wrong in [
        "",
        "/",
        "/v1/agent",
        "/v1/agent/commands/../ack",
        "/v1/agent/uploads/x",
    ] {
        assert_eq!(Path::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_command_that_nobody_knows_does_not_hide_the_others() {
    let commands = json!({"time": 1, "new": [], "commands": [
        {"id": ID, "seq": 1, "do": "dance", "how": "slowly"},
        {"id": ID, "seq": 2, "do": "trial", "release": "../x"},
        {"id": ID, "seq": 3, "do": "trial", "release": ID, "new": 0},
        {"id": ID, "seq": 4, "do": "unknown", "why": "x"},
    ]});
    let commands: Commands = from_value(commands).unwrap();
    let known = |command: &&Command| !matches!(command.action, Action::Unknown { .. });
    let known: Vec<u64> = commands
        .commands
        .iter()
        .filter(known)
        .map(|c| c.seq)
        .collect();
    assert_eq!(known, [3]);
}

#[test]
fn a_command_without_a_number_is_refused() {
    assert!(from_value::<Command>(json!({"id": ID, "do": "stop"})).is_err());
    assert!(from_value::<Command>(json!({"id": ID, "seq": -1, "do": "stop"})).is_err());
}

#[test]
fn a_secret_is_not_shown() {
    let secret = from_value::<Secret<9>>(json!("kge1.1.xx")).unwrap();
    assert_eq!(format!("{secret:?}"), "Secret");
    assert_eq!(secret.reveal(), "kge1.1.xx");
    for wrong in ["", "a b", "a\n", "\u{e4}", "0123456789"] {
        assert!(from_value::<Secret<9>>(json!(wrong)).is_err(), "{wrong:?}");
    }
}

#[test]
fn limits_hold_to_the_character() {
    assert!(from_value::<Line<3>>(json!("äöü")).is_ok());
    assert!(from_value::<Line<3>>(json!("abcd")).is_err());
    assert!(from_value::<Line<3>>(json!("a\n")).is_err());
    assert!(from_value::<Block<3>>(json!("a\nb")).is_ok());
    assert!(from_value::<Block<3>>(json!("a\u{1b}")).is_err());
    assert!(from_value::<List<u8, 2>>(json!([1, 2])).is_ok());
    assert!(from_value::<List<u8, 2>>(json!([1, 2, 3])).is_err());
    assert_eq!(&*Line::<4>::cut("a\nbcde"), "a bc");
}

#[test]
fn identifiers_have_one_form() {
    assert_eq!(
        Id::from_random([0xff; 16]).to_string(),
        "ffffffff-ffff-4fff-bfff-ffffffffffff"
    );
    assert!(Id::try_from(ID.to_uppercase()).is_err());
    assert!(Id::try_from(ID.replace('-', "0")).is_err());
    assert!(Sha256::try_from("g".repeat(64)).is_err());
}

#[test]
fn what_the_cloud_says_of_enrolling() {
    let read = |kaas: serde_json::Value| {
        from_value::<VendorData>(json!({"static": {}, "kaas": kaas}))
            .unwrap()
            .kaas
            .unwrap()
    };
    let invited = json!({"endpoint": "https://a/", "ca": "x", "token": "t", "new": 1});
    assert!(matches!(read(invited), Enrollment::Invited { .. }));
    assert!(matches!(
        read(json!({"enrolled": true})),
        Enrollment::Enrolled { .. }
    ));
    assert!(matches!(
        read(json!({"expired": true})),
        Enrollment::Expired { .. }
    ));
    assert!(matches!(read(json!({})), Enrollment::Other {}));
}

#[test]
fn codes_are_told_apart() {
    for code in Code::ALL {
        let (name, status) = code.parts();
        let problem = json!({"code": name, "status": status, "title": "", "detail": ""});
        assert_eq!(Code::of(&from_value(problem).unwrap()), Some(code));
    }
}
