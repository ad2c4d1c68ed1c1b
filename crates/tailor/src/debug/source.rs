// SPDX-License-Identifier: Apache-2.0
//! From the paths that compilers were given to paths relative to the kernel's tree.
//!
//! A path tells nothing of where the tree was, but some sources are part of every kernel, and
//! what precedes such a source's path is where the tree was. Objects may have been made in
//! another folder, and generated sources are there. Compilers may be told to record other
//! paths than those they were given (`-fdebug-prefix-map`); assemblers of the same kernel
//! record what they were given. So there may be three such folders. A unit below none of them
//! keeps its whole path.

use super::unit::Unit;

/// Compiled into every kernel (`init/Makefile`, `kernel/Makefile`).
const OF_EVERY_KERNEL: [&str; 2] = ["init/main.c", "kernel/fork.c"];

/// Every architecture assembles something here, as the image's first instructions.
const OF_EVERY_ARCHITECTURE: (&str, &str) = ("arch/", "/kernel/");

/// Each unit's source, relative to the tree.
pub(super) fn paths(units: &[Unit]) -> Vec<String> {
    let whole: Vec<String> = units
        .iter()
        .map(|unit| joined(&unit.directory, &unit.name))
        .collect();
    let roots = roots(units, &whole);
    whole.into_iter().map(|path| below(&roots, path)).collect()
}

/// Folders that a tree's sources are below, the longest first, each with a slash or empty.
fn roots(units: &[Unit], whole: &[String]) -> Vec<String> {
    let mut roots = Vec::new();
    let each = || units.iter().zip(whole);
    let of_kernel = each().find_map(|(unit, path)| Some((unit, before_source(path)?)));
    if let Some((unit, tree)) = of_kernel {
        let objects = joined(&unit.directory, "");
        roots.push(tree.to_owned());
        roots.extend((!objects.is_empty()).then(|| format!("{objects}/")));
    }
    let of_architecture = each()
        .filter(|(unit, _)| is_assembly(&unit.name))
        .find_map(|(_, path)| before_architecture(path));
    roots.extend(of_architecture.map(str::to_owned));
    roots.sort_by_key(|root| std::cmp::Reverse(root.len()));
    roots
}

/// What the preprocessor leaves of it has a small letter.
fn is_assembly(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, kind)| kind == "S" || kind == "s")
}

fn before_source(path: &str) -> Option<&str> {
    OF_EVERY_KERNEL
        .iter()
        .filter_map(|source| path.strip_suffix(source))
        .find(|root| is_root(root))
}

fn before_architecture(path: &str) -> Option<&str> {
    let (arch, kernel) = OF_EVERY_ARCHITECTURE;
    let (root, rest) = path.rsplit_once(arch)?;
    let (_, file) = rest.split_once(kernel)?;
    (is_root(root) && !file.contains('/')).then_some(root)
}

fn is_root(path: &str) -> bool {
    path.is_empty() || path.ends_with('/')
}

fn below(roots: &[String], path: String) -> String {
    let rest = roots.iter().find_map(|root| path.strip_prefix(root));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') => rest.to_owned(),
        _ => path,
    }
}

/// A path from a folder, without steps that lead nowhere. What leads out of a folder that
/// isn't known stays.
fn joined(directory: &str, name: &str) -> String {
    let is_whole = name.starts_with('/');
    let directory = if is_whole { "" } else { directory };
    let absolute = is_whole || directory.starts_with('/');
    let mut steps: Vec<&str> = Vec::new();
    for step in directory.split('/').chain(name.split('/')) {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            ".." if absolute => {}
            step => steps.push(step),
        }
    }
    let path = steps.join("/");
    if absolute { format!("/{path}") } else { path }
}
