// SPDX-License-Identifier: Apache-2.0
//! Which compiled sources include a file: for headers, and for `#include "x.c"`.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::diagnostic::Place;
use crate::presence::{Object, Presence, Source};
use crate::text::{Text, Texts};
use crate::tree::{Tree, normal};

/// A chain of includes longer than this is not followed.
const MAXIMUM_STEPS: usize = 8;

/// What the sources of a tree include. Each file is read once, when it is first of interest,
/// and only the names in its `#include` lines are kept.
pub struct Includes<'p> {
    tree: &'p Tree,
    /// The objects by their source.
    objects: BTreeMap<String, Vec<&'p Object>>,
    names: Texts,
    /// By file, relative to the tree.
    included: BTreeMap<String, Vec<Text>>,
}

impl<'p> Includes<'p> {
    pub fn new(presence: &'p Presence, tree: &'p Tree) -> Self {
        let mut objects: BTreeMap<String, Vec<&Object>> = BTreeMap::new();
        for object in &presence.objects {
            if let Source::Tree(source) = &object.source
                && let Some(source) = normal(source)
            {
                objects.entry(source.into_owned()).or_default().push(object);
            }
        }
        Self {
            tree,
            objects,
            names: Texts::default(),
            included: BTreeMap::new(),
        }
    }

    /// The objects whose source includes `path`, directly or through files of the
    /// directories where the including files lie. Sorted by path.
    pub fn includers(&mut self, path: &str) -> Vec<&'p Object> {
        let sources: Vec<String> = self.objects.keys().cloned().collect();
        let mut files: BTreeSet<String> = sources.into_iter().collect();
        let mut wanted: BTreeSet<String> = BTreeSet::from([path.to_owned()]);
        let mut seen = wanted.clone();
        for _ in 0..MAXIMUM_STEPS {
            files.extend(self.beside(&wanted));
            for file in &files {
                self.read(file);
            }
            let mut found = self.including(&files, &wanted);
            found.retain(|file| !seen.contains(file));
            let objects: Vec<&Object> = found
                .iter()
                .filter_map(|file| self.objects.get(file))
                .flatten()
                .copied()
                .collect();
            if !objects.is_empty() || found.is_empty() {
                return objects;
            }
            seen.extend(found.iter().cloned());
            wanted = found;
        }
        Vec::new()
    }

    /// The sources in the directories of some files.
    fn beside(&self, files: &BTreeSet<String>) -> Vec<String> {
        let directories = files
            .iter()
            .filter_map(|file| Some(file.rsplit_once('/')?.0));
        let directories: BTreeSet<&str> = directories.collect();
        let mut found = Vec::new();
        for directory in directories {
            let names = self.tree.list(directory).into_iter();
            let sources = names.filter(|name| is_source(name));
            found.extend(sources.map(|name| format!("{directory}/{name}")));
        }
        found
    }

    fn read(&mut self, file: &str) {
        if self.included.contains_key(file) {
            return;
        }
        let place = Place {
            file: file.into(),
            line: 0,
        };
        let text = self.tree.read(file, &place).unwrap_or_default();
        let names = included(&text)
            .map(|name| self.names.intern(name))
            .collect();
        self.included.insert(file.to_owned(), names);
    }

    /// The files that include any of the wanted.
    fn including(&self, files: &BTreeSet<String>, wanted: &BTreeSet<String>) -> BTreeSet<String> {
        let bases: FxHashSet<&str> = wanted.iter().map(|path| base(path)).collect();
        let includes = |file: &&String| {
            let names = self.included.get(*file).into_iter().flatten();
            let mut names = names.map(|name| self.names.str(*name));
            names.any(|name| {
                bases.contains(base(name)) && wanted.iter().any(|path| is_include(file, name, path))
            })
        };
        files.iter().filter(includes).cloned().collect()
    }
}

fn is_source(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, suffix)| matches!(suffix, "c" | "h" | "S"))
}

fn base(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, base)| base)
}

/// The names in a text's `#include` lines.
fn included(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| line.contains("include"));
    lines.filter_map(|line| {
        let rest = line.trim_start().strip_prefix('#')?;
        let rest = rest.trim_start().strip_prefix("include")?;
        let name = rest.trim_start().strip_prefix(['"', '<'])?;
        name.split(['"', '>']).next()
    })
}

/// Whether a name in a file means a path: relative to the file, or by its end
/// (directories given by `-I` are not known).
fn is_include(file: &str, name: &str, path: &str) -> bool {
    let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
    normal(&format!("{directory}/{name}")).is_some_and(|full| full == path)
        || path
            .strip_suffix(name)
            .is_some_and(|head| head.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_are_relative_or_known_by_their_end() {
        let text = "#include <linux/fs.h>\n# include \"../b/x.c\"\n/* y.c */ \"y.c\"\n";
        let names: Vec<&str> = included(text).collect();
        assert_eq!(names, ["linux/fs.h", "../b/x.c"]);
        assert!(is_include("a/y.c", "../b/x.c", "b/x.c"));
        assert!(is_include("a/y.c", "linux/fs.h", "include/linux/fs.h"));
        assert!(!is_include("a/y.c", "../b/x.c", "c/x.c"));
        assert!(!is_include("a/y.c", "fs.h", "include/linux/vfs.h"));
    }
}
