// SPDX-License-Identifier: Apache-2.0
//! Puts what was compiled into the forms in which it is handed out, with all that says what it
//! is: where from, how made, why so.

mod archive;
mod deb;
mod metadata;
mod provenance;
mod sbom;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::compile::{self, Compiled};
use crate::digest;
use crate::engine;
use crate::harvest;
use crate::job::Artefact;
use crate::source::{self, Tree};
use crate::step::Step;
use crate::trouble::{About as _, Result, Trouble};
use crate::work::Work;

/// The artefacts, by name and checksum.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Packaged {
    pub(crate) files: Vec<Listed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// What all parts of a package are made from.
struct Parts<'p> {
    compiled: &'p Compiled,
    /// The folder with the products.
    products: &'p Path,
    source: &'p Tree,
    corresponding: String,
    at: &'p Path,
}

pub(crate) const IMAGE: &str = "vmlinuz";

pub(crate) fn package(work: &mut Work<'_>, source: &Tree, at: &Path) -> Result<Packaged> {
    let compiled: Option<Compiled> = work.folder.done(Step::Compile)?;
    let compiled = compiled.ok_or_else(|| Trouble::infrastructure("nothing was compiled"))?;
    let from = [work.folder.of(Step::Compile), work.folder.of(Step::Tailor)];
    package_products(work, source, (&compiled, [&from[0], &from[1]]), at)
}

/// With the products of a compilation, and what is known of its configuration.
pub(crate) fn package_products(
    work: &mut Work<'_>,
    source: &Tree,
    (compiled, [products, tailored]): (&Compiled, [&Path; 2]),
    at: &Path,
) -> Result<Packaged> {
    for (from, to) in [
        (compile::IMAGE, IMAGE),
        (compile::SYSTEM_MAP, "System.map"),
        (compile::CONFIG, "config"),
    ] {
        harvest::copy(products, from, &at.join(to))?;
    }
    for part in engine::PARTS {
        if tailored.join(part).is_file() {
            harvest::copy(tailored, part, &at.join(part))?;
        }
    }
    let parts = Parts {
        compiled,
        products,
        source,
        corresponding: corresponding(work, source, compiled),
        at,
    };
    let path = at.join("SOURCE.md");
    fs::write(&path, &parts.corresponding).about(&path)?;
    forms(work, &parts)?;
    write_json(
        &at.join("metadata.json"),
        &metadata::metadata(work, &parts)?,
    )?;
    let bits = listed(at)?;
    write_json(&at.join("sbom.spdx.json"), &sbom::sbom(work, &parts, &bits))?;
    write_json(
        &at.join("provenance.json"),
        &provenance::provenance(work, &parts, &bits),
    )?;
    let files = listed(at)?;
    work.say(&format!("package: {} files", files.len()))?;
    Ok(Packaged { files })
}

fn forms(work: &Work<'_>, parts: &Parts<'_>) -> Result<()> {
    let has_modules = parts.products.join(compile::MODULES).is_dir();
    for artefact in &work.job.artefacts {
        match artefact {
            Artefact::Deb => deb::write(parts)?,
            Artefact::Modules if has_modules => archive::modules(parts)?,
            Artefact::Modules => {}
        }
    }
    Ok(())
}

/// The GPL's corresponding source: what it was made from, and how anybody makes it again.
fn corresponding(work: &Work<'_>, source: &Tree, compiled: &Compiled) -> String {
    let goals = work.job.arch.as_str();
    let goals = kernel_make::goals(goals, "CONFIG_MODULES=n");
    let (release, local) = (&source.fetched.release, compiled.recipe.local_version());
    let source = source::corresponding(&work.job.source);
    let command = compiled.recipe.command(&goals);
    let tools: Vec<&str> = compiled.tools.values().map(String::as_str).collect();
    format!(
        "# Corresponding source of Linux {release}{local}\n\n{source}\n\
         The file `config` beside this one is its configuration. With the source in /source and \
         `config` as /build/.config, this makes the same bits:\n\n    {command}\n\n\
         made with: {}\n",
        tools.join("; ")
    )
}

/// Writes the checksums of all that is handed out.
pub(crate) fn write_sums(folder: &Path) -> Result<()> {
    let files = listed(folder)?.into_iter();
    let sums = files.map(|it| format!("{}  {}\n", it.sha256, it.name));
    let path = folder.join("SHA256SUMS");
    fs::write(&path, sums.collect::<String>()).about(&path)
}

/// The files of a folder, with their checksums.
fn listed(folder: &Path) -> Result<Vec<Listed>> {
    let files = harvest::files(folder)?.into_iter();
    let list = |name: std::path::PathBuf| {
        Ok(Listed {
            sha256: digest::of_file(&folder.join(&name))?,
            name: name.display().to_string(),
        })
    };
    files.map(list).collect()
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(value).about(path)?;
    text.push(b'\n');
    fs::write(path, text).about(path)
}
