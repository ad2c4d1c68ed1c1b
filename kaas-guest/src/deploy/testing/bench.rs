// SPDX-License-Identifier: Apache-2.0
//! The machine in a temporary folder: Debian with GRUB on ext4.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use kaas_types::release::{RELEASE_CONTEXT, Release, Signed, Status, canonical};
use tempfile::TempDir;

use super::grub::{self, Started};
use super::signer::SIGNER;
use super::supply::{FailingDisk, Supply};
use crate::deploy::Layout;
use crate::deploy::machine::Machine;
use crate::deploy::record::Record;
use crate::deploy::request::{Answer, Request};
use crate::deploy::server::{answer, look};
use crate::deploy::tool::{Tool, Tools};
use crate::deploy::trial::Restart;
use crate::deploy::trust::Trust;
use crate::failure::{Failure, Result};

pub(super) const STOCK: &str = "/boot/vmlinuz-6.1.0-56-amd64";

/// What the programs of the machine answer, and what was asked of them.
pub(super) struct World {
    pub(super) failed_units: Vec<String>,
    pub(super) probe: Result<(), String>,
    pub(super) free_bytes: u64,
    pub(super) programs: Vec<&'static str>,
    pub(super) asked: Vec<String>,
}

pub(super) struct Bench {
    pub(super) folder: TempDir,
    pub(super) supply: Rc<Supply>,
    pub(super) world: Rc<RefCell<World>>,
    pub(super) grub_writes: bool,
    boots: std::cell::Cell<u32>,
}

struct FakeTools {
    root: PathBuf,
    supply: Rc<Supply>,
    world: Rc<RefCell<World>>,
}

impl Tools for FakeTools {
    fn run(&mut self, tool: &Tool) -> Result<String> {
        if self.supply.is_off.get() {
            return Err(Failure::new("the power is off"));
        }
        let mut world = self.world.borrow_mut();
        let name = tool
            .program
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        world
            .asked
            .push(format!("{name} {}", tool.arguments.join(" ")));
        match (&*name, tool.arguments.first().map(String::as_str)) {
            ("systemctl", Some("list-units")) => Ok(world.failed_units.join("\n")),
            ("mkinitramfs", _) => {
                let path = tool.arguments[1].trim_start_matches('/');
                fs::write(self.root.join(path), "initramfs").unwrap();
                Ok(String::new())
            }
            ("shop", _) => world
                .probe
                .clone()
                .map(|()| String::new())
                .map_err(Failure::new),
            _ => Ok(String::new()),
        }
    }

    fn has(&self, program: &str) -> bool {
        self.world.borrow().programs.contains(&program)
    }

    fn free_bytes(&self, _: &Path) -> Result<u64> {
        Ok(self.world.borrow().free_bytes)
    }

    fn restart(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Bench {
    pub(super) fn new() -> Self {
        let bench = Self {
            folder: TempDir::new().unwrap(),
            supply: Rc::default(),
            world: Rc::new(RefCell::new(World {
                failed_units: vec!["old.service".to_owned()],
                probe: Ok(()),
                free_bytes: 1 << 30,
                programs: vec!["mkinitramfs", "kexec"],
                asked: vec![],
            })),
            grub_writes: true,
            boots: std::cell::Cell::new(0),
        };
        bench.lay_out();
        bench.boot().unwrap();
        bench
    }

    fn lay_out(&self) {
        let environment = "# GRUB Environment Block\nsaved_entry=theirs\n";
        let mounts = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n";
        for (path, content) in [
            ("/boot/grub/grub.cfg", super::DEBIAN),
            ("/boot/grub/grubenv", &format!("{environment:#<1024}")),
            ("/boot/grub/custom.cfg", "# theirs\n"),
            (STOCK, "stock"),
            ("/boot/initrd.img-6.1.0-56-amd64", "stock"),
            ("/lib/modules/6.1.0-56-amd64/modules.dep", ""),
            ("/proc/self/mountinfo", mounts),
            ("/proc/uptime", "20.00 10.00"),
            ("/proc/sys/kernel/kexec_load_disabled", "1"),
            ("/etc/kaas-guest/probes/shop", ""),
            ("/var/lib/kaas-guest/staging/other", ""),
            ("/var/lib/kaas-installer/trust.json", &trust()),
        ] {
            self.put(path, content.as_bytes());
        }
        for folder in [
            "/run/kaas-guest",
            "/sys/dev/block/254:1",
            "/dev/disk/by-uuid",
        ] {
            fs::create_dir_all(self.at(folder)).unwrap();
        }
        fs::create_dir_all(self.at("/dev/disk/by-partuuid")).unwrap();
        for (link, name) in [("by-uuid", "5e2f"), ("by-partuuid", "77aa-01")] {
            let path = self.at("/dev/disk").join(link).join(name);
            std::os::unix::fs::symlink("../../vda1", path).unwrap();
        }
    }

    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path.trim_start_matches('/'))
    }

    pub(super) fn put(&self, path: &str, content: &[u8]) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(super) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_default()
    }

    pub(super) fn machine(&self) -> Machine {
        Machine {
            layout: Layout::new(self.folder.path()),
            disk: Box::new(FailingDisk(Rc::clone(&self.supply))),
            tools: Box::new(FakeTools {
                root: self.folder.path().to_owned(),
                supply: Rc::clone(&self.supply),
                world: Rc::clone(&self.world),
            }),
        }
    }

    /// A signed release, with its files in the staging folder.
    pub(super) fn stage(&self, release: &Release, files: &[(&str, &[u8])]) -> Signed {
        for (name, content) in files {
            let file = release
                .files
                .iter()
                .find(|file| file.name == *name)
                .unwrap();
            self.put(
                &format!("/var/lib/kaas-guest/staging/{}", file.sha256),
                content,
            );
        }
        SIGNER.sign(RELEASE_CONTEXT, canonical::write(release).unwrap())
    }

    pub(super) fn ask(&self, request: &Request) -> (Answer, Option<Restart>) {
        answer(
            &mut self.machine(),
            serde_json::to_string(request).unwrap().as_bytes(),
        )
    }

    pub(super) fn record(&self) -> Record {
        Record::read(&self.machine()).unwrap()
    }

    pub(super) fn status(&self) -> Option<Status> {
        self.record().status()
    }

    pub(super) fn reason(&self) -> String {
        self.record()
            .current
            .map(|current| current.reason)
            .unwrap_or_default()
    }

    /// The machine starts: what runs afterwards.
    pub(super) fn boot(&self) -> Option<Started> {
        self.supply.left.set(None);
        self.supply.is_off.set(false);
        let started = grub::start(self.folder.path(), self.grub_writes)?;
        let line = format!("BOOT_IMAGE={} {}\n", started.kernel, started.words);
        self.put("/proc/cmdline", line.as_bytes());
        self.next_boot();
        Some(started)
    }

    /// What differs from boot to boot.
    pub(super) fn next_boot(&self) {
        self.boots.set(self.boots.get() + 1);
        let boot = format!("boot-{}\n", self.boots.get());
        self.put("/proc/sys/kernel/random/boot_id", boot.as_bytes());
    }

    /// The agent reaches the service.
    pub(super) fn reach(&self) {
        let boot = self.text("/proc/sys/kernel/random/boot_id");
        self.put("/run/kaas-guest/reached", boot.as_bytes());
    }

    /// The installer does what it does without being asked; whether it wants a restart.
    pub(super) fn look(&self) -> Result<bool> {
        let mut restart = None;
        look(&mut self.machine(), &mut restart, std::time::Instant::now())?;
        Ok(restart.is_some())
    }

    /// All files and folders that are no part of the running system, with their content.
    pub(super) fn disk(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        for folder in ["boot", "lib", "etc", "var/lib/kaas-guest"] {
            collect(&self.folder.path().join(folder), &mut files);
        }
        files.sort();
        files
    }
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
            files.push((path, b"a folder".to_vec()));
        } else if !path.to_string_lossy().ends_with(".kaas-new") {
            files.push((path.clone(), fs::read(&path).unwrap_or_default()));
        }
    }
}

fn trust() -> String {
    let trust = Trust {
        project: "p1".to_owned(),
        instance: "i1".to_owned(),
        keys: vec![SIGNER.key()],
        serial: 0,
    };
    serde_json::to_string(&trust).unwrap()
}
