// SPDX-License-Identifier: Apache-2.0
//! Which compiled sources include a file: for headers, and for `#include "x.c"`.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Place;
use crate::presence::{Object, Presence, Source};
use crate::tree::{Tree, normalize};

/// A chain of includes longer than this is not followed.
const MAXIMUM_STEPS: usize = 8;

/// The objects whose source includes `path`, directly or through files of the
/// directories where the including files lie. Sorted by path.
pub fn includers<'p>(presence: &'p Presence, tree: &Tree, path: &str) -> Vec<&'p Object> {
    let mut sources: BTreeMap<String, Vec<&Object>> = BTreeMap::new();
    for object in &presence.objects {
        if let Source::Tree(source) = &object.source
            && let Some(source) = normalize(source)
        {
            sources.entry(source).or_default().push(object);
        }
    }
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let read = |file: &str| {
        let place = Place {
            file: file.into(),
            line: 0,
        };
        tree.read(file, &place).unwrap_or_default()
    };
    for source in sources.keys() {
        texts.insert(source.clone(), read(source));
    }
    let mut wanted: BTreeSet<String> = BTreeSet::from([path.to_owned()]);
    let mut seen = wanted.clone();
    for _ in 0..MAXIMUM_STEPS {
        for directory in wanted
            .iter()
            .filter_map(|file| Some(file.rsplit_once('/')?.0))
        {
            for name in tree.list(directory) {
                let file = format!("{directory}/{name}");
                if is_source(&name) && !texts.contains_key(&file) {
                    let text = read(&file);
                    texts.insert(file, text);
                }
            }
        }
        let found: BTreeSet<String> = texts
            .iter()
            .filter(|(file, text)| wanted.iter().any(|path| includes(file, text, path)))
            .map(|(file, _)| file.clone())
            .filter(|file| !seen.contains(file))
            .collect();
        let objects: Vec<&Object> = found
            .iter()
            .filter_map(|file| sources.get(file))
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

fn is_source(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, suffix)| matches!(suffix, "c" | "h" | "S"))
}

/// Whether a file's text includes a path: relative to the file, or by its end
/// (directories given by `-I` are not known).
fn includes(file: &str, text: &str, path: &str) -> bool {
    let base = path.rsplit_once('/').map_or(path, |(_, base)| base);
    if !text.contains(base) {
        return false;
    }
    let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
    text.lines().filter(|line| line.contains(base)).any(|line| {
        let Some(rest) = line.trim_start().strip_prefix('#') else {
            return false;
        };
        let Some(rest) = rest.trim_start().strip_prefix("include") else {
            return false;
        };
        let Some(name) = rest.trim_start().strip_prefix(['"', '<']) else {
            return false;
        };
        let name = name.split(['"', '>']).next().unwrap_or_default();
        normalize(&format!("{directory}/{name}")).is_some_and(|full| full == path)
            || path
                .strip_suffix(name)
                .is_some_and(|head| head.ends_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_are_relative_or_known_by_their_end() {
        let text = "#include <linux/fs.h>\n# include \"../b/x.c\"\n";
        assert!(includes("a/y.c", text, "b/x.c"));
        assert!(includes("a/y.c", text, "include/linux/fs.h"));
        assert!(!includes("a/y.c", text, "c/x.c"));
        assert!(!includes("a/y.c", "/* x.c */ \"x.c\"", "a/x.c"));
    }
}
