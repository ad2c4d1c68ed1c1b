// SPDX-License-Identifier: Apache-2.0
//! The script that tells the agent which instance this is, in folders of its own, with the
//! programs that need a machine replaced.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::element::{ELEMENT, command, stub};

struct Machine(tempfile::TempDir);

impl Machine {
    /// With a config drive.
    fn new() -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        let latest = machine.at("drive/openstack/latest");
        fs::create_dir_all(&latest).unwrap();
        for name in ["meta_data.json", "vendor_data2.json", "user_data"] {
            fs::write(latest.join(name), name).unwrap();
        }
        for folder in ["run", "bin", "labels"] {
            fs::create_dir(machine.at(folder)).unwrap();
        }
        fs::write(machine.at("labels/config-2"), "").unwrap();
        for program in ["chgrp", "mount", "udevadm", "umount"] {
            stub(&machine.at("bin").join(program), "exit 0");
        }
        machine
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// What is in the agent's folder afterwards.
    fn copied(&self) -> Vec<String> {
        let script = Path::new(ELEMENT).join("static/usr/lib/kaas-guest/instance");
        let mut text = fs::read_to_string(script).unwrap();
        for (real, ours) in [
            ("=/run/kaas-guest", self.at("run")),
            ("=/sys/class/dmi/id/product_uuid", self.at("uuid")),
            ("=/dev/disk/by-label", self.at("labels")),
        ] {
            assert!(text.contains(real), "{real}");
            text = text.replace(real, &format!("={}", ours.display()));
        }
        text = text.replace(
            "copy_drive /mnt",
            &format!("copy_drive {}", self.at("drive").display()),
        );
        text = text.replace("[ -b ", "[ -e ");
        fs::write(self.at("script"), text).unwrap();
        let path = format!("{}:/usr/bin:/bin", self.at("bin").display());
        let mut shell = command("sh");
        let status = shell.arg(self.at("script")).env("PATH", path).status();
        assert!(status.unwrap().success());
        let files = super::element::files(&self.at("run")).into_iter();
        let run = self.at("run");
        files
            .map(|file| file.strip_prefix(&run).unwrap().display().to_string())
            .collect()
    }
}

#[test]
fn nothing_is_copied_that_the_agent_does_not_need() {
    let machine = Machine::new();
    let drive = "config-drive/openstack/latest";
    let vendor = format!("{drive}/vendor_data2.json");
    assert_eq!(
        machine.copied(),
        [format!("{drive}/meta_data.json"), vendor.clone()]
    );
    fs::write(machine.at("uuid"), "an id\n").unwrap();
    assert_eq!(machine.copied(), [vendor, "instance".to_owned()]);
    let instance = fs::read_to_string(machine.at("run/instance")).unwrap();
    assert_eq!(instance, "an id\n");
}

#[test]
fn a_machine_without_firmware_and_drive_has_nothing_to_tell() {
    let machine = Machine::new();
    fs::remove_file(machine.at("labels/config-2")).unwrap();
    assert!(machine.copied().is_empty());
}

#[test]
fn a_document_is_bounded_and_a_link_is_not_followed() {
    let machine = Machine::new();
    fs::write(machine.at("uuid"), vec![b'x'; 3 << 20]).unwrap();
    fs::write(machine.at("shadow"), "precious").unwrap();
    for name in ["run/instance.new", "run/instance", "run/config-drive"] {
        symlink(machine.at("shadow"), machine.at(name)).unwrap();
    }
    assert_eq!(machine.copied().len(), 2);
    assert_eq!(
        fs::metadata(machine.at("run/instance")).unwrap().len(),
        1 << 20
    );
    assert_eq!(
        fs::read_to_string(machine.at("shadow")).unwrap(),
        "precious"
    );
}
