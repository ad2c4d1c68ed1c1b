// SPDX-License-Identifier: Apache-2.0
//! A file fits into a head. There is no list of exemptions: one that grows is split.

use super::Finding;
use crate::tree::{Tree, extension, is_test_data};

/// The front page is read in one go.
const FRONT_PAGE: (&str, usize) = ("README.md", 120);
const FILE: usize = 600;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.texts()
        .filter_map(|(path, text)| too_long(path, text))
        .collect()
}

fn too_long(path: &str, text: &str) -> Option<Finding> {
    let is_written_by_hand = match extension(path) {
        "md" => true,
        "rs" | "py" | "sh" | "toml" => !is_test_data(path),
        _ => false,
    };
    if !is_written_by_hand {
        return None;
    }
    let limit = if path == FRONT_PAGE.0 {
        FRONT_PAGE.1
    } else {
        FILE
    };
    let lines = text.lines().count();
    (lines > limit).then(|| Finding::new(path, 0, format!("{lines} lines; {limit} are enough")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::findings_in;

    #[test]
    fn long_files_are_found() {
        let long = "x\n".repeat(FILE + 1);
        let files = [
            ("README.md", &long[..242]),
            ("a.rs", &long),
            ("b.rs", &long[2..]),
            ("c/tests/spec/d.md", &long),
            ("fuzz/corpus/lexer/e", &long),
        ];
        let expected = [
            "README.md: 121 lines; 120 are enough",
            "a.rs: 601 lines; 600 are enough",
            "c/tests/spec/d.md: 601 lines; 600 are enough",
        ];
        assert_eq!(findings_in(check, &files), expected);
    }
}
