// SPDX-License-Identifier: Apache-2.0
//! From the headings of a file to its tests: a test is a heading without headings
//! below it, and sees the blocks of the headings around it.

use std::cell::RefCell;
use std::path::Path;

use crate::case::Case;
use crate::markdown::{self, Block, Heading, Problem};

/// The tests of a file, at least one, each with a name of its own.
pub(crate) fn cases(path: &Path, text: &str) -> Result<Vec<Case>, Problem> {
    let headings = markdown::parse(text)?;
    let mut cases: Vec<Case> = vec![];
    let mut around: Vec<&Heading> = vec![];
    for (index, heading) in headings.iter().enumerate() {
        around.retain(|outer| outer.level < heading.level);
        around.push(heading);
        let has_inner = headings
            .get(index + 1)
            .is_some_and(|next| next.level > heading.level);
        if heading.level == 0 || has_inner {
            continue;
        }
        if heading.blocks.is_empty() {
            return Err(Problem::new(
                heading.line,
                "no named block under this heading",
            ));
        }
        let case = case(path, heading, &around);
        if cases.iter().any(|known| known.name == case.name) {
            return Err(Problem::new(
                heading.line,
                format!("a second test `{}`", case.name),
            ));
        }
        cases.push(case);
    }
    if cases.is_empty() {
        Err(Problem::new(1, "no test in this file"))
    } else {
        Ok(cases)
    }
}

/// `around` ends with the heading itself. The title of the file, which the file's
/// name repeats, is no part of the test's name.
fn case(path: &Path, heading: &Heading, around: &[&Heading]) -> Case {
    let mut blocks: Vec<Block> = vec![];
    for block in around.iter().rev().flat_map(|heading| &heading.blocks) {
        if blocks.iter().all(|inner| inner.name != block.name) {
            blocks.push(block.clone());
        }
    }
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let titles = around.iter().skip(if around.len() > 2 { 2 } else { 1 });
    Case {
        name: titles.fold(stem, |name, heading| name + "::" + &heading.title),
        file: path.display().to_string(),
        line: heading.line,
        blocks,
        own: heading.blocks.len(),
        read: RefCell::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let cases = cases(Path::new("spec/file.md"), text).expect("has tests");
        cases.into_iter().map(|case| case.name).collect()
    }

    fn problem(text: &str) -> Problem {
        cases(Path::new("file.md"), text)
            .err()
            .expect("the file is wrong")
    }

    #[test]
    fn the_innermost_headings_are_tests() {
        let text = "# T\n## A\n```x\n```\n## S\n### B\n```x\n```\n### C\n```x\n```\n";
        assert_eq!(names(text), ["file::A", "file::S::B", "file::S::C"]);
    }

    #[test]
    fn a_file_may_be_one_test() {
        assert_eq!(names("# T\n```x\n```\n"), ["file::T"]);
    }

    #[test]
    fn blocks_around_a_test_are_shared_unless_it_has_its_own() {
        let text = "# T\n```x\n1\n```\n```y\n2\n```\n## A\n```x\n3\n```\n";
        let cases = cases(Path::new("file.md"), text).expect("has tests");
        let [case] = &cases[..] else {
            panic!("one test")
        };
        assert_eq!(case.get("x"), Some("3\n"));
        assert_eq!(case.get("y"), Some("2\n"));
        assert_eq!(case.own, 1);
    }

    #[test]
    fn a_file_that_tests_nothing_is_refused() {
        assert_eq!(problem("prose\n"), Problem::new(1, "no test in this file"));
        assert_eq!(
            problem("```x\n```\n"),
            Problem::new(1, "no test in this file")
        );
        assert_eq!(problem("# T\n## A\n```x\n```\n## B\n").line, 5);
    }

    #[test]
    fn two_tests_of_one_name_are_refused() {
        let text = "# T\n## A\n```x\n```\n## A\n```x\n```\n";
        assert_eq!(problem(text), Problem::new(5, "a second test `file::A`"));
    }
}
