// SPDX-License-Identifier: Apache-2.0
//! Functions that a kernel executes because it is traced: the file `data/tracer.functions`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

static NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../data/tracer.functions")
        .lines()
        .map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// Whether the tracer itself calls a function of vmlinux, whatever else may call it too. The
/// name may have a compiler's suffix.
pub fn calls(name: &str) -> bool {
    let plain = name.split_once('.').map_or(name, |(plain, _)| plain);
    NAMES.contains(plain)
}
