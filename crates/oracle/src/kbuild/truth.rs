// SPDX-License-Identifier: Apache-2.0
//! The recorded answer of the kernel's make for one case, asked again when anything changed.
//!
//! A folder per case holds `config`, `files` (as `tailor files` prints it), `modules.order`
//! and `stamp`, which says what the other three were made from.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::case::{Case, Origin};
use super::listing::Listing;
use super::recipe::{self, Recipe};
use crate::failure::{About as _, Result};
use crate::package;
use crate::program;
use crate::tree::{Cache, Tree};

/// The truth of one case; its files exist.
pub(crate) struct Truth {
    pub(crate) folder: PathBuf,
    pub(crate) config: PathBuf,
    pub(crate) files: Listing,
    /// Paths of `.ko` files in link order.
    pub(crate) modules_order: Vec<String>,
}

/// Reads the truth, or asks make when there is none, or one of something else.
pub(crate) fn of(cache: &Cache, tree: &Tree, case: &Case) -> Result<Truth> {
    let folder = cache.folder(format!("kbuild/{}/{}", tree.folder_name(), case.name))?;
    let stamp = stamp(tree, case)?;
    let stamp_file = folder.join("stamp");
    if fs::read_to_string(&stamp_file).ok().as_deref() != Some(&stamp) {
        record(cache, tree, case, &folder)?;
        fs::write(&stamp_file, stamp).about(&stamp_file)?;
    }
    let (files, order) = (folder.join("files"), folder.join("modules.order"));
    Ok(Truth {
        config: folder.join("config"),
        files: Listing::parse(&fs::read_to_string(&files).about(&files)?)?,
        modules_order: lines(&fs::read_to_string(&order).about(&order)?),
        folder,
    })
}

/// Everything that the truth depends on: tree, recipe, case, and the compiler that answers
/// Kconfig's questions.
fn stamp(tree: &Tree, case: &Case) -> Result<String> {
    let compiler = program::answer(program::clean("gcc").arg("--version"))?;
    let compiler = compiler.lines().next().unwrap_or_default();
    let recipe = recipe::identity();
    Ok(format!(
        "linux {}\n{case:?}\n{compiler}\n{recipe}",
        tree.package
    ))
}

fn record(cache: &Cache, tree: &Tree, case: &Case, folder: &Path) -> Result<()> {
    let package = match case.origin {
        Origin::Package => Some(package::image_of(cache, tree)?.config),
        _ => None,
    };
    let output = build_folder(cache, tree, case)?;
    let recipe = Recipe {
        tree,
        case,
        output: output.path(),
    };
    recipe.configure(package.as_deref())?;
    let found = recipe.dry_run()?;
    let config = output.path().join(".config");
    fs::copy(&config, folder.join("config")).about(&config)?;
    write(&folder.join("files"), &found.listing.to_string())?;
    write(&folder.join("modules.order"), &text(&found.modules_order()))
}

/// An empty folder outside the tree that goes away with its value.
fn build_folder(cache: &Cache, tree: &Tree, case: &Case) -> Result<TempDir> {
    let builds = cache.folder("build")?;
    let prefix = format!("{}-{}-", tree.folder_name(), case.name);
    tempfile::Builder::new()
        .prefix(&prefix)
        .tempdir_in(&builds)
        .about(&builds)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).about(path)
}

pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// The inverse of `lines`.
pub(crate) fn text(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
