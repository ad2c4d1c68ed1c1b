// SPDX-License-Identifier: Apache-2.0
//! A crate without the prefix `kaas-` knows only the Linux kernel: it names none with it,
//! not even in its tests.

use super::Finding;
use crate::tree::Tree;

const PREFIX: &str = "kaas-";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let edges = tree.graph.edges.iter();
    let wrong = edges.filter(|edge| !edge.from.starts_with(PREFIX) && edge.to.starts_with(PREFIX));
    wrong
        .map(|edge| {
            let message = format!("`{}` knows only the kernel, not `{}`", edge.from, edge.to);
            Finding::new("Cargo.toml", 0, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::shown;
    use crate::tree::{Edge, Kind};

    #[test]
    fn a_kernel_crate_that_knows_openstack_is_found() {
        let mut tree = Tree::default();
        for (from, to) in [
            ("solver", "kaas-db"),
            ("kaas-db", "solver"),
            ("kaas-a", "kaas-db"),
        ] {
            let (from, to) = (from.to_owned(), to.to_owned());
            tree.graph.edges.insert(Edge {
                kind: Kind::Development,
                from,
                to,
            });
        }
        let expected = ["Cargo.toml: `solver` knows only the kernel, not `kaas-db`"];
        assert_eq!(shown(&check(&tree)), expected);
    }
}
