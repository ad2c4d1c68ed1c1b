// SPDX-License-Identifier: Apache-2.0
//! The analysis crates are functions of what they are given: no network, no process, no
//! environment, no clock. Which crates those are, `pure` in the root manifest says.

use super::Finding;
use crate::tree::Tree;

const FOREIGN: [&str; 4] = ["env", "net", "process", "time"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    for name in &tree.rules.pure {
        let folder = format!("crates/{name}/src/");
        if !tree.has(&folder) {
            findings.push(Finding::new(
                "Cargo.toml",
                0,
                format!("pure names `{name}`, no crate"),
            ));
        }
        for (path, text) in tree.texts().filter(|(path, _)| path.starts_with(&folder)) {
            findings.extend(uses(text).into_iter().map(|(line, module)| {
                Finding::new(
                    path,
                    line,
                    format!("a pure crate does not touch `std::{module}`"),
                )
            }));
        }
    }
    findings
}

/// Where a foreign module of the standard library is named: as `std::env`, or in the
/// outermost braces of `std::{env, fs}`.
fn uses(text: &str) -> Vec<(usize, &'static str)> {
    let code: Vec<_> = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""))
        .collect();
    let code = code.join("\n");
    let mut found = vec![];
    for (start, path) in code.match_indices("std::") {
        let rest = &code[start + path.len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => outermost(group),
            None => vec![rest],
        };
        let line = code[..start].matches('\n').count() + 1;
        let is_named = |module: &&str| names.iter().any(|name| first_word(name) == *module);
        found.extend(
            FOREIGN
                .iter()
                .filter(|module| is_named(module))
                .map(|module| (line, *module)),
        );
    }
    found
}

/// The entries of a group of imports, up to its closing brace.
fn outermost(group: &str) -> Vec<&str> {
    let mut entries = vec![];
    let (mut depth, mut start) = (0, 0);
    for (index, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                entries.push(group[start..index].trim());
                start = index + 1;
            }
            _ => {}
        }
        if character == '}' && start == index + 1 {
            break;
        }
    }
    entries
}

fn first_word(text: &str) -> &str {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.find(|character| !is_word(character))
        .map_or(text, |end| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::shown;

    fn found(text: &str) -> Vec<String> {
        let mut tree = Tree::of(&[("crates/a/src/b.rs", text), ("crates/c/src/d.rs", text)]);
        tree.rules.pure = ["a".to_owned()].into();
        shown(&check(&tree))
    }

    #[test]
    fn a_path_and_a_group_are_found() {
        let expected = [
            "crates/a/src/b.rs:1: a pure crate does not touch `std::env`",
            "crates/a/src/b.rs:2: a pure crate does not touch `std::process`",
            "crates/a/src/b.rs:2: a pure crate does not touch `std::time`",
        ];
        let text = "use std::env::var;\nuse std::{fs::{self, net},\n process::Command, time};\n";
        assert_eq!(found(text), expected);
    }

    #[test]
    fn other_modules_and_comments_are_not() {
        let text = "// std::env\nuse std::{fmt, fs::{self, env}};\nuse std::environment;\n";
        assert_eq!(found(text), [""; 0]);
    }

    #[test]
    fn a_name_without_crate_is_found() {
        let mut tree = Tree::of(&[]);
        tree.rules.pure = ["a".to_owned()].into();
        assert_eq!(
            shown(&check(&tree)),
            ["Cargo.toml: pure names `a`, no crate"]
        );
    }
}
