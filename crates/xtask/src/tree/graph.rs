// SPDX-License-Identifier: Apache-2.0
//! Which crate of the workspace names which, as cargo sees it.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) crates: BTreeSet<String>,
    pub(crate) edges: BTreeSet<Edge>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) kind: Kind,
    pub(crate) from: String,
    pub(crate) to: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Part of what is shipped, or run to build it.
    Product,
    /// Only of its tests, examples and benchmarks.
    Development,
}

impl Graph {
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo alone knows all forms of a dependency"
    )]
    pub(crate) fn of_workspace(root: &Path) -> Result<Self, Box<dyn Error>> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["metadata", "--no-deps", "--format-version", "1"];
        let output = Command::new(cargo)
            .current_dir(root)
            .args(arguments)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(Self::from_metadata(&output.stdout)?)
    }

    fn from_metadata(json: &[u8]) -> Result<Self, serde_json::Error> {
        let Metadata { packages } = serde_json::from_slice(json)?;
        let crates: BTreeSet<_> = packages
            .iter()
            .map(|package| package.name.clone())
            .collect();
        let mut edges = BTreeSet::new();
        for Package {
            name: from,
            dependencies,
        } in packages
        {
            for Dependency { name: to, kind } in dependencies {
                let development = kind.as_deref() == Some("dev");
                let kind = if development {
                    Kind::Development
                } else {
                    Kind::Product
                };
                if crates.contains(&to) {
                    edges.insert(Edge {
                        kind,
                        from: from.clone(),
                        to,
                    });
                }
            }
        }
        Ok(Self { crates, edges })
    }
}

/// The part of `cargo metadata` that matters.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_those_within_the_workspace() {
        let json = r#"{"packages": [
            {"name": "a", "dependencies": []},
            {"name": "b", "dependencies": [
                {"name": "a", "kind": null},
                {"name": "a", "kind": "dev"},
                {"name": "serde", "kind": null}
            ]},
            {"name": "c", "dependencies": [{"name": "a", "kind": "build"}]}
        ]}"#;
        let graph = Graph::from_metadata(json.as_bytes()).expect("is metadata");
        let edges: Vec<_> = graph
            .edges
            .iter()
            .map(|edge| (edge.from.as_str(), edge.to.as_str(), edge.kind))
            .collect();
        let expected = [
            ("b", "a", Kind::Product),
            ("c", "a", Kind::Product),
            ("b", "a", Kind::Development),
        ];
        assert_eq!(edges, expected);
        assert_eq!(graph.crates.len(), 3);
    }
}
