// SPDX-License-Identifier: Apache-2.0
//! The files of the tree, read from the disk: no git is needed, so that a tree unpacked
//! from an archive can be checked, and a file is checked before it is added.

use std::fs;
use std::io;
use std::path::Path;

use super::File;

pub(crate) fn files(root: &Path) -> io::Result<Vec<File>> {
    let ignored = Ignored::parse(&fs::read_to_string(root.join(".gitignore"))?);
    let mut files = vec![];
    collect(root, "", &ignored, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn collect(folder: &Path, path: &str, ignored: &Ignored, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}/{name}")
        };
        if ignored.matches(&path, &name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, ignored, files)?;
        } else {
            // A file that another process just removed is no part of the tree.
            let Ok(bytes) = fs::read(entry.path()) else {
                continue;
            };
            let text = String::from_utf8(bytes)
                .ok()
                .filter(|text| !text.contains('\0'));
            files.push(File { path, text });
        }
    }
    Ok(())
}

/// The two forms of `.gitignore` lines in use: `/path` from the root, and `name/` anywhere.
struct Ignored {
    paths: Vec<String>,
    names: Vec<String>,
}

impl Ignored {
    fn parse(text: &str) -> Self {
        let lines = || {
            text.lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
        };
        let path = |line: &str| Some(line.strip_prefix('/')?.trim_end_matches('/').to_owned());
        let name = |line: &str| {
            let anywhere = !line.starts_with('/');
            anywhere.then(|| line.trim_end_matches('/').to_owned())
        };
        Self {
            paths: lines().filter_map(path).collect(),
            names: lines()
                .filter_map(name)
                .chain([".git".to_owned()])
                .collect(),
        }
    }

    fn matches(&self, path: &str, name: &str) -> bool {
        self.paths.iter().any(|ignored| ignored == path)
            || self.names.iter().any(|ignored| ignored == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_paths_start_at_the_root_and_names_anywhere() {
        let ignored = Ignored::parse("/target\n# no\n/fuzz/target/\n__pycache__/\n");
        assert!(ignored.matches("target", "target"));
        assert!(ignored.matches("fuzz/target", "target"));
        assert!(ignored.matches("tests/__pycache__", "__pycache__"));
        assert!(ignored.matches(".git", ".git"));
        assert!(!ignored.matches("crates/target", "target"));
    }
}
