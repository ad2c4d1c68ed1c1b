// SPDX-License-Identifier: Apache-2.0
//! What the checks look at: the files of the tree, the graph of its crates, and the
//! rules that the root manifest states as data.

mod graph;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use serde::Deserialize;

pub(crate) use graph::{Edge, Graph, Kind};

/// Everything is read once; a check is a pure function of it.
#[derive(Default)]
pub(crate) struct Tree {
    /// Sorted by path. What `.gitignore` names is no part of the tree.
    pub(crate) files: Vec<File>,
    pub(crate) graph: Graph,
    pub(crate) rules: Rules,
}

pub(crate) struct File {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// Nothing where the file is not text: not UTF-8, or with a zero byte.
    pub(crate) text: Option<String>,
}

/// `[workspace.metadata]` of the root manifest.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Rules {
    pub(crate) may_depend_on: Dependencies,
    pub(crate) may_test_with: Dependencies,
    /// The crates that touch neither network, processes, environment nor clock.
    pub(crate) pure: BTreeSet<String>,
}

/// Crate by crate, the crates of the workspace that it may name.
pub(crate) type Dependencies = BTreeMap<String, BTreeSet<String>>;

#[derive(Deserialize)]
struct RootManifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    metadata: Rules,
}

impl Tree {
    pub(crate) fn read(root: &Path) -> Result<Self, Box<dyn Error>> {
        let manifest = std::fs::read_to_string(root.join("Cargo.toml"))?;
        let manifest: RootManifest = toml::from_str(&manifest)?;
        Ok(Self {
            files: walk::files(root)?,
            graph: Graph::of_workspace(root)?,
            rules: manifest.workspace.metadata,
        })
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        let index = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()?;
        self.files[index].text.as_deref()
    }

    /// The files that are text, with it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
    }

    /// Whether a file or a folder of this path is part of the tree.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let is_it = |file: &File| {
            let rest = file.path.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        path.is_empty() || self.files.iter().any(is_it)
    }

    /// A small tree for the test of a check.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: Some((*text).to_owned()),
        };
        let mut files: Vec<_> = files.iter().map(file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            files,
            ..Self::default()
        }
    }
}

/// What follows the last dot of a file's name, or nothing.
pub(crate) fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Input and expectation of tests, and what a fuzzer found: not ours to format.
pub(crate) fn is_test_data(path: &str) -> bool {
    let below_tests = path
        .split_once("/tests/")
        .is_some_and(|(_, rest)| rest.contains('/'));
    path.starts_with("fuzz/corpus/") || below_tests && extension(path) != "rs"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_are_found() {
        let tree = Tree::of(&[("doc/a.md", ""), ("doc-b", "x")]);
        let there = ["doc", "doc/", "doc/a.md", "doc-b", ""].map(|path| tree.has(path));
        assert_eq!(there, [true; 5]);
        let missing = ["do", "doc/a", "doc/b.md"].map(|path| tree.has(path));
        assert_eq!(missing, [false; 3]);
        assert_eq!(tree.text("doc-b"), Some("x"));
    }

    #[test]
    fn harnesses_are_code_and_cases_are_data() {
        assert!(is_test_data("crates/a/tests/trees/one/Makefile"));
        assert!(is_test_data("fuzz/corpus/lexer/1.rs"));
        assert!(!is_test_data("crates/a/tests/spec.rs"));
        assert!(!is_test_data("crates/a/tests/spec/shared.rs"));
    }

    #[test]
    fn an_unknown_rule_is_an_error() {
        let unknown = toml::from_str::<Rules>("may-depend-on = {}\nmay-tset-with = {}\npure = []");
        assert!(unknown.is_err());
    }
}
