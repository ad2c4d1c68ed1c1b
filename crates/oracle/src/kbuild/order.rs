// SPDX-License-Identifier: Apache-2.0
//! Compares two orders of modules: which modules there are, and which comes first.

use std::collections::HashSet;

/// How an order differs from the truth, a sentence for each difference.
pub(crate) fn differences(truth: &[String], answer: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    found.extend(only_in(truth, answer).map(|module| format!("missing\t{module}")));
    found.extend(only_in(answer, truth).map(|module| format!("extra\t{module}")));
    if !found.is_empty() {
        return found;
    }
    let differs = truth
        .iter()
        .zip(answer)
        .position(|(truth, answer)| truth != answer);
    found.extend(differs.map(|at| {
        format!(
            "order\tmodule {}: {}, not {}",
            at + 1,
            truth[at],
            answer[at]
        )
    }));
    if found.is_empty() && truth.len() != answer.len() {
        found.push(format!(
            "order\t{} modules, not {}",
            truth.len(),
            answer.len()
        ));
    }
    found
}

/// `kernel/fs/ext4/ext4.ko`, as an installed `modules.order` has it, without the `kernel/`.
pub(crate) fn without_prefix(installed: &str) -> Vec<String> {
    let path = |line: &str| line.strip_prefix("kernel/").unwrap_or(line).to_owned();
    installed.lines().map(path).collect()
}

fn only_in<'a>(these: &'a [String], those: &[String]) -> impl Iterator<Item = &'a String> {
    let those: HashSet<String> = those.iter().cloned().collect();
    these.iter().filter(move |module| !those.contains(*module))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| format!("{name}.ko")).collect()
    }

    #[test]
    fn the_same_order_does_not_differ() {
        let truth = without_prefix("kernel/a.ko\nkernel/fs/b.ko\n");
        assert_eq!(truth, ["a.ko", "fs/b.ko"]);
        assert!(differences(&truth, &truth).is_empty());
    }

    #[test]
    fn missing_and_extra_are_named_first() {
        let found = differences(&modules(&["a", "b"]), &modules(&["b", "c"]));
        assert_eq!(found, ["missing\ta.ko", "extra\tc.ko"]);
    }

    #[test]
    fn the_first_module_out_of_order_is_named() {
        let found = differences(&modules(&["a", "b", "c"]), &modules(&["a", "c", "b"]));
        assert_eq!(found, ["order\tmodule 2: b.ko, not c.ko"]);
    }

    #[test]
    fn a_module_told_twice_differs() {
        let found = differences(&modules(&["a"]), &modules(&["a", "a"]));
        assert_eq!(found, ["order\t1 modules, not 2"]);
    }
}
