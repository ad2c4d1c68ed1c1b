// SPDX-License-Identifier: Apache-2.0
//! A kernel tree as the analysis sees it: what may be configured, and which files each
//! configuration compiles.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use kbuild::presence::Presence;
use kbuild::shell::Assumed;
use kbuild::tree::Tree;
use kbuild::world::Inputs;
use kconfig::{Dialect, Host, Model, SymbolType, text};

mod release;
pub mod toolchain;

/// One tree for one architecture and toolchain.
pub struct Kernel {
    pub tree: PathBuf,
    /// As given to make: `x86`, `arm64`, ...
    pub arch: String,
    /// As `make kernelversion` says it: `6.1.192`.
    pub release: String,
    pub model: Model,
    pub presence: Presence,
}

/// Why a tree can't be analysed: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(pub String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl Kernel {
    /// Reads the Kconfig files and Makefiles of `tree`; `host` answers what Kconfig files
    /// ask of the toolchain.
    pub fn load(tree: &Path, arch: &str, host: &dyn Host) -> Result<Self, Error> {
        let release = release::of_tree(tree)?;
        let model = model(tree, host)?;
        let presence = presence(tree, arch, &model)?;
        Ok(Self {
            tree: tree.to_owned(),
            arch: arch.to_owned(),
            release,
            model,
            presence,
        })
    }
}

fn model(tree: &Path, host: &dyn Host) -> Result<Model, Error> {
    let dialect = Dialect::detect(|name| {
        let bytes = std::fs::read(tree.join("scripts/kconfig").join(name)).ok()?;
        Some(text::decode(&bytes))
    });
    let loaded = kconfig::load(host, &dialect, "Kconfig");
    match loaded.diagnostics.iter().find(|found| found.is_error()) {
        Some(error) => Err(Error(format!("{}: {error}", tree.display()))),
        None => Ok(loaded.model),
    }
}

fn presence(tree: &Path, arch: &str, model: &Model) -> Result<Presence, Error> {
    let symbols = model.symbols();
    let types: HashMap<String, SymbolType> = symbols
        .filter_map(|(_, symbol)| Some((symbol.name.as_ref()?.to_string(), symbol.kind)))
        .collect();
    let makefiles = Tree::new(tree);
    let inputs = Inputs {
        tree: &makefiles,
        types: &types,
        values: None,
        shell: &Assumed,
    };
    let failed = |error| Error(format!("{}/{error}", tree.display()));
    Presence::evaluate(inputs, arch).map_err(failed)
}
