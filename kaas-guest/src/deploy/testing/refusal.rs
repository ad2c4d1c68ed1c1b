// SPDX-License-Identifier: Apache-2.0
//! Everything that is refused, and that nothing was changed then.

use kaas_types::release::{Initramfs, RELEASE_CONTEXT, Status, canonical};

use super::bench::{Bench, STOCK};
use super::deployment::{Change, image, install, install_with, modules};
use super::signer::{OTHER, SIGNER, release};
use crate::deploy::archive::tests::archive;
use crate::deploy::request::{Answer, Request};

/// Refused for this reason, and the disk as before; the power fails at the first change.
fn refused(bench: &Bench, expected: &str, ask: impl FnOnce() -> Answer) {
    bench.disk();
    let before = bench.disk();
    let Answer::Refused { reason } = ask() else {
        panic!("not refused, though {expected}");
    };
    assert!(reason.contains(expected), "{reason}");
    let staged = |path: &std::path::Path| path.to_string_lossy().contains("staging");
    let mut after = bench.disk();
    after.retain(|file| before.contains(file) || !staged(&file.0));
    assert_eq!(after, before);
    assert_eq!(bench.boot().unwrap().kernel, STOCK);
}

#[test]
fn machines_in_which_nothing_can_be_started_once() {
    let cases: [(&str, &Change<'_>); 12] = [
        ("btrfs", &|bench| mounted(bench, "btrfs", "rw")),
        ("journals data", &|bench| {
            mounted(bench, "ext4", "rw,data=journal");
        }),
        ("read-only", &|bench| mounted(bench, "ext4", "ro")),
        ("LVM", &|bench| {
            bench.put("/sys/dev/block/254:1/dm/name", b"vg-root");
        }),
        ("RAID", &|bench| {
            bench.put("/sys/dev/block/254:1/md/level", b"raid1");
        }),
        ("grubenv is damaged", &|bench| {
            bench.put("/boot/grub/grubenv", b"short");
        }),
        ("No such file", &|bench| remove(bench, "/boot/grub/grubenv")),
        ("not a plain file", &|bench| {
            remove(bench, "/boot/grub/grubenv");
            let target = bench.at("/boot/efi/grubenv");
            std::os::unix::fs::symlink(target, bench.at("/boot/grub/grubenv")).unwrap();
        }),
        ("lacks `save_env next_entry`", &|bench| {
            without(bench, "save_env next_entry");
        }),
        ("does not read custom.cfg", &|bench| {
            without(bench, "custom.cfg");
        }),
        ("did GRUB start it?", &|bench| {
            bench.put("/proc/cmdline", b"root=/dev/vda1");
        }),
        ("the cloud starts directly", &|bench| {
            remove(bench, "/boot/grub/grub.cfg");
        }),
    ];
    for (expected, change) in cases {
        let bench = Bench::new();
        change(&bench);
        let before = bench.disk();
        let Answer::Refused { reason } = install(&bench, 7) else {
            panic!("not refused: {expected}");
        };
        assert!(reason.contains(expected), "{reason}");
        assert_eq!(bench.disk().len(), before.len() + 2, "only what was staged");
        assert_eq!(bench.status(), Some(Status::Refused));
    }
}

fn mounted(bench: &Bench, kind: &str, options: &str) {
    let line = format!("22 1 254:1 / / {options} shared:1 - {kind} /dev/vda1 rw\n");
    bench.put("/proc/self/mountinfo", line.as_bytes());
}

fn without(bench: &Bench, line: &str) {
    let text = super::DEBIAN.replace(line, "nothing");
    bench.put("/boot/grub/grub.cfg", text.as_bytes());
}

fn remove(bench: &Bench, path: &str) {
    std::fs::remove_file(bench.at(path)).unwrap();
}

#[test]
fn releases_that_are_not_for_this_machine() {
    let bench = Bench::new();
    let document = canonical::write(&release(7, &[("vmlinuz", b"x")])).unwrap();
    let other = OTHER.sign(RELEASE_CONTEXT, document.clone());
    let mut changed = SIGNER.sign(RELEASE_CONTEXT, document);
    changed.document = changed
        .document
        .replace("panic_seconds\":10", "panic_seconds\":11");
    for release in [other, changed] {
        refused(&bench, "not signed", || {
            bench.ask(&Request::Install { release }).0
        });
        assert_eq!(
            bench.status(),
            None,
            "nobody who can't sign changes the record"
        );
    }
    refused(&bench, "another machine", || {
        install_with(&bench, 7, |release| release.instance = "i2".to_owned())
    });
}

#[test]
fn releases_that_are_old_or_there() {
    let bench = Bench::new();
    install(&bench, 7);
    bench.ask(&Request::Rollback);
    refused(&bench, "not newer", || install(&bench, 6));
    refused(&bench, "not newer", || {
        install_with(&bench, 7, |release| release.deadline_seconds = 90)
    });
    // The very same may be tried again.
    assert!(matches!(install(&bench, 7), Answer::Deployment(_)));
}

#[test]
fn files_that_are_not_as_signed() {
    let content = image(7);
    let cut = &content[..content.len() - 1];
    let mut changed = content.clone();
    changed[3] ^= 1;
    for (expected, staged) in [("truncated", cut), ("not the content", &*changed)] {
        let bench = Bench::new();
        let release = release(7, &[("vmlinuz", &*content)]);
        let release = bench.stage(&release, &[("vmlinuz", staged)]);
        refused(&bench, expected, || {
            bench.ask(&Request::Install { release }).0
        });
    }
    let bench = Bench::new();
    let hostile = archive(&[("../../../etc/cron.d/x", b'0', "x")]);
    let files = [("vmlinuz", &*content), ("modules.tar", &*hostile)];
    let release = bench.stage(&release(7, &files), &files);
    refused(&bench, "no module may be called", || {
        bench.ask(&Request::Install { release }).0
    });
}

#[test]
fn what_is_missing_is_said() {
    let bench = Bench::new();
    let (image, modules) = (image(7), modules());
    let release = release(7, &[("vmlinuz", &*image), ("modules.tar", &*modules)]);
    let signed = bench.stage(&release, &[("vmlinuz", &*image)]);
    let (answer, _) = bench.ask(&Request::Fetch { release: signed });
    let Answer::Missing { files } = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].sha256, release.files[1].sha256);
}

#[test]
fn machines_that_have_no_place_for_it() {
    let bench = Bench::new();
    bench.world.borrow_mut().free_bytes = 1 << 20;
    refused(&bench, "1 MiB free", || install(&bench, 7));

    let bench = Bench::new();
    bench.put("/lib/modules/6.1.192-kaas7/theirs", b"theirs");
    refused(&bench, "is there already", || install(&bench, 7));

    let bench = Bench::new();
    bench.world.borrow_mut().programs.clear();
    refused(&bench, "needs an initramfs", || {
        install_with(&bench, 7, |release| release.initramfs = Initramfs::Made)
    });

    let bench = Bench::new();
    let name = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    bench.put(
        &format!("/sys/firmware/efi/efivars/{name}"),
        &[6, 0, 0, 0, 1],
    );
    refused(&bench, "Secure Boot", || install(&bench, 7));

    let bench = Bench::new();
    remove(&bench, "/dev/disk/by-partuuid/77aa-01");
    refused(&bench, "can't find root=UUID=5e2f itself", || {
        install(&bench, 7)
    });
}

/// The disk is full after all: the power supply stands for it, and comes back.
#[test]
fn an_installation_that_fails_in_the_middle_leaves_nothing() {
    for operations in 1..12 {
        let bench = Bench::new();
        let before = bench.disk();
        bench.supply.left.set(Some(operations));
        install(&bench, 7);
        bench.boot();
        bench.look().unwrap();
        let staged =
            |(path, _): &(std::path::PathBuf, Vec<u8>)| path.to_string_lossy().contains("staging");
        let mut after = bench.disk();
        after.retain(|file| before.contains(file) || !staged(file));
        assert_eq!(
            bench.status().is_none_or(Status::is_settled),
            after == before,
            "{operations}"
        );
    }
}

#[test]
fn kexec_is_no_help_where_nothing_can_be_written() {
    let bench = Bench::new();
    mounted(&bench, "ext4", "ro");
    bench.put("/proc/sys/kernel/kexec_load_disabled", b"0\n");
    let files = [("vmlinuz", &*image(7))];
    let signed = bench.stage(&release(7, &files), &files);
    refused(
        &bench,
        "custom.cfg is on a file system that is read-only",
        || bench.ask(&Request::Install { release: signed }).0,
    );
}

#[test]
fn where_grub_can_not_write_kexec_may_help() {
    let bench = Bench::new();
    mounted(&bench, "btrfs", "rw");
    bench.put("/proc/sys/kernel/kexec_load_disabled", b"0\n");
    install(&bench, 7);
    assert_eq!(bench.reason(), "to be tried with kexec");
    let (_, restart) = bench.ask(&Request::Trial);
    assert_eq!(restart, Some(crate::deploy::trial::Restart::Kexec));
    let asked = bench.world.borrow().asked.join("\n");
    assert!(
        asked.contains("kexec --load") && asked.contains("kaas.serial=7"),
        "{asked}"
    );
    // It never comes up; the boot loader has never heard of a trial.
    assert_eq!(bench.boot().unwrap().kernel, STOCK);
    bench.look().unwrap();
    assert_eq!(bench.status(), Some(Status::RolledBack));
}
