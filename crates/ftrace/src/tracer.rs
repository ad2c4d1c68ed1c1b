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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_suffix_makes_no_difference() {
        assert!(calls("do_sync_core"));
        assert!(calls("__mutex_unlock_slowpath.constprop.0"));
        assert!(!calls("mutex_unlock"));
    }

    #[test]
    fn the_list_names_each_function_once() {
        let lines = include_str!("../data/tracer.functions").lines();
        let names = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(names.count(), NAMES.len());
    }
}
