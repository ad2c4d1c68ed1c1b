// SPDX-License-Identifier: Apache-2.0
//! Who a guest is: enrolled once, renewed, revoked, and never two at a time.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use kaas_types::agent::{Action, Outcome};

use crate::fixture::{Cloud, Guest, instance, pause, until};

fn key_of(guest: &Guest) -> String {
    let text = fs::read(guest.path("state/identity.json")).unwrap();
    let identity: serde_json::Value = serde_json::from_slice(&text).unwrap();
    identity["key"].as_str().unwrap().to_owned()
}

#[test]
fn nothing_secret_is_said_or_left_for_others_to_read() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    let data = cloud.server().vendor_data(&instance(1));
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    let token = data["kaas"]["token"].as_str().unwrap().to_owned();
    guest.start();
    cloud.guest(&instance(1));
    until("it is enrolled", || {
        guest.path("run/agent.json").exists().then_some(())
    });
    let log = guest.log();
    assert!(
        log.contains("enrolled as") && !log.contains(&token),
        "{log}"
    );
    assert!(!log.contains("PRIVATE KEY"), "{log}");
    for entry in fs::read_dir(guest.path("state")).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}

#[test]
fn an_enrolled_guest_stays_itself() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.start();
    let id = cloud.guest(&instance(1));
    cloud.ask(&Action::Stop);
    let key = key_of(&guest);
    guest.kill();
    guest.start();
    let result = cloud.ask(&Action::Stop);
    assert_eq!(result.outcome, Outcome::Refused, "{}", result.detail);
    assert_eq!((cloud.guest(&instance(1)), key_of(&guest)), (id, key));
}

#[test]
fn a_copied_disk_enrolls_anew() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.start();
    let id = cloud.guest(&instance(1));
    cloud.ask(&Action::Stop);

    let mut copy = Guest::new(&cloud, &instance(2));
    for name in ["identity.json", "journal.json"] {
        fs::copy(
            guest.path("state").join(name),
            copy.path("state").join(name),
        )
        .unwrap();
    }
    copy.start();
    let other = cloud.guest(&instance(2));
    assert_ne!(id, other);
    until("it is somebody else", || {
        copy.log().contains(&*other).then_some(())
    });
    assert_ne!(key_of(&guest), key_of(&copy));
    assert!(
        !fs::read_to_string(copy.path("state/journal.json"))
            .unwrap()
            .contains(&*id)
    );
    // Both are there, each by itself.
    let command = cloud.server().push(&Action::Stop).unwrap();
    until("both answer", || {
        (cloud.server().results(&command).len() == 2).then_some(())
    });
    assert_eq!(cloud.server().certificates(&id), 1);
}

#[test]
fn without_knowing_the_instance_no_identity_is_used() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.start();
    cloud.guest(&instance(1));
    cloud.ask(&Action::Stop);
    guest.kill();
    guest.settings("http://127.0.0.1:1");
    let before = cloud.server().requests();
    guest.start();
    until("it says so", || {
        guest.log().contains("which instance this is").then_some(())
    });
    pause(300);
    assert_eq!(cloud.server().requests(), before);
    // Firmware knows, too.
    fs::write(guest.path("run/instance"), format!("{}\n", instance(1))).unwrap();
    assert_eq!(cloud.ask(&Action::Stop).outcome, Outcome::Refused);
}

#[test]
fn a_certificate_is_renewed_with_another_key() {
    let cloud = Cloud::new(Duration::from_secs(3), None);
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.start();
    let id = cloud.guest(&instance(1));
    cloud.ask(&Action::Stop);
    let key = key_of(&guest);
    until("it was renewed", || {
        (cloud.server().certificates(&id) > 2).then_some(())
    });
    assert_ne!(key_of(&guest), key);
    // One that slept longer than its certificate lives.
    guest.kill();
    pause(4000);
    guest.start();
    cloud.ask(&Action::Stop);
    assert_eq!(cloud.server().guests().len(), 1);
}

#[test]
fn a_revoked_guest_ends_and_forgets() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.start();
    let id = cloud.guest(&instance(1));
    cloud.ask(&Action::Stop);
    cloud.server().revoke(&id);
    assert_eq!(guest.end().code(), Some(3));
    assert!(!guest.path("state/identity.json").exists());
}

#[test]
fn a_guest_that_the_server_lost_enrolls_when_it_is_invited() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.start();
    let id = cloud.guest(&instance(1));
    cloud.ask(&Action::Stop);
    cloud.server().forget(&id);
    pause(300);
    assert!(guest.path("state/identity.json").exists() && guest.is_running());
    cloud.server().reset(&instance(1));
    assert_ne!(cloud.guest(&instance(1)), id);
    assert_eq!(cloud.ask(&Action::Stop).outcome, Outcome::Refused);
}

#[test]
fn a_token_may_come_by_config_drive_or_by_hand() {
    for file in [
        "run/drive/openstack/latest/vendor_data2.json",
        "etc/enrollment.json",
    ] {
        let cloud = Cloud::good();
        let mut guest = Guest::new(&cloud, &instance(1));
        guest.settings("http://127.0.0.1:1");
        guest.start();
        fs::write(guest.path("run/instance"), instance(1).to_string()).unwrap();
        until("it waits", || {
            guest.log().contains("not invited").then_some(())
        });
        let data = cloud.server().vendor_data(&instance(1));
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        let text = if file.starts_with("etc") {
            data["kaas"].to_string()
        } else {
            data.to_string()
        };
        fs::create_dir_all(guest.path(file).parent().unwrap()).unwrap();
        fs::write(guest.path(file), text).unwrap();
        cloud.guest(&instance(1));
    }
}

#[test]
fn one_agent_at_a_time() {
    let cloud = Cloud::good();
    let mut guest = Guest::new(&cloud, &instance(1));
    guest.start();
    cloud.guest(&instance(1));
    let mut second = Guest::new(&cloud, &instance(1));
    fs::remove_dir(second.path("state")).unwrap();
    std::os::unix::fs::symlink(guest.path("state"), second.path("state")).unwrap();
    second.start();
    assert_eq!(second.end().code(), Some(2));
    assert!(second.log().contains("another agent"), "{}", second.log());
}
