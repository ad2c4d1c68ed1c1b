// SPDX-License-Identifier: Apache-2.0
//! The tree that a command is about, with what is kept of it.

use std::collections::BTreeMap;

use tailor::cache::Cache;
use tailor::host::{System, path};
use tailor::kernel::{Kernel, toolchain};

use crate::conf::environment::Environment;
use crate::tree::TreeArguments;

/// The tree's model, with the compiler's answers or recorded ones.
pub(crate) fn kernel(tree: &TreeArguments, cross_compile: &str) -> Result<Kernel, String> {
    tree.open().map_err(|failure| failure.to_string())?;
    let variables = toolchain::variables(&tree.tree, &tree.arch, cross_compile);
    let variables = variables.map_err(|error| error.to_string())?;
    let host = System::new(with_recorded(variables))?;
    let kernel =
        Kernel::load(&tree.tree, &tree.arch, &host, cache()).map_err(|it| it.to_string())?;
    host.save_record()?;
    Ok(kernel)
}

/// Where what is found out about trees is kept: `$KAAS_CACHE`, or `~/.cache/kaas`.
pub(crate) fn cache() -> Option<Cache> {
    let environment = Environment::of_process();
    let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    let folder = match set("KAAS_CACHE") {
        Some(folder) => path(folder),
        None => path(set("HOME")?).join(".cache/kaas"),
    };
    let program = std::env::current_exe().ok();
    Some(Cache::new(&folder, program.as_deref()))
}

/// The recording of shell answers is the user's to ask for, by two environment variables.
fn with_recorded(mut variables: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let environment = Environment::of_process();
    for name in ["KAAS_SHELL_ANSWERS", "KAAS_SHELL_RECORD"] {
        if let Some(value) = environment.get(name) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    variables
}
