// SPDX-License-Identifier: Apache-2.0
//! One module layout: `foo.rs` beside the folder `foo`, never `foo/mod.rs`.

use super::Finding;
use crate::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let wrong = tree
        .files
        .iter()
        .filter(|file| file.path.ends_with("/mod.rs"));
    wrong
        .map(|file| Finding::new(&file.path, 0, "a module is `foo.rs`, not `foo/mod.rs`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::findings_in;

    #[test]
    fn the_other_layout_is_found() {
        let files = [
            ("a/src/b/mod.rs", ""),
            ("a/src/c.rs", ""),
            ("a/src/amod.rs", ""),
        ];
        let expected = ["a/src/b/mod.rs: a module is `foo.rs`, not `foo/mod.rs`"];
        assert_eq!(findings_in(check, &files), expected);
    }
}
