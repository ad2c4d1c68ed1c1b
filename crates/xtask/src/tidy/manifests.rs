// SPDX-License-Identifier: Apache-2.0
//! A crate's manifest says what is its own; lints, versions and the rest of what all
//! crates share stand in the root manifest once.

use toml::{Table, Value};

use super::Finding;
use crate::tree::Tree;

const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let is_member = |path: &str| {
        let parts: Vec<_> = path.split('/').collect();
        matches!(parts[..], ["crates", _, "Cargo.toml"])
            || matches!(parts[..], [process, "Cargo.toml"] if process.starts_with("kaas-"))
    };
    let members = tree.texts().filter(|(path, _)| is_member(path));
    members
        .flat_map(|(path, text)| {
            messages(text)
                .into_iter()
                .map(move |message| Finding::new(path, 0, message))
        })
        .collect()
}

fn messages(text: &str) -> Vec<String> {
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![error.to_string()],
    };
    let mut messages = vec![];
    if !inherits(manifest.get("lints")) {
        messages.push("needs `[lints] workspace = true`".to_owned());
    }
    for field in INHERITED {
        if !inherits(
            manifest
                .get("package")
                .and_then(|package| package.get(field)),
        ) {
            messages.push(format!("needs `{field}.workspace = true`"));
        }
    }
    for (name, dependency) in DEPENDENCIES
        .iter()
        .flat_map(|kind| entries(&manifest, kind))
    {
        if !inherits(Some(dependency)) {
            messages.push(format!(
                "`{name}` belongs into [workspace.dependencies] of the root"
            ));
        }
    }
    messages
}

fn entries<'a>(manifest: &'a Table, kind: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    manifest
        .get(kind)
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
}

fn inherits(value: Option<&Value>) -> bool {
    value
        .and_then(|value| value.get("workspace"))
        .and_then(Value::as_bool)
        == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::findings_in;

    const GOOD: &str = "
        [package]
        name = 'a'
        version.workspace = true
        edition.workspace = true
        rust-version.workspace = true
        license.workspace = true
        publish.workspace = true
        [lints]
        workspace = true
        [dependencies]
        b = { workspace = true, features = ['c'] }
    ";

    #[test]
    fn a_manifest_that_inherits_is_right() {
        let files = [
            ("crates/a/Cargo.toml", GOOD),
            ("Cargo.toml", ""),
            ("fuzz/Cargo.toml", ""),
        ];
        assert_eq!(findings_in(check, &files), [""; 0]);
    }

    #[test]
    fn what_is_not_inherited_is_found() {
        let bad = GOOD
            .replace("[lints]", "[other]")
            .replace("edition.workspace = true", "edition = '2021'")
            .replace("b = {", "d = '1.0'\nb = {");
        let expected = [
            "crates/a/Cargo.toml: needs `[lints] workspace = true`",
            "crates/a/Cargo.toml: needs `edition.workspace = true`",
            "crates/a/Cargo.toml: `d` belongs into [workspace.dependencies] of the root",
        ];
        assert_eq!(
            findings_in(check, &[("crates/a/Cargo.toml", &bad)]),
            expected
        );
    }

    #[test]
    fn a_process_is_a_member_too() {
        assert_eq!(
            findings_in(check, &[("kaas-api/Cargo.toml", "")]).len(),
            1 + INHERITED.len()
        );
    }
}
