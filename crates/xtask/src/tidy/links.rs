// SPDX-License-Identifier: Apache-2.0
//! What a document names is there: relative links, and paths of the tree in backticks,
//! from the root or from the document's own folder. A path that starts with no folder
//! of ours is one of the kernel's, and so is one deep below its `tools/`. A name in capitals,
//! as in `crates/NAME`, stands for any name.

use super::Finding;
use crate::tree::{Tree, extension, is_test_data};

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    for (path, text) in documents(tree) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, number) in prose(text) {
            let dead_link = |target: &&str| !link_exists(tree, folder, target);
            let dead_path = |target: &&str| !path_exists(tree, folder, target);
            let links = links(line).filter(dead_link);
            let dead = links.chain(code_spans(line).filter(dead_path));
            findings.extend(
                dead.map(|target| Finding::new(path, number, format!("there is no `{target}`"))),
            );
        }
    }
    findings
}

fn documents(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.texts()
        .filter(|(path, _)| extension(path) == "md" && !is_test_data(path))
}

/// The lines outside fenced blocks, with their numbers.
pub(crate) fn prose(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut fence: Option<&str> = None;
    text.lines().zip(1..).filter(move |(line, _)| {
        let line = line.trim_start();
        let marks = line.len() - line.trim_start_matches(['`', '~']).len();
        match fence {
            Some(open) if line.starts_with(open) => fence = None,
            None if marks >= 3 => fence = Some(&line[..marks]),
            Some(_) => {}
            None => return true,
        }
        false
    })
}

/// The targets of `[text](target)`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("](").filter_map(|(start, mark)| {
        let target = &line[start + mark.len()..];
        Some(&target[..target.find([')', ' '])?])
    })
}

/// What stands between single backticks.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn link_exists(tree: &Tree, folder: &str, target: &str) -> bool {
    let target = target.split('#').next().unwrap_or_default();
    if target.is_empty() || target.contains(':') {
        return true;
    }
    resolve(folder, target).is_some_and(|path| tree.has(&path))
}

fn path_exists(tree: &Tree, folder: &str, target: &str) -> bool {
    let is_path = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    let Some((first, rest)) = target.split_once('/') else {
        return true;
    };
    if !target.chars().all(is_path) || matches!(first, "" | "." | "..") {
        return true;
    }
    if rest.split('/').any(stands_for_any) || first == "tools" && rest.contains('/') {
        return true;
    }
    let starts_here = |folder: &str| resolve(folder, first).is_some_and(|path| tree.has(&path));
    let places: Vec<_> = [folder, ""]
        .into_iter()
        .filter(|folder| starts_here(folder))
        .collect();
    let is_there = |folder: &&str| resolve(folder, target).is_some_and(|path| tree.has(&path));
    places.is_empty() || places.iter().any(is_there)
}

/// `NAME`, `MODE.case`, but not the documents that are written so.
fn stands_for_any(part: &str) -> bool {
    let is_capital = |byte: u8| byte.is_ascii_uppercase();
    part.len() > 2 && part.bytes().take(3).all(is_capital) && !part.starts_with("README")
}

/// The path from the root; nothing when it leads out of the tree.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::findings_in;

    fn found(text: &str) -> Vec<String> {
        let files = [
            ("crates/a/README.md", text),
            ("crates/a/src/b.rs", ""),
            ("tools/setup", ""),
            ("c", ""),
        ];
        findings_in(check, &files)
    }

    #[test]
    fn what_is_there_is_right() {
        let text = "[b](src/b.rs#x) [c](../../c) [w](https://x.org/y) [here](#x)\n\
            `src/b.rs` `crates/a/` `tools/setup` `arch/x86/Kbuild` `tools/lib/bpf/x.c` `crates/NAME/x` `tools/NAME.sh`\n\
            ```\n`src/dead.rs`\n```\n";
        assert_eq!(found(text), [""; 0]);
    }

    #[test]
    fn dead_links_are_found() {
        let expected = ["src/x.rs", "../../../c"]
            .map(|target| format!("crates/a/README.md:2: there is no `{target}`"));
        assert_eq!(found("\n[b](src/x.rs) [c](../../../c)\n"), expected);
    }

    #[test]
    fn dead_paths_are_found() {
        let expected = ["src/x.rs", "crates/x/", "tools/x", "src/README"]
            .map(|target| format!("crates/a/README.md:1: there is no `{target}`"));
        assert_eq!(
            found("`src/x.rs` `crates/x/` and `tools/x` `src/README`\n"),
            expected
        );
    }
}
