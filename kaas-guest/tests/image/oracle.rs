// SPDX-License-Identifier: Apache-2.0
//! The words of those who read these files: each is asked where it is installed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::element::{ELEMENTS, command, files, stub, text, units};

/// Whether the machine has it; a test without it says so.
fn has(program: &str) -> bool {
    let there = command(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("not asked, since it is not installed: {program}");
    }
    there
}

/// What the units of the element refer to, and what a boot brings up before each.
const STUBS: [(&str, &str); 10] = [
    ("basic.target", "sysinit.target"),
    ("cloud-init.service", ""),
    ("multi-user.target", "basic.target"),
    ("network-online.target", ""),
    ("shutdown.target", ""),
    ("sysinit.target", ""),
    ("systemd-udev-trigger.service", ""),
    ("time-set.target", ""),
    ("time-sync.target", ""),
    ("timers.target", ""),
];

/// A root file system with nothing but units, enabled.
fn root(spoil: impl Fn(String) -> String) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("usr/lib/systemd/system");
    fs::create_dir_all(&folder).unwrap();
    for program in PROGRAMS {
        let path = root.path().join(program);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        stub(&path, "exit 0");
    }
    for (name, before) in STUBS {
        let mut text = format!("[Unit]\nDescription=A stub\nRequires={before}\nAfter={before}\n");
        if name.ends_with("service") {
            text += "[Service]\nExecStart=/usr/bin/kaas-guest\n";
        }
        fs::write(folder.join(name), text).unwrap();
    }
    for unit in ELEMENTS.iter().flat_map(|element| units(element)) {
        let text = spoil(fs::read_to_string(&unit).unwrap());
        let path = folder.join(unit.file_name().unwrap());
        let targets = text
            .lines()
            .filter_map(|line| line.strip_prefix("WantedBy="));
        for target in targets {
            let wants = folder.join(format!("{target}.wants"));
            fs::create_dir_all(&wants).unwrap();
            symlink(&path, wants.join(unit.file_name().unwrap())).unwrap();
        }
        fs::write(path, text).unwrap();
    }
    root
}

const PROGRAMS: [&str; 4] = [
    "bin/kill",
    "usr/bin/kaas-builder",
    "usr/bin/kaas-guest",
    "usr/lib/kaas-guest/instance",
];

/// What systemd has to say of the units, and of a boot with them.
fn complaints(root: &Path) -> String {
    let mut analyze = command("systemd-analyze");
    analyze.args(["verify", "--man=no", "--root"]).arg(root);
    let names = ELEMENTS.iter().flat_map(|element| units(element));
    let names: Vec<_> = names
        .filter_map(|unit| unit.file_name().map(ToOwned::to_owned))
        .collect();
    analyze.arg("multi-user.target").args(names);
    text(&analyze.output().unwrap().stderr)
}

#[test]
fn systemd_understands_every_line() {
    if !has("systemd-analyze") {
        return;
    }
    let good = root(|text| text);
    assert_eq!(complaints(good.path()), "");
    let misspelt = root(|text| text.replace("\nRestart=", "\nRestarts="));
    assert!(complaints(misspelt.path()).contains("Restarts"));
    let circular = root(|text| {
        text.replace(
            "Before=sysinit.target",
            "After=multi-user.target\nBefore=sysinit.target",
        )
    });
    assert!(complaints(circular.path()).contains("cycle"));
}

fn is_content(command: &mut Command) {
    let output = command.output().unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn shells_understand_every_script() {
    if !has("shellcheck") {
        return;
    }
    let is_script = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).unwrap();
        bytes.starts_with(b"#!/bin/")
    };
    let files = ELEMENTS
        .iter()
        .flat_map(|element| files(Path::new(element)));
    let scripts: Vec<_> = files.filter(is_script).collect();
    assert!(scripts.len() >= 11, "{scripts:?}");
    is_content(command("shellcheck").args(scripts));
}

/// `dib-lint` of diskimage-builder, which takes its folders from the environment.
#[test]
fn diskimage_builder_takes_the_element_for_one() {
    if !has("dib-lint") {
        return;
    }
    for folder in ELEMENTS
        .iter()
        .filter_map(|element| Path::new(element).parent())
    {
        let mut lint = command("dib-lint");
        is_content(lint.env("ELEMENTS_DIR", folder).env("LIB_DIR", folder));
    }
}
