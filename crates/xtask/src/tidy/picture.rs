// SPDX-License-Identifier: Apache-2.0
//! The dependency picture of ARCHITECTURE.md is drawn from the table in the root
//! manifest, and is the one that would be drawn today.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Finding;
use crate::tree::{Dependencies, Tree};

pub(crate) const DOCUMENT: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- drawn by `cargo xtask picture` -->\n```text\n";
const END: &str = "```\n";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let document = tree.text(DOCUMENT).unwrap_or_default();
    let message = match redrawn(document, &tree.rules.may_depend_on) {
        None => "has no place for the dependency picture".to_owned(),
        Some(drawn) if drawn != document => {
            "the dependency picture is out of date: run `cargo xtask picture`".to_owned()
        }
        Some(_) => return vec![],
    };
    vec![Finding::new(DOCUMENT, 0, message)]
}

/// The document with the picture of today; nothing when it has no place for one.
pub(crate) fn redrawn(document: &str, table: &Dependencies) -> Option<String> {
    let start = document.find(BEGIN)? + BEGIN.len();
    let end = start + document[start..].find(END)?;
    Some(document[..start].to_owned() + &draw(table) + &document[end..])
}

/// A line for each crate, below all that depend on it, with what it depends on itself.
/// What is already implied by another dependency is left out.
fn draw(table: &Dependencies) -> String {
    let width = table.keys().map(String::len).max().unwrap_or_default();
    let mut picture = String::new();
    for name in from_top(table) {
        let direct: Vec<_> = table[name]
            .iter()
            .filter(|to| {
                !table[name]
                    .iter()
                    .any(|via| via != *to && reaches(table, via, to))
            })
            .map(String::as_str)
            .collect();
        let line = match direct[..] {
            [] => name.clone(),
            _ => format!("{name:width$} ──▶ {}", direct.join(", ")),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(picture, "{line}");
    }
    picture
}

/// The crates in an order in which each comes before what it depends on: those first
/// that nobody else depends on, by name.
fn from_top(table: &Dependencies) -> Vec<&String> {
    let mut order: Vec<&String> = vec![];
    let mut left: BTreeSet<&String> = table.keys().collect();
    while let Some(next) = left
        .iter()
        .find(|name| !left.iter().any(|other| table[*other].contains(**name)))
        .or_else(|| left.first())
        .copied()
    {
        left.remove(next);
        order.push(next);
    }
    order
}

/// Over any number of edges; a table may go in circles.
fn reaches(table: &Dependencies, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut todo = vec![from];
    while let Some(via) = todo.pop() {
        let direct = table.get(via).into_iter().flatten();
        todo.extend(direct.map(String::as_str).filter(|next| seen.insert(*next)));
    }
    seen.contains(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::shown;

    const PICTURE: &str = "\
other
top    ──▶ middle
middle ──▶ base
base
";

    fn tree(picture: &str) -> Tree {
        let mut tree = Tree::of(&[(DOCUMENT, &format!("x\n{BEGIN}{picture}{END}y\n"))]);
        let table = "base = []\nmiddle = ['base']\nother = []\ntop = ['base', 'middle']";
        tree.rules.may_depend_on = toml::from_str(table).expect("is a table");
        tree
    }

    #[test]
    fn the_picture_shows_direct_edges_from_the_top() {
        assert_eq!(draw(&tree("").rules.may_depend_on), PICTURE);
        assert_eq!(check(&tree(PICTURE)), []);
    }

    #[test]
    fn a_table_that_goes_in_circles_is_drawn() {
        let table = toml::from_str("a = ['b']\nb = ['a', 'c']\nc = []").expect("is a table");
        assert_eq!(draw(&table), "a ──▶ b\nb ──▶ a\nc\n");
    }

    #[test]
    fn an_old_picture_and_a_missing_one_are_found() {
        let old =
            "ARCHITECTURE.md: the dependency picture is out of date: run `cargo xtask picture`";
        assert_eq!(shown(&check(&tree("old\n"))), [old]);
        let missing = "ARCHITECTURE.md: has no place for the dependency picture";
        assert_eq!(shown(&check(&Tree::default())), [missing]);
    }
}
