// SPDX-License-Identifier: Apache-2.0
//! What comes of kernels that boot and of those that don't. The machine is a script, which says
//! what a kernel would whose configuration has some symbols and not others.

use std::fs;
use std::path::Path;

use kaas_builder::{Outcome, Settings};
use serde_json::{Value, json};

use crate::bench::Bench;

/// Boots with both.
const NEEDS_TWO: &str = "#!/bin/sh
echo 'Linux version 6.1.7'
if grep -q '^CONFIG_D0_F2=y' /products/config && grep -q '^CONFIG_D0_F3=y' /products/config; then
    echo 'kaas-boot-test: console ok'
    echo 'kaas-boot-test: time ok'
else
    echo 'Kernel panic - not syncing: No working init found.'
fi
";

const NEVER: &str = "#!/bin/sh\necho 'Kernel panic - not syncing: VFS: no root'\n";

/// A machine, and a baseline that has few symbols on.
fn prepared(script: &str) -> (Bench, Settings) {
    let bench = Bench::new();
    let folder = bench.path("machine");
    fs::create_dir(&folder).unwrap();
    let emulator = folder.join("emulator");
    fs::write(&emulator, script).unwrap();
    let runnable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&emulator, runnable).unwrap();
    let baseline = bench.path("inputs/baseline");
    let text = fs::read_to_string(&baseline).unwrap();
    let is_kept = |line: &&str| !line.starts_with("CONFIG_D") || line.starts_with("CONFIG_D0_");
    let few: Vec<&str> = text.lines().filter(is_kept).collect();
    fs::write(&baseline, few.join("\n") + "\n").unwrap();
    let trace = "# phase: steady-state\ncore_works\nd0_f0_works\nd0_f6_works\n";
    fs::write(bench.path("inputs/trace"), trace).unwrap();
    let mut settings = bench.settings();
    settings.sandbox.visible.push(folder);
    settings.emulator = emulator.display().to_string();
    (bench, settings)
}

fn job(bench: &Bench, boot_test: &str) -> Value {
    let mut document = bench.document();
    document["boot_test"] = json!(boot_test);
    document
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_kernel_that_does_not_boot_is_repaired_with_just_what_was_missing() {
    let (bench, settings) = prepared(NEEDS_TWO);
    let outcome = bench.build(&job(&bench, "repair"), "work", &settings).0;
    let log = fs::read_to_string(bench.path("work/log")).unwrap();
    assert_eq!(outcome, Outcome::Success, "{log}");
    let told = json_of(&bench.path("store/job/boot-test.json"));
    assert_eq!(told["missing"], json!(["D0_F2", "D0_F3"]), "{told}");
    assert!(
        told["failed"].as_str().unwrap().contains("No working init"),
        "{told}"
    );
    let config = fs::read_to_string(bench.path("store/job/config")).unwrap();
    assert!(config.contains("CONFIG_D0_F2=y") && config.contains("CONFIG_D0_F3=y"));
    assert!(config.contains("# CONFIG_D0_F4 is not set"), "{config}");
    let again = bench.build(&job(&bench, "only"), "other", &settings).0;
    assert!(matches!(again, Outcome::Failure(_)), "{again:?}");
}

#[test]
fn a_kernel_that_never_boots_is_a_failure_and_a_missing_emulator_is_not_its_fault() {
    let (bench, mut settings) = prepared(NEVER);
    let Outcome::Failure(reason) = bench.build(&job(&bench, "repair"), "never", &settings).0 else {
        panic!("it was handed out");
    };
    assert!(reason.contains("VFS: no root"), "{reason}");
    settings.emulator = "/no/emulator".to_owned();
    let outcome = bench.build(&job(&bench, "only"), "missing", &settings).0;
    assert!(matches!(outcome, Outcome::InfraError(_)), "{outcome:?}");
    assert!(!bench.path("store").exists());
}
