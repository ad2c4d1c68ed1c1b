// SPDX-License-Identifier: Apache-2.0
//! Loaded modules.

use super::Report;
use crate::inventory::Module;

/// `kvm 1146880 1 kvm_amd, Live 0xffffffffc0bd9000` (kernel/module/procfs.c: `m_show()`).
/// Base and, without unloading of modules, references are not always told.
pub(super) fn modules(text: &str, report: &mut Report<'_>) {
    report.each(text, |line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [name, size, references, users, _state, base, ..] = words[..] else {
            return None;
        };
        let base = u64::from_str_radix(base.strip_prefix("0x")?, 16).ok()?;
        Some(Module {
            base: Some(base).filter(|base| *base != 0),
            ..module(name, size, references, users)?
        })
    });
}

/// What `lsmod` prints: a heading, and `kvm  1146880  1 kvm_amd`.
pub(super) fn lsmod(text: &str, report: &mut Report<'_>) {
    let heading = usize::from(text.starts_with("Module "));
    report.each_after(heading, text, |line| {
        let mut words = line.split_ascii_whitespace();
        let (name, size, references) = (words.next()?, words.next()?, words.next()?);
        module(name, size, references, words.next().unwrap_or("-"))
    });
}

fn module(name: &str, size: &str, references: &str, users: &str) -> Option<Module> {
    let references = match references {
        "-" => None,
        number => Some(number.parse().ok()?),
    };
    let users = users
        .split(',')
        .filter(|user| !user.is_empty() && *user != "-");
    Some(Module {
        name: name.to_owned(),
        size: size.parse().ok()?,
        references,
        users: users.map(str::to_owned).collect(),
        base: None,
    })
}
