// SPDX-License-Identifier: Apache-2.0
//! Where distributions put a kernel's image with its debug information.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Below the folder that is named: that of a build, the root of an unpacked package, and its
/// `usr/lib/debug`. A star at a name's end is any text.
const PLACES: [&str; 5] = [
    "vmlinux",
    "usr/lib/debug/boot/vmlinux-*",
    "usr/lib/debug/lib/modules/*/vmlinux",
    "boot/vmlinux-*",
    "lib/modules/*/vmlinux",
];

/// The one image of a folder. The error tells where it was looked for, or which there are.
pub(super) fn of_folder(folder: &Path) -> Result<PathBuf, String> {
    let mut found: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for file in PLACES.iter().flat_map(|place| matching(folder, place)) {
        // Distributions have links from one place to the other.
        let target = fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
        found.entry(target).or_insert(file);
    }
    let files: Vec<String> = found.values().map(|it| it.display().to_string()).collect();
    let what = match files.len() {
        0 => format!("no kernel image: none of {}", PLACES.join(", ")),
        1 => return found.into_values().next().ok_or_else(String::new),
        _ => format!("several kernels; name one of {}", files.join(", ")),
    };
    Err(format!("{}: {what}", folder.display()))
}

/// The files of a place, by name.
fn matching(folder: &Path, place: &str) -> Vec<PathBuf> {
    let mut paths = vec![folder.to_owned()];
    for step in place.split('/') {
        paths = paths
            .iter()
            .flat_map(|path| step_into(path, step))
            .collect();
    }
    paths.retain(|path| path.is_file());
    paths
}

fn step_into(folder: &Path, step: &str) -> Vec<PathBuf> {
    let Some((start, _)) = step.split_once('*') else {
        return vec![folder.join(step)];
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .filter(|entry| {
            let name = entry.file_name();
            name.as_encoded_bytes().starts_with(start.as_bytes())
        })
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}
