// SPDX-License-Identifier: Apache-2.0
//! A kernel tree as the analysis sees it: what may be configured, and which files each
//! configuration compiles.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use kbuild::presence::{Presence, Stored};
use kbuild::shell::Assumed;
use kbuild::tree::Tree;
use kbuild::world::Inputs;
use kconfig::{Dialect, Host, Model, SymbolType, text};

use crate::cache::{Cache, Reads, Slot};
use crate::facts::Facts;

mod answers;
pub mod release;
pub mod toolchain;

use answers::Remembering;

/// One tree for one architecture and toolchain.
pub struct Kernel {
    pub tree: PathBuf,
    /// As given to make: `x86`, `arm64`, ...
    pub arch: String,
    /// As `make kernelversion` says it: `6.1.192`.
    pub release: String,
    pub model: Model,
    pub presence: Presence,
    /// Whether the presence was kept from before.
    pub from_cache: bool,
    /// What its sources say.
    pub facts: Facts,
    /// Where what is found out about the tree is kept.
    pub cache: Option<Cache>,
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
    /// ask of the toolchain. What the cache has of an unchanged tree is not read again.
    pub fn load(
        tree: &Path,
        arch: &str,
        host: &dyn Host,
        cache: Option<Cache>,
    ) -> Result<Self, Error> {
        let release = release::of_tree(tree)?;
        let host = Remembering::new(host, tree, cache.as_ref());
        let model = model(tree, &host)?;
        host.keep(tree);
        let (presence, from_cache) = presence(tree, arch, &model, cache.as_ref())?;
        Ok(Self {
            tree: tree.to_owned(),
            arch: arch.to_owned(),
            release,
            model,
            presence,
            from_cache,
            facts: Facts::new(tree, cache.as_ref()),
            cache,
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

/// When files are compiled, and whether that was kept from before.
fn presence(
    tree: &Path,
    arch: &str,
    model: &Model,
    cache: Option<&Cache>,
) -> Result<(Presence, bool), Error> {
    let symbols = model.symbols();
    let types: BTreeMap<String, SymbolType> = symbols
        .filter_map(|(_, symbol)| Some((symbol.name.as_ref()?.to_string(), symbol.kind)))
        .collect();
    let asked = format!("{types:?}");
    let slot =
        cache.map(|cache| cache.slot(tree, "presence", &[arch.as_bytes(), asked.as_bytes()]));
    let found = slot.as_ref().and_then(Slot::find::<Stored>);
    if let Some(presence) = found.and_then(|(stored, _)| stored.restore()) {
        return Ok((presence, true));
    }
    let since = SystemTime::now();
    let makefiles = Tree::new(tree);
    let presence = evaluate(&makefiles, arch, &types.into_iter().collect());
    let presence = presence.map_err(|error| Error(format!("{}/{error}", tree.display())))?;
    let stored = presence.store();
    if let Some(slot) = slot {
        let (files, folders) = makefiles.reads();
        let reads = Reads { files, folders };
        slot.keep(&stored, (&reads, since), None);
    }
    // As it will be the next time, without all that only finding out needed.
    Ok((stored.restore().unwrap_or(presence), false))
}

fn evaluate(
    tree: &Tree,
    arch: &str,
    types: &HashMap<String, SymbolType>,
) -> Result<Presence, kbuild::diagnostic::Error> {
    let inputs = Inputs {
        tree,
        types,
        values: None,
        shell: &Assumed,
    };
    Presence::evaluate(inputs, arch)
}
