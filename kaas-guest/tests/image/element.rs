// SPDX-License-Identifier: Apache-2.0
//! One script after another, with the programs that it calls replaced.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const ELEMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/elements/kaas-guest");
const BUILDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../kaas-builder/elements/kaas-builder"
);
pub(crate) const ELEMENTS: [&str; 2] = [ELEMENT, BUILDER];
const UNITS: &str = "static/usr/lib/systemd/system";

#[expect(
    clippy::disallowed_methods,
    reason = "programs are what is tested here"
)]
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    Command::new(program.as_ref())
}

pub(crate) fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

/// All files below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub(crate) fn units(element: &str) -> Vec<PathBuf> {
    files(&Path::new(element).join(UNITS))
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// A program that does what a line of a shell says.
pub(crate) fn stub(path: &Path, line: &str) {
    fs::write(path, format!("#!/bin/sh\n{line}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The script of a phase.
fn script(element: &str, phase: &str) -> Command {
    let name = name(Path::new(element));
    command(Path::new(element).join(format!("{phase}/50-{name}")))
}

#[test]
fn the_program_is_handed_in_or_asked_for() {
    for element in ELEMENTS {
        let folder = tempfile::tempdir().unwrap();
        let variable = format!("DIB_{}_BINARY", name(Path::new(element)).to_uppercase());
        let variable = variable.replace('-', "_");
        let hand_in = |binary: &str| {
            let mut script = script(element, "extra-data.d");
            script.env("TMP_HOOKS_PATH", folder.path());
            script.env(&variable, binary).output().unwrap()
        };
        for wrong in ["", "/not/there", "/tmp"] {
            let output = hand_in(wrong);
            assert_eq!(output.status.code(), Some(1), "{wrong}");
            assert!(text(&output.stderr).contains(&variable));
        }
        assert!(hand_in(env!("CARGO_BIN_EXE_kaas-guest")).status.success());
        let handed = format!("{}-binary", name(Path::new(element)));
        let handed = fs::metadata(folder.path().join(handed)).unwrap();
        assert_eq!(handed.permissions().mode() & 0o777, 0o755);
    }
}

/// A unit that can be enabled is enabled, and no other.
#[test]
fn every_unit_is_started_with_the_machine() {
    for element in ELEMENTS {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let line = format!("shift; printf '%s\\n' \"$@\" >>{}", log.display());
        stub(&folder.path().join("systemctl"), &line);
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        let mut script = script(element, "post-install.d");
        assert!(script.env("PATH", path).status().unwrap().success());
        let log = fs::read_to_string(log).unwrap();
        let mut enabled: Vec<&str> = log.lines().collect();
        enabled.sort_unstable();
        let units = units(element);
        let can_be = |unit: &&PathBuf| fs::read_to_string(unit).unwrap().contains("[Install]");
        let wanted: Vec<&str> = units.iter().filter(can_be).map(|unit| name(unit)).collect();
        assert_eq!(enabled, wanted);
    }
}

#[test]
fn other_distributions_are_refused() {
    for element in ELEMENTS {
        let output = script(element, "install.d")
            .env("DISTRO_NAME", "fedora")
            .output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("not for 'fedora'"));
    }
}

/// All programs that are started exist: the agent's, with a command that it has, or a script.
#[test]
fn every_unit_starts_something_that_there_is() {
    let help = command(env!("CARGO_BIN_EXE_kaas-guest")).output().unwrap();
    let help = text(&help.stdout);
    let mut started = 0;
    for unit in units(ELEMENT) {
        let text = fs::read_to_string(&unit).unwrap();
        for line in text
            .lines()
            .filter_map(|line| line.strip_prefix("ExecStart="))
        {
            let words: Vec<&str> = line.trim_start_matches('-').split(' ').collect();
            let is_command = |word: &str| help.contains(&format!("\n  {word} "));
            let is_there = match words[..] {
                ["/usr/bin/kaas-guest", word, ..] => is_command(word),
                [script, ..] => Path::new(&format!("{ELEMENT}/static{script}")).exists(),
                [] => false,
            };
            assert!(is_there, "{}: {line}", unit.display());
            started += 1;
        }
    }
    assert!(started >= 7, "{started}");
}

#[test]
fn the_document_names_every_file_and_says_nothing_of_others() {
    let document = include_str!("../../../doc/images.md");
    let root = Path::new(ELEMENT).join("static");
    for file in files(&root) {
        let path = Path::new("/").join(file.strip_prefix(&root).unwrap());
        let name = path.display().to_string();
        assert!(document.contains(&name), "{name}");
    }
    for word in document.split('`').filter(|word| word.starts_with("/usr/")) {
        let is_ours = root.join(word.trim_start_matches('/')).exists();
        assert!(is_ours || word == "/usr/bin/kaas-guest", "{word}");
    }
}
