// SPDX-License-Identifier: Apache-2.0
//! Whether the result needs an initramfs: the kernel finds a root file system by itself
//! only where `root=` names a device or a partition that its own drivers bring
//! (`init/do_mounts.c`: `name_to_dev_t()`).

use ftrace::Inventory;
use ftrace::inventory::{CommandLine, Mount};
use serde::{Deserialize, Serialize};

use crate::minimise::Modules;
use crate::requirement::{Demand, Reason, Requirements};

/// What the user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Wanted {
    /// It is dropped where the kernel can do without.
    #[default]
    Auto,
    Keep,
    Drop,
}

/// The decision, with its reason in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initramfs {
    pub is_needed: bool,
    pub why: String,
}

/// Unpacking, and the formats that distributions pack it with.
const SYMBOLS: [&str; 3] = ["BLK_DEV_INITRD", "RD_GZIP", "RD_ZSTD"];

/// Decides, from how the machine was started and what is mounted.
pub fn decide(inventory: &Inventory, modules: Modules, wanted: Wanted) -> Initramfs {
    let (is_needed, why) = match wanted {
        Wanted::Keep => (true, "asked for on the command line".to_owned()),
        Wanted::Drop => (false, "dropped on the command line's word".to_owned()),
        Wanted::Auto if modules == Modules::Modular => {
            let why = "what the root file system needs may be a module, and these lie on it";
            (true, why.to_owned())
        }
        Wanted::Auto => by_root(inventory),
    };
    Initramfs { is_needed, why }
}

/// Demands that it can be unpacked.
pub fn demand(
    initramfs: &Initramfs,
    was_on: impl Fn(&str) -> bool,
    requirements: &mut Requirements,
) {
    let symbols = SYMBOLS.into_iter().filter(|name| was_on(name));
    for symbol in symbols.filter(|_| initramfs.is_needed) {
        let reason = Reason::Policy(format!("initramfs ({})", initramfs.why));
        requirements.add(Demand::On(symbol.to_owned()), reason);
    }
}

fn by_root(inventory: &Inventory) -> (bool, String) {
    let mut mounts = inventory.facts::<Mount>();
    if let Some(root) = mounts.find(|it| it.target == "/") {
        if root.file_system == "overlay" {
            return (true, "the root file system is an overlay".to_owned());
        }
        if is_assembled(&root.source) {
            return (true, format!("the root file system is on {}", root.source));
        }
    }
    match root_of(inventory) {
        None => (
            true,
            "no root= says where the root file system is".to_owned(),
        ),
        Some(root) => by_name(root),
    }
}

/// The last `root=` of the command line.
fn root_of(inventory: &Inventory) -> Option<&str> {
    let line = inventory.facts::<CommandLine>().next()?;
    let words = line.text.split_whitespace();
    let mut values = words.filter_map(|word| word.strip_prefix("root="));
    values.next_back()
}

fn by_name(root: &str) -> (bool, String) {
    let has = |prefixes: &[&str]| prefixes.iter().any(|prefix| root.starts_with(prefix));
    if has(&["UUID=", "LABEL="]) {
        let why = format!("root={root} names a file system, which the kernel can't look for");
        return (true, format!("{why}; root=PARTUUID= would do without"));
    }
    if is_assembled(root) {
        return (true, format!("root={root} has to be put together first"));
    }
    let is_number = root.split(':').all(|it| it.parse::<u32>().is_ok());
    if is_number
        || has(&[
            "PARTUUID=",
            "PARTLABEL=",
            "/dev/vd",
            "/dev/sd",
            "/dev/xvd",
            "/dev/nvme",
        ])
    {
        return (false, format!("the kernel finds root={root} by itself"));
    }
    (true, format!("root={root} may need help of programs"))
}

/// Volumes that programs put together: LVM, LUKS, RAID, loop devices.
fn is_assembled(device: &str) -> bool {
    let kinds = [
        "/dev/mapper/",
        "/dev/dm-",
        "/dev/md",
        "/dev/loop",
        "/dev/disk/by-",
    ];
    kinds.iter().any(|kind| device.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ftrace::inventory::Evidence;

    fn machine(root: Option<&str>, mounted: (&str, &str)) -> Inventory {
        let mount = Mount {
            source: mounted.0.to_owned(),
            target: "/".to_owned(),
            file_system: mounted.1.to_owned(),
            ..Mount::default()
        };
        let text = root.map_or_else(String::new, |root| format!("ro root={root} quiet"));
        let facts = [CommandLine { text }.into(), mount.into()];
        let source = String::new;
        let evidence = facts.map(|fact| Evidence {
            fact,
            source: source(),
        });
        Inventory {
            evidence: evidence.into(),
            ..Inventory::default()
        }
    }

    #[test]
    fn the_kernel_finds_devices_and_partitions() {
        let plain = ("/dev/vda1", "ext4");
        let cases = [
            (Some("/dev/vda1"), plain, false),
            (Some("254:1"), plain, false),
            (Some("PARTUUID=1234"), plain, false),
            (Some("PARTLABEL=root"), plain, false),
            (Some("UUID=1234"), plain, true),
            (Some("LABEL=cloudimg-rootfs"), plain, true),
            (Some("/dev/mapper/vg-root"), plain, true),
            (Some("/dev/vda1"), ("/dev/mapper/vg-root", "ext4"), true),
            (Some("/dev/vda1"), ("overlay", "overlay"), true),
            (Some("/dev/nfs"), plain, true),
            (None, plain, true),
        ];
        for (root, mounted, expected) in cases {
            let decision = decide(&machine(root, mounted), Modules::Monolithic, Wanted::Auto);
            assert_eq!(decision.is_needed, expected, "{root:?} {mounted:?}");
        }
    }

    #[test]
    fn modules_are_loaded_from_it() {
        let machine = machine(Some("/dev/vda"), ("/dev/vda", "ext4"));
        assert!(decide(&machine, Modules::Modular, Wanted::Auto).is_needed);
        assert!(!decide(&machine, Modules::Modular, Wanted::Drop).is_needed);
        assert!(decide(&machine, Modules::Monolithic, Wanted::Keep).is_needed);
    }
}
