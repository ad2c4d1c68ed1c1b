// SPDX-License-Identifier: Apache-2.0
//! Nothing in the tree belongs to one machine: no folder of its user, no mirror of a
//! package registry.

use super::Finding;
use crate::tree::Tree;

/// Folders that exist on somebody's machine only. Spelt in parts, so that this file
/// does not find itself.
const FOLDERS: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
];

const HOSTS: [&str; 5] = [
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("files.", "pythonhosted.org"),
    concat!("pypi.", "org/simple"),
    concat!("registry.", "npmjs.org"),
];

/// What cargo writes into its lock file where no mirror is configured.
const OFFICIAL: &str = concat!("registry+https://github.com/rust-lang/", "crates.io-index");

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    for (path, text) in tree.texts() {
        for (line, number) in text.lines().zip(1..) {
            let message = match path {
                "Cargo.lock" | "fuzz/Cargo.lock" => foreign_source(line),
                ".cargo/config.toml" => foreign_registry(line),
                _ => None,
            };
            let message = message.or_else(|| folder(line)).or_else(|| host(line));
            findings.extend(message.map(|message| Finding::new(path, number, message)));
        }
    }
    findings
}

fn folder(line: &str) -> Option<String> {
    // What follows another folder, as in `net/…/a.c`, is no absolute path.
    let is_absolute = |start: usize| {
        let before = line[..start].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || "._-*})".contains(before))
    };
    let named = |folder: &&&str| {
        line.match_indices(**folder)
            .any(|(start, _)| is_absolute(start))
    };
    let folder = FOLDERS.iter().find(named)?;
    Some(format!("`{folder}` is a folder of one machine"))
}

fn host(line: &str) -> Option<String> {
    let host = HOSTS.iter().find(|host| line.contains(**host))?;
    Some(format!(
        "`{host}` belongs into the configuration of a machine"
    ))
}

fn foreign_source(line: &str) -> Option<String> {
    let source = line.strip_prefix("source = ")?.trim_matches('"');
    (source != OFFICIAL).then(|| format!("`{source}` is not where everybody gets crates from"))
}

fn foreign_registry(line: &str) -> Option<String> {
    let table = ["[source", "[registries", "[registry", "[net"];
    let found = table.iter().any(|table| line.starts_with(table));
    found.then(|| format!("`{line}` belongs into the configuration of a machine"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::findings_in;

    #[test]
    fn folders_of_one_machine_are_found() {
        let [first, second, third] = FOLDERS;
        let text = format!("a net{first}b.c\nsee {second}c\n\"{third}d\"\n~{second}");
        let expected = [(2, second), (3, third), (4, second)]
            .map(|(line, folder)| format!("a:{line}: `{folder}` is a folder of one machine"));
        assert_eq!(findings_in(check, &[("a", &text)]), expected);
    }

    #[test]
    fn mirrors_are_found() {
        let lock = format!("source = \"{OFFICIAL}\"\nsource = \"registry+http://x/\"\n");
        let host = format!("x\nget https://{}/y\n", HOSTS[0]);
        let files = [
            ("Cargo.lock", &*lock),
            (".cargo/config.toml", "[source.x]\n"),
            ("a.md", &host),
        ];
        let expected = [
            ".cargo/config.toml:1: `[source.x]` belongs into the configuration of a machine",
            "Cargo.lock:2: `registry+http://x/` is not where everybody gets crates from",
        ];
        let found = findings_in(check, &files);
        assert_eq!(found[..2], expected);
        assert!(found[2].starts_with("a.md:2: "), "{found:?}");
    }
}
