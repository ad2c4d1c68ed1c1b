// SPDX-License-Identifier: Apache-2.0
//! A file fits into a head. There is no list of exemptions: one that grows is split. What
//! a test records is not read in one go: of its document only the prose counts.

use super::Finding;
use super::links::prose;
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
    let lines = match extension(path) {
        "md" if is_test_data(path) => prose(text).count(),
        "md" => text.lines().count(),
        "rs" | "py" | "sh" | "toml" if !is_test_data(path) => text.lines().count(),
        _ => return None,
    };
    let limit = if path == FRONT_PAGE.0 {
        FRONT_PAGE.1
    } else {
        FILE
    };
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
            ("c/tests/spec/e.md", &format!("```x\n{long}```\n")),
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
