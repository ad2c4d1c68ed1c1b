// SPDX-License-Identifier: Apache-2.0
//! Deployments from the first request to the end, with every end there is.

use kaas_types::release::{Initramfs, Probe, Release, Status};

use super::bench::{Bench, STOCK};
use super::signer::release;
use crate::deploy::archive::tests::archive;
use crate::deploy::request::{Answer, Request};
use crate::deploy::trial::Restart;

pub(super) fn tailored(serial: u64) -> String {
    format!("/boot/kaas/{serial}/vmlinuz")
}

pub(super) fn image(serial: u64) -> Vec<u8> {
    format!("image of {serial}, complete").into_bytes()
}

pub(super) fn modules() -> Vec<u8> {
    archive(&[
        ("kernel/", b'5', ""),
        ("kernel/a.ko", b'0', "module"),
        ("modules.order", b'0', ""),
    ])
}

/// Asks for a release with modules to be installed.
pub(super) fn install(bench: &Bench, serial: u64) -> Answer {
    install_with(bench, serial, |_| ())
}

pub(super) fn install_with(
    bench: &Bench,
    serial: u64,
    change: impl FnOnce(&mut Release),
) -> Answer {
    let (image, modules) = (image(serial), modules());
    let files = [("vmlinuz", &*image), ("modules.tar", &*modules)];
    let mut release = release(serial, &files);
    change(&mut release);
    let release = bench.stage(&release, &files);
    bench.ask(&Request::Install { release }).0
}

/// Of the machine.
pub(super) type Change<'a> = dyn Fn(&Bench) + 'a;

fn try_out(bench: &Bench, serial: u64) {
    let answer = install(bench, serial);
    assert!(matches!(answer, Answer::Deployment(_)), "{answer:?}");
    let (answer, restart) = bench.ask(&Request::Trial);
    assert_eq!(restart, Some(Restart::Orderly), "{answer:?}");
    assert_eq!(bench.boot().unwrap().kernel, tailored(serial));
}

fn confirm(bench: &Bench, serial: u64) {
    try_out(bench, serial);
    bench.reach();
    assert!(!bench.look().unwrap());
    assert_eq!(
        bench.status(),
        Some(Status::Confirmed),
        "{}",
        bench.reason()
    );
}

#[test]
fn installing_changes_nothing_that_is_started() {
    let bench = Bench::new();
    install(&bench, 7);
    assert_eq!(bench.status(), Some(Status::Installing));
    assert_eq!(bench.boot().unwrap().kernel, STOCK);
    assert!(!bench.look().unwrap());
    assert_eq!(bench.status(), Some(Status::Installing));
    assert_eq!(
        bench.text("/lib/modules/6.1.192-kaas7/kernel/a.ko"),
        "module"
    );
}

#[test]
fn a_good_kernel_is_confirmed_and_stays() {
    let bench = Bench::new();
    confirm(&bench, 7);
    for _ in 0..2 {
        let started = bench.boot().unwrap();
        assert_eq!(started.kernel, tailored(7));
        let words = "root=PARTUUID=77aa-01 ro console=ttyS0 quiet panic=10 kaas.serial=7";
        assert_eq!(started.words, words);
        assert!(!bench.look().unwrap());
    }
    assert_eq!(bench.status(), Some(Status::Confirmed));
}

#[test]
fn a_kernel_that_never_comes_up_is_rolled_back() {
    let bench = Bench::new();
    let before = bench.disk();
    try_out(&bench, 7);
    // It panics, or somebody resets the machine.
    assert_eq!(bench.boot().unwrap().kernel, STOCK);
    assert!(!bench.look().unwrap());
    assert_eq!(bench.status(), Some(Status::RolledBack));
    assert!(bench.reason().contains("came back"), "{}", bench.reason());
    assert_eq!(bench.boot().unwrap().kernel, STOCK);
    let staged =
        |(path, _): &(std::path::PathBuf, Vec<u8>)| !path.to_string_lossy().contains("staging");
    let mut after = bench.disk();
    after.retain(staged);
    // GRUB has left an empty `next_entry`.
    let differ = before
        .iter()
        .filter(|file| staged(file) && !after.contains(file));
    let differ: Vec<_> = differ.map(|(path, _)| path.file_name().unwrap()).collect();
    assert_eq!(differ, ["grubenv"]);
    assert_eq!(
        after.len(),
        before.iter().filter(|file| staged(file)).count()
    );
}

/// The kernel runs, and something is wrong with the machine.
fn ends(prepare: impl FnOnce(&Bench)) -> (Status, String) {
    let bench = Bench::new();
    let answer = install_with(&bench, 7, |release| {
        release.health.probe = Some(Probe {
            name: "shop".to_owned(),
            timeout_seconds: 5,
        });
    });
    assert!(matches!(answer, Answer::Deployment(_)), "{answer:?}");
    bench.ask(&Request::Trial);
    bench.boot();
    bench.reach();
    prepare(&bench);
    let wants_restart = bench.look().unwrap();
    let status = bench.status().unwrap();
    assert_eq!(wants_restart, status == Status::RolledBack);
    if wants_restart {
        assert_eq!(bench.boot().unwrap().kernel, STOCK);
        assert!(!bench.look().unwrap());
        assert!(
            !bench.at("/boot/kaas/7").exists() && !bench.at("/lib/modules/6.1.192-kaas7").exists()
        );
    }
    (status, bench.reason())
}

#[test]
fn what_the_probes_find_decides() {
    let late = |bench: &Bench| bench.put("/proc/uptime", b"700.1 1.0");
    assert_eq!(ends(|_| ()).0, Status::Confirmed);
    let unreached = |bench: &Bench| bench.put("/run/kaas-guest/reached", b"boot-1\n");
    assert_eq!(ends(unreached).0, Status::Trial);
    let failing = |bench: &Bench| bench.world.borrow_mut().probe = Err("no orders".to_owned());
    assert_eq!(ends(failing).0, Status::Trial);
    let unit = |bench: &Bench| {
        bench
            .world
            .borrow_mut()
            .failed_units
            .push("new.service".to_owned());
    };
    let cases: [(&Change<'_>, &str); 4] = [
        (&unit, "new.service"),
        (
            &|bench| {
                unreached(bench);
                late(bench);
            },
            "agent has not reached",
        ),
        (
            &|bench| {
                failing(bench);
                late(bench);
            },
            "no orders",
        ),
        (
            &|bench| {
                use std::os::unix::fs::PermissionsExt as _;
                let probe = bench.at("/etc/kaas-guest/probes/shop");
                std::fs::set_permissions(probe, std::fs::Permissions::from_mode(0o777)).unwrap();
                late(bench);
            },
            "others could have changed",
        ),
    ];
    for (prepare, expected) in cases {
        let (status, reason) = ends(prepare);
        assert_eq!(status, Status::RolledBack, "{reason}");
        assert!(reason.contains(expected), "{reason}");
    }
}

#[test]
fn a_confirmed_kernel_is_rolled_back_to_the_one_before_it() {
    let bench = Bench::new();
    confirm(&bench, 7);
    confirm(&bench, 8);
    assert!(bench.at("/boot/kaas/7").exists(), "the last good one stays");
    bench.ask(&Request::Rollback);
    assert_eq!(bench.status(), Some(Status::RolledBack));
    assert!(
        bench.look().unwrap(),
        "it runs, so the machine has to be restarted"
    );
    assert!(!bench.look().unwrap(), "once");
    assert!(bench.at("/boot/kaas/8").exists(), "it still runs");
    assert_eq!(bench.boot().unwrap().kernel, tailored(7));
    assert!(!bench.look().unwrap());
    assert!(!bench.at("/boot/kaas/8").exists());
}

#[test]
fn only_the_last_good_one_is_kept() {
    let bench = Bench::new();
    for serial in [7, 8, 9] {
        confirm(&bench, serial);
    }
    bench.look().unwrap();
    let names = std::fs::read_dir(bench.at("/boot/kaas")).unwrap();
    let mut names: Vec<_> = names.map(|name| name.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["8", "9"]);
    assert!(!bench.at("/lib/modules/6.1.192-kaas7").exists());
}

/// A package brings a newer kernel, and `update-grub` writes the menu anew.
#[test]
fn an_upgrade_of_packages_changes_nothing_of_it() {
    let upgrade = |bench: &Bench| {
        let newer = super::DEBIAN
            .replace("6.1.0-55", "6.1.0-54")
            .replace("6.1.0-56", "6.1.0-57");
        bench.put("/boot/grub/grub.cfg", newer.as_bytes());
        bench.put("/boot/vmlinuz-6.1.0-57-amd64", b"stock");
        bench.put("/boot/initrd.img-6.1.0-57-amd64", b"stock");
        std::fs::remove_file(bench.at(STOCK)).unwrap();
    };
    let bench = Bench::new();
    confirm(&bench, 7);
    upgrade(&bench);
    assert_eq!(bench.boot().unwrap().kernel, tailored(7));
    assert!(!bench.look().unwrap());
    bench.ask(&Request::Rollback);
    assert_eq!(bench.boot().unwrap().kernel, "/boot/vmlinuz-6.1.0-57-amd64");

    let bench = Bench::new();
    install(&bench, 7);
    upgrade(&bench);
    assert_eq!(bench.boot().unwrap().kernel, "/boot/vmlinuz-6.1.0-57-amd64");
    bench.ask(&Request::Trial);
    assert_eq!(bench.boot().unwrap().kernel, tailored(7));
    assert_eq!(bench.boot().unwrap().kernel, "/boot/vmlinuz-6.1.0-57-amd64");
}

/// GRUB finds the file of the default missing: somebody has removed it.
#[test]
fn a_kernel_that_somebody_removed_is_not_waited_for() {
    let bench = Bench::new();
    confirm(&bench, 7);
    std::fs::remove_file(bench.at(&tailored(7))).unwrap();
    assert_eq!(bench.boot().unwrap().kernel, STOCK);
}

/// GRUB turns out to be unable to write: nothing is started that it can't forget.
#[test]
fn what_grub_can_not_forget_is_not_started() {
    let mut bench = Bench::new();
    install(&bench, 7);
    bench.ask(&Request::Trial);
    bench.grub_writes = false;
    assert_eq!(bench.boot().unwrap().kernel, STOCK);
    assert!(!bench.look().unwrap());
    assert_eq!(bench.status(), Some(Status::RolledBack));
    assert!(!bench.text("/boot/grub/grubenv").contains("kaas"));
}

#[test]
fn an_initramfs_is_made_where_the_release_wants_one() {
    let bench = Bench::new();
    install_with(&bench, 7, |release| release.initramfs = Initramfs::Made);
    bench.ask(&Request::Trial);
    let started = bench.boot().unwrap();
    assert_eq!(
        started.initramfs.as_deref(),
        Some("/boot/kaas/7/initrd.img")
    );
    assert!(
        started.words.starts_with("root=UUID=5e2f "),
        "{}",
        started.words
    );
}

#[test]
fn a_trial_that_is_not_wanted_any_more() {
    let bench = Bench::new();
    install(&bench, 7);
    bench.ask(&Request::Trial);
    bench.ask(&Request::Rollback);
    assert_eq!(bench.boot().unwrap().kernel, STOCK);
    assert!(!bench.look().unwrap());
    assert_eq!(bench.reason(), "rolled back by request");
}

#[test]
fn requests_at_the_wrong_time() {
    let bench = Bench::new();
    for request in [Request::Trial, Request::Confirm, Request::Rollback] {
        assert!(
            matches!(bench.ask(&request).0, Answer::Invalid { .. }),
            "{request:?}"
        );
    }
    install(&bench, 7);
    assert!(matches!(
        bench.ask(&Request::Confirm).0,
        Answer::Invalid { .. }
    ));
    assert!(matches!(install(&bench, 8), Answer::Invalid { .. }));
    assert_eq!(bench.record().accepted.serial, 7);
}

#[test]
fn what_somebody_else_wants_started_once_is_left_alone() {
    let bench = Bench::new();
    install(&bench, 7);
    let environment = "# GRUB Environment Block\nnext_entry=gnulinux-56\n";
    bench.put(
        "/boot/grub/grubenv",
        format!("{environment:#<1024}").as_bytes(),
    );
    bench.look().unwrap();
    assert!(
        bench
            .text("/boot/grub/grubenv")
            .contains("next_entry=gnulinux-56")
    );
}
