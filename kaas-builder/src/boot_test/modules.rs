// SPDX-License-Identifier: Apache-2.0
//! The modules that a boot test loads, in the order in which they have to be loaded.

use std::collections::BTreeMap;

/// Drivers of the machine that is emulated, and the file system of its disk.
const WANTED: [&str; 5] = [
    "virtio_pci",
    "virtio_blk",
    "virtio_net",
    "crc32c_generic",
    "ext4",
];

/// Paths as `modules.dep` has them, each after all that it needs.
pub(super) fn in_order(modules_dep: &str) -> Vec<&str> {
    let lines = modules_dep.lines().filter_map(|line| line.split_once(':'));
    let needs: BTreeMap<&str, &str> = lines.collect();
    let mut order: Vec<&str> = Vec::new();
    for wanted in WANTED {
        let found = needs.iter().find(|(path, _)| name(path) == wanted);
        let Some((path, needed)) = found else {
            continue;
        };
        // All that is needed, the deepest last (modules.dep(5)).
        for one in needed.split_whitespace().rev().chain([*path]) {
            if !order.contains(&one) {
                order.push(one);
            }
        }
    }
    order
}

/// `kernel/drivers/virtio/virtio_pci.ko` is `virtio_pci`.
fn name(path: &str) -> String {
    let base = path.rsplit('/').next().unwrap_or(path);
    base.split('.').next().unwrap_or(base).replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first_and_once() {
        let dep = "k/virtio.ko:\nk/virtio_ring.ko: k/virtio.ko\n\
            k/virtio-pci.ko: k/virtio_ring.ko k/virtio.ko\nk/sound.ko:\n\
            k/virtio_blk.ko: k/virtio_ring.ko k/virtio.ko\n";
        let wanted = [
            "k/virtio.ko",
            "k/virtio_ring.ko",
            "k/virtio-pci.ko",
            "k/virtio_blk.ko",
        ];
        assert_eq!(in_order(dep), wanted);
        assert!(in_order("").is_empty());
    }
}
