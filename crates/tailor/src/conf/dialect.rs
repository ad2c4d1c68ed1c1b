// SPDX-License-Identifier: Apache-2.0
//! Which dialect of Kconfig a run speaks: that of the kernel tree it is called for.

use std::fs;
use std::path::Path;

use kconfig::{DIALECT_FILES, Dialect, text};

use tailor::host::path;

/// The dialect of the tree around `$srctree`, or around the working directory, or else
/// of the tree whose `scripts/kconfig/conf` the program was called as.
pub(crate) fn of_tree(program: &str, source_tree: Option<&str>) -> Dialect {
    let start = path(source_tree.filter(|tree| !tree.is_empty()).unwrap_or("."));
    let start = fs::canonicalize(start).unwrap_or_default();
    let around = start
        .ancestors()
        .map(|folder| folder.join("scripts/kconfig"));
    let own = path(program).parent().map(Path::to_owned);
    let sources = around
        .chain(own)
        .find(|folder| holds_sources(folder.as_path()));
    Dialect::detect(|name| {
        let bytes = fs::read(sources.as_ref()?.join(name)).ok()?;
        Some(text::decode(&bytes))
    })
}

fn holds_sources(folder: &Path) -> bool {
    DIALECT_FILES.iter().any(|name| folder.join(name).is_file())
}
