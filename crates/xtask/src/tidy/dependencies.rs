// SPDX-License-Identifier: Apache-2.0
//! The crates depend on each other as the tables in the root manifest say: an edge that
//! is not listed is wrong, and so is a listed one that nobody uses any more.

use super::Finding;
use crate::tree::{Dependencies, Edge, Graph, Kind, Tree};

const MANIFEST: &str = "Cargo.toml";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Tree { graph, rules, .. } = tree;
    let mut messages = missing(graph, &rules.may_depend_on);
    messages.extend(compare(
        graph,
        Kind::Product,
        "may-depend-on",
        &rules.may_depend_on,
    ));
    messages.extend(compare(
        graph,
        Kind::Development,
        "may-test-with",
        &rules.may_test_with,
    ));
    messages
        .into_iter()
        .map(|message| Finding::new(MANIFEST, 0, message))
        .collect()
}

/// Every crate has a line, even an empty one: the table is the list of the crates.
fn missing(graph: &Graph, table: &Dependencies) -> Vec<String> {
    let unknown = graph
        .crates
        .iter()
        .filter(|name| !table.contains_key(*name));
    unknown
        .map(|name| format!("`{name}` is missing in may-depend-on"))
        .collect()
}

fn compare(graph: &Graph, kind: Kind, name: &str, table: &Dependencies) -> Vec<String> {
    let mut messages = vec![];
    for Edge { from, to, .. } in graph.edges.iter().filter(|edge| edge.kind == kind) {
        if !table.get(from).is_some_and(|allowed| allowed.contains(to)) {
            messages.push(format!("{name} does not allow `{from}` to use `{to}`"));
        }
    }
    for (from, allowed) in table {
        for to in allowed {
            let edge = Edge {
                kind,
                from: from.clone(),
                to: to.clone(),
            };
            if !graph.edges.contains(&edge) {
                messages.push(format!("`{from}` does not use `{to}`: drop it from {name}"));
            }
        }
        if !graph.crates.contains(from) {
            messages.push(format!("{name} names `{from}`, which is no crate here"));
        }
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::shown;

    fn tree(edges: &[(Kind, &str, &str)], depend: &str, test: &str) -> Tree {
        let mut tree = Tree::default();
        tree.graph.crates = ["a", "b"].map(str::to_owned).into();
        let edge = |&(kind, from, to): &(Kind, &str, &str)| Edge {
            kind,
            from: from.to_owned(),
            to: to.to_owned(),
        };
        tree.graph.edges = edges.iter().map(edge).collect();
        tree.rules.may_depend_on = toml::from_str(depend).expect("is a table");
        tree.rules.may_test_with = toml::from_str(test).expect("is a table");
        tree
    }

    #[test]
    fn what_is_listed_and_used_is_right() {
        let edges = [(Kind::Product, "b", "a"), (Kind::Development, "a", "b")];
        assert_eq!(check(&tree(&edges, "a = []\nb = ['a']", "a = ['b']")), []);
    }

    #[test]
    fn an_edge_that_is_not_listed_is_found() {
        let edges = [(Kind::Product, "b", "a"), (Kind::Development, "a", "b")];
        let found = check(&tree(&edges, "a = []\nb = []", ""));
        assert_eq!(
            shown(&found),
            [
                "Cargo.toml: may-depend-on does not allow `b` to use `a`",
                "Cargo.toml: may-test-with does not allow `a` to use `b`",
            ]
        );
    }

    #[test]
    fn a_listed_edge_that_nobody_uses_is_found() {
        let found = check(&tree(&[], "a = []\nb = ['a']", "a = ['b']"));
        assert_eq!(
            shown(&found),
            [
                "Cargo.toml: `b` does not use `a`: drop it from may-depend-on",
                "Cargo.toml: `a` does not use `b`: drop it from may-test-with",
            ]
        );
    }

    #[test]
    fn table_and_workspace_name_the_same_crates() {
        let found = check(&tree(&[], "a = []\nc = []", ""));
        assert_eq!(
            shown(&found),
            [
                "Cargo.toml: `b` is missing in may-depend-on",
                "Cargo.toml: may-depend-on names `c`, which is no crate here",
            ]
        );
    }
}
