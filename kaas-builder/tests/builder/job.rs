// SPDX-License-Identifier: Apache-2.0
//! Whole jobs, with the real make: what comes of good ones and of bad ones.
#![expect(
    clippy::disallowed_methods,
    reason = "artefacts are looked at with others' programs"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use kaas_builder::{Event, Outcome, Step};
use serde_json::{Value, json};

use crate::bench::{Bench, HELPER, bits, contains};

#[test]
fn a_job_becomes_artefacts_with_a_log_and_honest_progress() {
    let bench = Bench::new();
    let (outcome, events) = bench.build(&bench.document(), "work", &bench.settings());
    let log = fs::read_to_string(bench.path("work/log")).unwrap();
    assert_eq!(outcome, Outcome::Success, "{log}");
    let mut told = String::new();
    let mut last = 0;
    let mut in_compile = Vec::new();
    for event in &events {
        match event {
            Event::Log { offset, text } => {
                assert_eq!(*offset, told.len() as u64);
                told.push_str(text);
            }
            Event::Progress { percent, step, .. } => {
                assert!(*percent >= last && *percent < 100);
                last = *percent;
                in_compile.extend((*step == Step::Compile).then_some(*percent));
            }
            _ => {}
        }
    }
    assert_eq!(told, log);
    assert!(in_compile.len() > 10, "{in_compile:?}");
    assert_eq!(log.matches("  CC ").count(), 36, "{log}");
    assert!(log.contains("compile: 36 objects"), "{log}");
    let ended = |step| {
        events
            .iter()
            .any(|it| matches!(it, Event::Done { step: it, .. } if *it == step))
    };
    assert!(Step::ALL.into_iter().all(ended));
    check_artefacts(&bench.path("store/job"));
}

fn check_artefacts(folder: &Path) {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let image = read("vmlinuz");
    assert!(
        contains(&image, "(kaas@kaas) Mon Jul 24"),
        "not the recipe's time, user, host"
    );
    assert!(!contains(&image, "/source/"), "a path of the build");
    assert!(contains(&read("config"), "CONFIG_CC_WORKS=y"));
    let metadata: Value = serde_json::from_slice(&read("metadata.json")).unwrap();
    assert_eq!(metadata["results"]["status"], "PASS");
    assert!(
        metadata["build"]["reproducer_cmdline"]
            .as_array()
            .unwrap()
            .len()
            > 5
    );
    let sbom: Value = serde_json::from_slice(&read("sbom.spdx.json")).unwrap();
    assert_eq!(sbom["spdxVersion"], "SPDX-2.3");
    let provenance: Value = serde_json::from_slice(&read("provenance.json")).unwrap();
    let subjects = provenance["subject"].as_array().unwrap();
    assert!(subjects.iter().any(|it| it["name"] == "vmlinuz"));
    let sums = String::from_utf8(read("SHA256SUMS")).unwrap();
    let count = fs::read_dir(folder).unwrap().count();
    assert_eq!(sums.lines().count(), count - 1, "{sums}");
    let check = Command::new("sha256sum")
        .args(["--check", "--quiet", "SHA256SUMS"])
        .current_dir(folder)
        .status();
    assert!(check.unwrap().success());
    let names = fs::read_dir(folder).unwrap().flatten().map(|it| it.path());
    let deb = names
        .into_iter()
        .find(|it| it.extension().is_some_and(|it| it == "deb"))
        .unwrap();
    let list = Command::new("dpkg-deb")
        .arg("--contents")
        .arg(&deb)
        .output()
        .unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.contains("boot/vmlinuz-6.1.7-kaas-"), "{list}");
    assert!(list.contains(" 0/0 "), "{list}");
}

/// Only user namespaces give such a builder what a sandbox takes.
#[test]
fn a_builder_that_is_not_root_makes_the_same() {
    let bench = Bench::new();
    let document = bench.document();
    let place = bench.path("of-another");
    fs::create_dir(&place).unwrap();
    std::os::unix::fs::chown(&place, Some(65533), Some(65533)).unwrap();
    fs::write(bench.path("inputs/job.json"), document.to_string()).unwrap();
    fs::copy(HELPER, bench.path("builder")).unwrap();
    let status = Command::new("setpriv")
        .args(["--reuid=65533", "--regid=65533", "--clear-groups", "--"])
        .arg(bench.path("builder"))
        .args(["build", "--scheme", "file", "--no-ccache"])
        .arg("--job")
        .arg(bench.path("inputs/job.json"))
        .arg("--work")
        .arg(place.join("work"))
        .arg("--cache")
        .arg(place.join("cache"))
        .status();
    assert!(status.unwrap().success());
    let (outcome, _) = bench.build(&document, "work", &bench.settings());
    assert_eq!(outcome, Outcome::Success);
    let other = bits(&place.join("work/artefacts/job"));
    assert_eq!(other, bits(&bench.path("store/job")));
}

#[test]
fn two_builders_make_the_same_bits_and_the_second_job_of_one_compiles_nothing() {
    let (one, other) = (Bench::new(), Bench::new());
    let mut document = one.document();
    document["tailor"] = json!({"modules": "modular"});
    let mut elsewhere = document.clone();
    elsewhere["id"] = json!("another");
    let mut settings = other.settings();
    settings.jobs = 1;
    assert_eq!(
        one.build(&document, "work", &one.settings()).0,
        Outcome::Success
    );
    assert_eq!(
        other.build(&elsewhere, "work", &settings).0,
        Outcome::Success
    );
    let (first, second) = (
        bits(&one.path("store/job")),
        bits(&other.path("store/another")),
    );
    assert!(first.iter().any(|(name, _)| name == "modules.tar.gz"));
    assert_eq!(first, second);
    document["id"] = json!("again");
    assert_eq!(
        one.build(&document, "again", &one.settings()).0,
        Outcome::Success
    );
    let log = fs::read_to_string(one.path("again/log")).unwrap();
    assert!(
        !log.contains("  CC ") && log.contains("compiled before"),
        "{log}"
    );
    assert_eq!(bits(&one.path("store/again")), first);
}

/// A change of the document, and a word of the reason.
#[test]
fn hostile_and_wrong_inputs_are_failures_with_a_reason() {
    let bench = Bench::new();
    let wrong = "0".repeat(64);
    fs::write(
        bench.path("inputs/garbage"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, 1, 2],
    )
    .unwrap();
    let cases = [
        ("/source/sha256", json!(wrong), "SHA-256"),
        ("/source/release", json!("6.1.8"), "Linux 6.1.7"),
        (
            "/source/uri",
            json!("http://localhost/x"),
            "does not fetch from http",
        ),
        ("/baseline", json!("missing"), "missing"),
        ("/baseline", json!("trace"), "CONFIG_NAME=VALUE"),
        (
            "/evidence/recorded/traces",
            json!(["baseline"]),
            "not a trace",
        ),
        ("/evidence/recorded/traces", json!(["garbage"]), "garbage"),
        ("/tailor", json!({"keep": ["CMDLINE"]}), "bool and tristate"),
        (
            "/tailor",
            json!({"drop": ["INITRAMFS_SOURCE"]}),
            "bool and tristate",
        ),
        ("/tailor", json!({"keep": ["NO_SUCH"]}), "no symbol"),
        ("/tailor", json!({"engine": "nobodys"}), "no engine"),
    ];
    for (number, (place, value, word)) in cases.into_iter().enumerate() {
        let mut document = bench.document();
        match document.pointer_mut(place) {
            Some(there) => *there = value.clone(),
            None => document["tailor"] = value.clone(),
        }
        let reason = bench.fails(&document, &format!("work-{number}"));
        assert!(reason.contains(word), "{place} {value}: {reason}");
    }
    assert!(!bench.path("store").exists());
}

#[test]
fn files_of_the_builder_stay_where_they_are() {
    let bench = Bench::new();
    let path = bench.path("inputs/baseline");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(&path, config + "CONFIG_INITRAMFS_SOURCE=\"/etc/shadow\"\n").unwrap();
    assert_eq!(
        bench.build(&bench.document(), "work", &bench.settings()).0,
        Outcome::Success
    );
    let config = fs::read_to_string(bench.path("store/job/config")).unwrap();
    assert!(config.contains("CONFIG_INITRAMFS_SOURCE=\"\""), "{config}");
    std::os::unix::fs::symlink("/etc/passwd", bench.path("inputs/link")).unwrap();
    let mut document = bench.document();
    document["baseline"] = json!("link");
    let reason = bench.fails(&document, "link");
    assert!(!reason.contains("root:x:0:0:root"), "{reason}");
}

#[test]
fn another_engine_takes_the_place_of_ours() {
    let bench = Bench::new();
    let engine = bench.path("engine");
    fs::create_dir(&engine).unwrap();
    let script = "test -s \"$1\" && grep -q '\"contract\": 1' \"$1\" || exit 2\n\
        sed 's/^\\(CONFIG_D[1-9].*\\)=[ym]$/# \\1 is not set/' /model/baseline > /result/config\n";
    fs::write(engine.join("good"), script).unwrap();
    fs::write(
        engine.join("bad"),
        "echo 'CONFIG_EXTRA_FIRMWARE=\"/etc/shadow\"' > /result/config",
    )
    .unwrap();
    fs::write(engine.join("link"), "ln -s /etc/passwd /result/config").unwrap();
    let mut settings = bench.settings();
    settings.sandbox.visible.push(engine.clone());
    for name in ["good", "bad", "link"] {
        let program = engine.join(name).display().to_string();
        settings
            .engines
            .insert(name.to_owned(), vec!["/bin/sh".to_owned(), program]);
    }
    let mut document = bench.document();
    let mut with = |name: &str| {
        document["tailor"] = json!({"engine": name});
        bench.build(&document, name, &settings).0
    };
    assert_eq!(with("good"), Outcome::Success);
    assert!(matches!(with("bad"), Outcome::Failure(reason) if reason.contains("operator")));
    assert!(!matches!(with("link"), Outcome::Success));
    let log = fs::read_to_string(bench.path("good/log")).unwrap();
    assert!(log.contains("compile: 20 objects"), "{log}");
}
