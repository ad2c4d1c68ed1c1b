// SPDX-License-Identifier: Apache-2.0
//! What a job document may say, and what is refused.

use serde_json::{Value, json};

use super::*;

fn document() -> Value {
    json!({
        "format": 1,
        "id": "0f8b-1",
        "name": "memcached",
        "arch": "x86",
        "source": {
            "driver": "tarball",
            "uri": "https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-6.1.192.tar.xz",
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "release": "6.1.192",
        },
        "baseline": "baseline.config.xz",
        "evidence": {"recorded": {"traces": ["boot.trace.xz"], "inventory": "inv"}},
    })
}

fn parse(value: &Value) -> Result<Job> {
    Job::parse(value.to_string().as_bytes())
}

#[test]
fn what_is_not_said_has_a_default() {
    let job = parse(&document()).unwrap();
    assert_eq!(job.tailor.engine, None);
    assert_eq!(job.tailor.profile, Profile::Balanced);
    assert_eq!(job.boot_test, BootTest::Repair);
    let again = serde_json::to_value(&job).unwrap();
    assert_eq!(parse(&again).unwrap(), job);
    assert_eq!(parse(&again).unwrap().digest(), job.digest());
}

/// A JSON pointer, a value in its place, and a word of the refusal.
#[test]
fn what_is_hostile_is_refused() {
    let long = "A".repeat(129);
    let many = vec![json!("trace"); 65];
    let cases = [
        ("/format", json!(2), "format 2"),
        ("/id", json!("../x"), "id"),
        ("/id", json!(""), "id"),
        ("/name", json!("a\u{1b}[2J"), "name"),
        ("/arch", json!("x86/../.."), "architecture"),
        ("/baseline", json!("/etc/shadow"), "input"),
        ("/baseline", json!("../baseline"), "input"),
        ("/baseline", json!(".hidden"), "input"),
        ("/baseline", json!("-o"), "input"),
        ("/source/uri", json!("ext::sh -c id"), "URL"),
        ("/source/uri", json!("https://user@host/x"), "URL"),
        ("/source/uri", json!("file://host/x"), "URL"),
        ("/source/uri", json!("file:///a/../b"), "URL"),
        ("/source/uri", json!("ssh://host/x"), "URL"),
        ("/source/sha256", json!("E3B0"), "SHA-256"),
        ("/source/release", json!("-6"), "version"),
        ("/source/driver", json!("svn"), "svn"),
        ("/evidence/recorded/traces", json!([]), "traces"),
        ("/evidence/recorded/traces", json!(many), "traces"),
        ("/tailor", json!({"keep": ["A B"]}), "symbol"),
        ("/tailor", json!({"keep": ["CONFIG_A"]}), "symbol"),
        ("/tailor", json!({"keep": [long]}), "symbol"),
        ("/tailor", json!({"keep": ["A"], "drop": ["A"]}), "both"),
        (
            "/tailor",
            json!({"keep": ["CMDLINE=\"init=/bin/sh\""]}),
            "symbol",
        ),
        ("/tailor", json!({"engine": "/bin/sh"}), "plain name"),
        ("/tailor", json!({"command": "id"}), "command"),
        ("/shell", json!("id"), "shell"),
    ];
    for (place, value, word) in cases {
        let mut document = document();
        let name = place.trim_start_matches('/');
        if let Some(there) = document.pointer_mut(place) {
            *there = value.clone();
        } else {
            document[name] = value.clone();
        }
        let refusal = parse(&document).expect_err(&format!("{place} {value}"));
        assert!(
            refusal.to_string().contains(word),
            "{place} {value}: {refusal}"
        );
    }
}

#[test]
fn a_refusal_shows_no_more_than_the_start_of_a_text() {
    let mut document = document();
    document["id"] = json!("\u{1b}".repeat(1 << 18));
    let refusal = parse(&document).unwrap_err().to_string();
    assert!(
        refusal.len() < 1024 && !refusal.contains('\u{1b}'),
        "{refusal}"
    );
    assert!(Job::parse(&vec![b' '; LONGEST + 1]).is_err());
}
