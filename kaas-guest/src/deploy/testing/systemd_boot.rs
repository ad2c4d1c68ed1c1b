// SPDX-License-Identifier: Apache-2.0
//! A machine with systemd-boot, and a model of what that starts: the entry that is asked for
//! once, which it forgets first; the default; or else the entry whose name sorts last.

use std::fs;

use kaas_types::release::Status;

use super::bench::Bench;
use super::deployment::install;
use crate::deploy::request::{Answer, Request};

const VENDOR: &str = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
const USUAL: &str = "debian-6.1.0-56.conf";

fn set(bench: &Bench, name: &str, value: &[u8]) {
    let path = format!("/sys/firmware/efi/efivars/{name}-{VENDOR}");
    bench.put(&path, &[&[7, 0, 0, 0], value].concat());
}

fn set_text(bench: &Bench, name: &str, text: &str) {
    let units = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
    set(bench, name, &units.collect::<Vec<_>>());
}

fn get(bench: &Bench, name: &str) -> Option<String> {
    let path = format!("/sys/firmware/efi/efivars/{name}-{VENDOR}");
    let bytes = fs::read(bench.at(&path)).ok()?;
    assert_eq!(bytes[..4], [7, 0, 0, 0]);
    let units = bytes[4..]
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text = String::from_utf16(&units.collect::<Vec<_>>()).unwrap();
    Some(text.strip_suffix('\0').unwrap().to_owned())
}

fn machine(features: u64) -> Bench {
    let bench = Bench::new();
    fs::remove_file(bench.at("/boot/grub/grub.cfg")).unwrap();
    set_text(&bench, "LoaderInfo", "systemd-boot 252.39");
    set(&bench, "LoaderFeatures", &features.to_le_bytes());
    bench.put(
        "/boot/loader/entries/debian-6.1.0-56.conf",
        b"options root=/dev/vda1 ro\n",
    );
    start(&bench);
    bench
}

/// Starts the machine; the name of the entry.
fn start(bench: &Bench) -> String {
    let entries = fs::read_dir(bench.at("/boot/loader/entries")).unwrap();
    let entries = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut entries: Vec<_> = entries.filter(|name| !name.starts_with('.')).collect();
    entries.sort();
    let once = get(bench, "LoaderEntryOneShot");
    let _ = fs::remove_file(bench.at(&format!(
        "/sys/firmware/efi/efivars/LoaderEntryOneShot-{VENDOR}"
    )));
    let wanted = once.or_else(|| get(bench, "LoaderEntryDefault"));
    let entry = wanted
        .filter(|name| entries.contains(name))
        .unwrap_or(entries.pop().unwrap());
    set_text(bench, "LoaderEntrySelected", &entry);
    let text = bench.text(&format!("/boot/loader/entries/{entry}"));
    let options = text
        .lines()
        .find_map(|line| line.strip_prefix("options "))
        .unwrap();
    bench.put(
        "/proc/cmdline",
        format!("initrd=\\x {options}\n").as_bytes(),
    );
    bench.next_boot();
    entry
}

const CAPABLE: u64 = 0xf;

#[test]
fn from_installation_to_confirmation_and_back() {
    let bench = machine(CAPABLE);
    assert!(matches!(install(&bench, 7), Answer::Deployment(_)));
    assert_eq!(start(&bench), USUAL, "though `kaas-7` sorts after it");
    bench.ask(&Request::Trial);
    assert_eq!(start(&bench), "kaas-7.conf");
    assert_eq!(
        bench.text("/proc/cmdline"),
        "initrd=\\x root=/dev/vda1 ro panic=10 kaas.serial=7\n"
    );
    bench.reach();
    assert!(!bench.look().unwrap());
    assert_eq!(bench.status(), Some(Status::Confirmed));
    assert_eq!(start(&bench), "kaas-7.conf");
    bench.ask(&Request::Rollback);
    assert!(bench.look().unwrap());
    assert_eq!(start(&bench), USUAL);
    assert!(!bench.look().unwrap());
    assert!(!bench.at("/boot/kaas/7").exists());
    assert_eq!(get(&bench, "LoaderEntryDefault"), None, "as it was before");
}

#[test]
fn a_default_that_somebody_chose_comes_back() {
    let bench = machine(CAPABLE);
    bench.put(
        "/boot/loader/entries/debian-6.1.0-55.conf",
        b"options root=/dev/vda1 ro\n",
    );
    set_text(&bench, "LoaderEntryDefault", "debian-6.1.0-55.conf");
    assert_eq!(start(&bench), "debian-6.1.0-55.conf");
    install(&bench, 7);
    bench.ask(&Request::Trial);
    assert_eq!(start(&bench), "kaas-7.conf");
    // It panics.
    assert_eq!(start(&bench), "debian-6.1.0-55.conf");
    assert!(!bench.look().unwrap());
    assert_eq!(bench.status(), Some(Status::RolledBack));
    assert_eq!(
        get(&bench, "LoaderEntryDefault").as_deref(),
        Some("debian-6.1.0-55.conf")
    );
}

#[test]
fn one_that_starts_nothing_once_is_refused() {
    let bench = machine(0b11);
    let Answer::Refused { reason } = install(&bench, 7) else {
        panic!("not refused");
    };
    assert!(
        reason.contains("can't start an entry just once"),
        "{reason}"
    );
}

#[test]
fn a_power_cut_at_any_operation() {
    for at in 0..40 {
        let bench = machine(CAPABLE);
        bench.supply.left.set(Some(at));
        install(&bench, 7);
        bench.ask(&Request::Trial);
        let trials = (0..3).filter(|_| {
            bench.supply.left.set(None);
            bench.supply.is_off.set(false);
            let entry = start(&bench);
            // The kernel crashes, or the installer has its turn.
            if entry == USUAL {
                bench.look().unwrap();
            }
            entry != USUAL
        });
        assert!(trials.count() <= 1, "{at}");
        assert_eq!(start(&bench), USUAL, "{at}");
        let is_there = bench.at("/boot/loader/entries/kaas-7.conf").exists();
        assert_eq!(is_there, bench.status() == Some(Status::Installing), "{at}");
    }
}
