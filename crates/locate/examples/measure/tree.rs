// SPDX-License-Identifier: Apache-2.0
//! The kernel tree, and what Kbuild compiles of it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use kbuild::presence::{Object, Presence, Source};
use kbuild::shell::Assumed;
use kbuild::tree::{Tree, normalize};
use kbuild::world::Inputs;
use kconfig::SymbolType;
use locate::{Files, Unit};

use super::{Failure, Input};

pub(crate) struct Folder(pub(crate) PathBuf);

impl Files for Folder {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(path)).ok()
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.join(directory));
        let names = entries.into_iter().flatten().flatten();
        names
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect()
    }
}

/// The units of the image, and of the modules that were there.
pub(crate) fn units(tree: &Path, arch: &str, input: &Input) -> Result<Vec<Unit>, Failure> {
    let tree = Tree::new(tree);
    let types: HashMap<String, SymbolType> = HashMap::new();
    let inputs = Inputs {
        tree: &tree,
        types: &types,
        values: Some(&input.config),
        shell: &Assumed,
    };
    let presence = Presence::evaluate(inputs, arch)?;
    let loaded = input.symbols.modules.keys().map(String::as_str);
    let traced = input
        .functions
        .iter()
        .filter_map(|known| known.module.as_deref());
    let modules: BTreeSet<&str> = loaded.chain(traced).collect();
    let units = presence.objects.iter().filter_map(unit);
    let is_there = |name: &String| modules.contains(name.as_str());
    Ok(units
        .filter(|unit| unit.modules.is_empty() || unit.modules.iter().any(is_there))
        .collect())
}

fn unit(object: &Object) -> Option<Unit> {
    let (Source::Tree(source) | Source::Generated(source)) = &object.source;
    let is_module = object.m.is_true();
    let modules = object.modules.iter().filter(|_| is_module).map(|path| {
        let base = path.rsplit('/').next().unwrap_or_default();
        base.trim_end_matches(".ko").replace('-', "_")
    });
    (is_module || object.y.is_true()).then(|| Unit {
        source: normalize(source).unwrap_or_default(),
        object: object.path.clone(),
        modules: modules.collect(),
    })
}
