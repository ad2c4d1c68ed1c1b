// SPDX-License-Identifier: Apache-2.0
//! The only door to the kernel tree.

use std::collections::BTreeMap;

/// The files of a kernel tree, by paths relative to its root. Several threads ask at once.
pub trait Files: Sync {
    /// A file's bytes, or nothing where there is no such file.
    fn read(&self, path: &str) -> Option<Vec<u8>>;

    /// The names of the files in a directory, in any order; none where there is no such directory.
    fn list(&self, directory: &str) -> Vec<String>;
}

/// A tree held in memory.
impl Files for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.get(path).cloned()
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let inside = |path: &String| {
            let rest = match directory {
                "" => path.as_str(),
                _ => path.strip_prefix(directory)?.strip_prefix('/')?,
            };
            (!rest.contains('/')).then(|| rest.to_owned())
        };
        self.keys().filter_map(inside).collect()
    }
}

/// A relative path without `.`, `..` and double slashes; none above the root.
pub(crate) fn normalize(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The directory of a path.
pub(crate) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}
