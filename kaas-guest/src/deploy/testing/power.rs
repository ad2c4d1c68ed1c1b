// SPDX-License-Identifier: Apache-2.0
//! Power cuts: before each operation on the disk, and in the middle of each, in a deployment
//! that ends well and in some that do not; and again while the machine recovers from the first.

use kaas_types::release::Status;

use super::bench::{Bench, STOCK};
use super::deployment::{image, install, tailored};
use super::grub::Started;
use crate::deploy::request::Request;

/// What the new kernel is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kernel {
    Good,
    Crashing,
    Unhealthy,
    /// Good, and somebody wants the old one back.
    Unwanted,
    /// Somebody changes their mind before the restart.
    Recalled,
}

const KERNELS: [Kernel; 5] = [
    Kernel::Good,
    Kernel::Crashing,
    Kernel::Unhealthy,
    Kernel::Unwanted,
    Kernel::Recalled,
];

/// From the request to the end, as far as there is power.
fn deploy(bench: &Bench, kernel: Kernel) {
    install(bench, 7);
    bench.ask(&Request::Trial);
    if kernel == Kernel::Recalled {
        bench.ask(&Request::Rollback);
    }
    if bench.supply.is_off.get() {
        return;
    }
    let left = bench.supply.left.get();
    start(bench, kernel);
    bench.supply.left.set(left);
    live(bench, kernel);
    if kernel == Kernel::Unwanted && bench.status() == Some(Status::Confirmed) {
        bench.ask(&Request::Rollback);
        let _ = bench.look();
    }
}

/// The machine runs for a while.
fn live(bench: &Bench, kernel: Kernel) {
    let runs_it = bench.machine().serial() == Some(7);
    bench.reach();
    let failed = if runs_it && kernel == Kernel::Unhealthy {
        "bad.service"
    } else {
        "old.service"
    };
    bench.world.borrow_mut().failed_units = vec![failed.to_owned()];
    let _ = bench.look();
}

/// Whatever the disk holds: something starts, and what starts is complete. A crash is followed
/// by another start.
fn start(bench: &Bench, kernel: Kernel) -> Started {
    let started = bench.boot().expect("the machine starts");
    if started.kernel == STOCK {
        return started;
    }
    assert_eq!(started.kernel, tailored(7));
    assert_eq!(
        std::fs::read(bench.at(&started.kernel)).unwrap(),
        image(7),
        "it is complete"
    );
    assert_eq!(
        bench.text("/lib/modules/6.1.192-kaas7/kernel/a.ko"),
        "module"
    );
    let is_confirmed = bench.status() == Some(Status::Confirmed);
    assert!(!(kernel == Kernel::Crashing && is_confirmed));
    if kernel == Kernel::Crashing {
        let after = bench.boot().expect("the machine starts after a crash");
        assert_eq!(after.kernel, STOCK, "a trial is started once");
        return after;
    }
    started
}

/// Starts and lives until nothing happens any more, and checks what has become of it.
fn recover(bench: &Bench, kernel: Kernel) -> Option<Status> {
    for _ in 0..4 {
        start(bench, kernel);
        live(bench, kernel);
    }
    let status = bench.status();
    let runs = start(bench, kernel).kernel;
    let is_there = bench.at("/boot/kaas/7").exists();
    match status {
        None | Some(Status::Refused | Status::RolledBack) => {
            assert_eq!(runs, STOCK);
            assert!(!is_there && !bench.at("/lib/modules/6.1.192-kaas7").exists());
            assert!(!bench.at("/lib/modules/.kaas-7").exists());
            assert!(!bench.text("/boot/grub/custom.cfg").contains("kaas"));
        }
        Some(Status::Installing) => assert!(is_there && runs == STOCK),
        Some(Status::Confirmed) => {
            assert!(!matches!(kernel, Kernel::Crashing | Kernel::Unhealthy));
            assert_eq!(runs, tailored(7));
        }
        Some(Status::Trial | Status::Pending) => panic!("{status:?} is no end"),
    }
    let environment = bench.text("/boot/grub/grubenv");
    assert!(environment.contains("saved_entry=theirs\n") && environment.len() == 1024);
    assert!(!environment.contains("kaas"));
    assert!(
        bench
            .text("/boot/grub/custom.cfg")
            .starts_with("# theirs\n")
    );
    assert_eq!(bench.text("/boot/grub/grub.cfg"), super::DEBIAN);
    status
}

fn operations(kernel: Kernel) -> usize {
    let bench = Bench::new();
    deploy(&bench, kernel);
    bench.supply.done.get()
}

fn cut(kernel: Kernel, at: usize, is_late: bool) -> Bench {
    let bench = Bench::new();
    bench.supply.left.set(Some(at));
    bench.supply.is_late.set(is_late);
    deploy(&bench, kernel);
    bench
}

#[test]
fn without_a_cut_each_ends_as_it_should() {
    let ends = KERNELS.map(|kernel| {
        let bench = Bench::new();
        deploy(&bench, kernel);
        recover(&bench, kernel)
    });
    let back = Some(Status::RolledBack);
    assert_eq!(ends, [Some(Status::Confirmed), back, back, back, back]);
}

#[test]
fn a_power_cut_at_any_operation() {
    let mut ends = std::collections::BTreeSet::new();
    for kernel in KERNELS {
        for at in 0..operations(kernel) {
            for is_late in [false, true] {
                let bench = cut(kernel, at, is_late);
                let status = recover(&bench, kernel);
                ends.insert(status.map(Status::word));
            }
        }
    }
    let all = [
        None,
        Some("CONFIRMED"),
        Some("INSTALLING"),
        Some("REFUSED"),
        Some("ROLLED_BACK"),
    ];
    assert_eq!(ends, std::collections::BTreeSet::from(all));
}

#[test]
fn a_power_cut_while_recovering_from_another() {
    for kernel in KERNELS {
        for at in 0..operations(kernel) {
            for again in 0..8 {
                let bench = cut(kernel, at, again % 2 == 0);
                start(&bench, kernel);
                bench.supply.left.set(Some(again / 2));
                bench.supply.is_late.set(again % 2 == 1);
                live(&bench, kernel);
                recover(&bench, kernel);
            }
        }
    }
}
