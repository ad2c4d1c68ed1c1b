// SPDX-License-Identifier: Apache-2.0
//! What they print, and their exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn trace(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/advice");
    folder.join(name)
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is the program that is tested"
)]
fn kaas_guest(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kaas-guest"));
    command.args(arguments).output().unwrap()
}

fn advice(name: &str, more: &[&str]) -> (Option<i32>, String) {
    let path = trace(name);
    let arguments = [&["advice", "--trace", path.to_str().unwrap()], more].concat();
    let output = kaas_guest(&arguments);
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn a_quiet_trace_waits_for_the_period_only() {
    let (code, text) = advice("quiet.trace", &[]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with("ALMOST: in "), "{text}");
    assert!(text.contains("of it were never observed"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 78), "{text}");
    let (code, text) = advice("quiet.trace", &["--period", "0"]);
    assert_eq!(
        (code, text.starts_with("READY: ")),
        (Some(0), true),
        "{text}"
    );
}

#[test]
fn a_trace_with_news_waits() {
    let (code, text) = advice("new.trace", &["--period", "0", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &json["level"]), (Some(1), &"WAIT".into()), "{text}");
    assert_eq!(json["lost"], 7);
    assert_eq!(json["release"], "6.1.0-56-amd64");
    assert!(json["probability"]["value"].as_f64().unwrap() > 0.05);
    let (code, _) = advice("new.trace", &["--period", "0", "--probability", "1"]);
    assert_eq!(code, Some(1), "news were not long ago");
}

#[test]
fn bad_input_is_told_from_bad_news() {
    for (name, more) in [
        ("not-there", &[] as &[&str]),
        ("program.rs", &[]),
        ("quiet.trace", &["--probability", "7"]),
        ("quiet.trace", &["--window"]),
        ("quiet.trace", &["--unheard-of"]),
    ] {
        assert_eq!(advice(name, more).0, Some(2), "{name} {more:?}");
    }
}

#[test]
fn the_curve_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("curve.svg");
    advice("new.trace", &["--svg", file.to_str().unwrap()]);
    let picture = fs::read_to_string(file).unwrap();
    assert!(picture.starts_with("<svg") && picture.contains("Kernel 6.1.0-56-amd64"));
}

#[test]
fn the_status_has_a_line_of_advice() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().to_str().unwrap();
    fs::copy(trace("status.json"), folder.path().join("status")).unwrap();
    let without = kaas_guest(&["status", "--run", run]);
    let without = String::from_utf8(without.stdout).unwrap();
    assert!(without.contains("\nno advice: "), "{without}");
    fs::copy(trace("new.trace"), folder.path().join("trace")).unwrap();
    let with = kaas_guest(&["status", "--run", run]);
    assert_eq!(with.status.code(), Some(0));
    let with = String::from_utf8(with.stdout).unwrap();
    assert!(with.contains("\nadvice WAIT: "), "{with}");
    let json = kaas_guest(&["status", "--run", run, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["advice"]["level"], "WAIT");
    assert_eq!(json["phase"], "steady-state");
}
