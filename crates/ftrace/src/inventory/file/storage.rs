// SPDX-License-Identifier: Apache-2.0
//! Disks, file systems and swap.

use super::{Report, words};
use crate::inventory::{BlockDevice, FileSystem, Mount, Swap};

/// `/dev/vda / ext4 rw,relatime 0 0`; blanks in a path are `\040` (`mangle()` of
/// `fs/proc_namespace.c`).
pub(super) fn mounts(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let [source, target, file_system, options] = words(line)?;
        Some(Mount {
            source: unmangle(source),
            target: unmangle(target),
            file_system: unmangle(file_system),
            options: unmangle(options),
        })
    });
}

/// `nodev  sysfs`, or only a name.
pub(super) fn file_systems(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let (mark, name) = line.split_once('\t')?;
        let is_known = (mark.is_empty() || mark == "nodev") && !name.is_empty();
        is_known.then(|| FileSystem {
            name: name.to_owned(),
            needs_device: mark.is_empty(),
        })
    });
}

/// ` 254  0  2662400 vda` after a heading.
pub(super) fn partitions(text: &str, report: &mut Report<'_>) {
    report.each_after(1, text, |line| {
        let [major, minor, kibibytes, name] = words(line)?;
        Some(BlockDevice {
            major: major.parse().ok()?,
            minor: minor.parse().ok()?,
            kibibytes: kibibytes.parse().ok()?,
            name: name.to_owned(),
        })
    });
}

/// `/dev/vdb  partition  524284  0  -2` after a heading.
pub(super) fn swaps(text: &str, report: &mut Report<'_>) {
    report.each_after(1, text, |line| {
        let [path, kind, kibibytes] = words(line)?;
        Some(Swap {
            path: unmangle(path),
            kind: kind.to_owned(),
            kibibytes: kibibytes.parse().ok()?,
        })
    });
}

/// Puts back what the kernel writes as a backslash and three octal digits.
fn unmangle(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        let code = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits.get(..3)?).ok()?;
            u8::from_str_radix(digits, 8).ok()
        };
        match code(after).filter(|_| *byte == b'\\') {
            Some(code) => {
                bytes.push(code);
                rest = &after[3..];
            }
            None => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
