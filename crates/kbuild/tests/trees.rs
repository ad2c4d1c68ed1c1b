// SPDX-License-Identifier: Apache-2.0
//! Each folder of `tests/trees` but `base` is a case: see `tests/trees/README.md`.

mod case;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees");
    let entries = std::fs::read_dir(&root).into_iter().flatten();
    let mut folders: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("symbols").is_file())
        .collect();
    assert!(!folders.is_empty(), "no case in {}", root.display());
    folders.sort();
    let trials = folders
        .into_iter()
        .map(|folder| {
            let name = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let base = root.join("base");
            Trial::test(name, move || case::run(&base, &folder).map_err(Into::into))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
