// SPDX-License-Identifier: Apache-2.0
//! Compiles a configuration, by the tree's own make, in a sandbox without network; or finds
//! that the same was compiled before.
//!
//! Same source, configuration and toolchain, same bits: programs see the same paths on every
//! machine, and time, user and host are those of the recipe.

mod recipe;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use kernel_make::Objects;
use serde::{Deserialize, Serialize};

use crate::cache::Room;
use crate::digest;
use crate::engine;
use crate::harvest;
use crate::sandbox::Program;
use crate::source::Tree;
use crate::step::Step;
use crate::trouble::{About as _, Result, Trouble};
use crate::work::Work;

pub(crate) use recipe::Recipe;

/// What was compiled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Compiled {
    /// What `uname -r` says when it runs.
    pub(crate) release: String,
    /// Of all that decides the bits.
    pub(crate) key: String,
    /// Objects that the model says are compiled.
    pub(crate) objects: usize,
    /// Whether the same had been compiled before.
    pub(crate) kept: bool,
    pub(crate) seconds: u64,
    /// The first lines of what the tools say of their version.
    pub(crate) tools: BTreeMap<String, String>,
    pub(crate) recipe: Recipe,
}

/// The files that are kept, in the step's folder; modules lie in [`MODULES`].
pub(crate) const IMAGE: &str = "image";
pub(crate) const SYSTEM_MAP: &str = "System.map";
pub(crate) const CONFIG: &str = "config";
pub(crate) const MODULES: &str = "modules";

pub(crate) fn compile(work: &mut Work<'_>, source: &Tree, at: &Path) -> Result<Compiled> {
    let tailored = work.folder.of(Step::Tailor);
    compile_config(work, source, (&tailored, at))
}

/// Compiles `config` in the folder `from`, and leaves the products in `at`.
pub(crate) fn compile_config(
    work: &mut Work<'_>,
    source: &Tree,
    (from, at): (&Path, &Path),
) -> Result<Compiled> {
    let path = from.join("config");
    let config = fs::read_to_string(&path).about(&path)?;
    let tools = tools(work)?;
    let recipe = Recipe::new(work, source, &config, &tools);
    let mut compiled = Compiled {
        release: format!("{}{}", source.fetched.release, recipe.local_version()),
        key: recipe.key.clone(),
        objects: 0,
        kept: true,
        seconds: 0,
        tools,
        recipe,
    };
    let room = Room::open(&work.settings.cache, "kernels")?;
    if let Some(kept) = room.find(&compiled.key) {
        work.say(&format!(
            "compile: the same was compiled before ({})",
            compiled.key
        ))?;
        harvest::copy_all(&kept, at)?;
        compiled.release = read_release(at)?;
        return Ok(compiled);
    }
    let since = Instant::now();
    let objects = engine::objects(work, source, &path)?;
    (compiled.objects, compiled.kept) = (objects.len(), false);
    work.say(&format!("compile: {} objects", objects.len()))?;
    let begun = room.begin(&compiled.key)?;
    make(work, source, (&compiled.recipe, &config), (objects, &begun))?;
    compiled.release = read_release(&begun)?;
    harvest::copy_all(&begun, at)?;
    room.finish(&compiled.key, &begun)?;
    compiled.seconds = since.elapsed().as_secs();
    Ok(compiled)
}

fn read_release(folder: &Path) -> Result<String> {
    harvest::text(folder, "release", 256)
}

/// Runs make, and keeps its products in `kept`.
fn make(
    work: &mut Work<'_>,
    source: &Tree,
    (recipe, config): (&Recipe, &str),
    (objects, kept): (Vec<String>, &Path),
) -> Result<()> {
    let build = work.room("build")?;
    let dot_config = build.join(".config");
    fs::write(&dot_config, config).about(&dot_config)?;
    work.settings.sandbox.give(&dot_config)?;
    let run = |work: &mut Work<'_>, words: &[&str], what: &str| {
        let program = recipe.make(work, source, &build)?;
        let program = words
            .iter()
            .fold(program, |program, word| program.arg(*word));
        work.run(&program)?.success(what)
    };
    run(work, &["olddefconfig"], "make olddefconfig")?;
    let written = harvest::text(&build, ".config", crate::config::LONGEST)?;
    if let Some(line) = kernel_make::first_change(config, &written) {
        return Err(Trouble::input(format!(
            "the kernel's own tool does not agree with the configuration: {line}"
        )));
    }
    let mut program = recipe.make(work, source, &build)?;
    for goal in kernel_make::goals(work.job.arch.as_str(), config) {
        program = program.arg(goal);
    }
    heard(work, &program, objects)?;
    if kernel_make::is_on(config, "MODULES") {
        let install = ["INSTALL_MOD_PATH=/build/installed", "INSTALL_MOD_STRIP=1"];
        run(
            work,
            &[&install[..], &["modules_install"]].concat(),
            "make modules_install",
        )?;
    }
    let program = recipe
        .make(work, source, &build)?
        .arg("--silent")
        .arg("kernelrelease");
    let (ended, release) = work.ask(&program)?;
    ended.success("make kernelrelease")?;
    keep(work, (&build, kept), release.trim())
}

/// Compiles; each object that make names brings the job forward.
fn heard(work: &mut Work<'_>, program: &Program, objects: Vec<String>) -> Result<()> {
    let mut objects = Objects::new(objects);
    let mut hear = |work: &mut Work<'_>, bytes: &[u8]| {
        let compiled = objects.hear(bytes);
        // A repair compiles too, and nobody knows how often.
        if work.is_at(Step::Compile) {
            work.advance(part(compiled));
        }
    };
    work.run_heard(program, &mut hear)?.success("make")
}

fn part(compiled: kernel_make::Compiled) -> f64 {
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    count(compiled.done) / count(compiled.of.max(1))
}

fn keep(work: &mut Work<'_>, (build, kept): (&Path, &Path), release: &str) -> Result<()> {
    let image = kernel_make::image(work.job.arch.as_str());
    for (from, to) in [
        (image, IMAGE),
        ("System.map", SYSTEM_MAP),
        (".config", CONFIG),
    ] {
        harvest::copy(build, from, &kept.join(to))?;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || ".+-_~".contains(c);
    if release.is_empty() || release.len() > 64 || !release.chars().all(plain) {
        return Err(Trouble::input("make kernelrelease says no release"));
    }
    let path = kept.join("release");
    fs::write(&path, release).about(&path)?;
    let installed = build.join("installed");
    if installed.is_dir() {
        harvest::copy_all(&installed, &kept.join(MODULES))?;
    }
    Ok(())
}

const TOOLS: [&str; 4] = ["gcc", "ld", "as", "make"];

/// What the tools say of their version, in the sandbox.
fn tools(work: &mut Work<'_>) -> Result<BTreeMap<String, String>> {
    let mut versions = BTreeMap::new();
    for tool in TOOLS {
        let program = Program::new(&[tool, "--version"]).for_seconds(60);
        let (ended, answer) = work.ask(&program)?;
        ended.or_infrastructure(tool)?;
        let first = answer.lines().next().unwrap_or_default();
        versions.insert(tool.to_owned(), first.to_owned());
    }
    Ok(versions)
}

/// Of everything that decides the bits.
fn key(parts: &[&str], tools: &BTreeMap<String, String>) -> String {
    let tools = tools
        .iter()
        .map(|(tool, version)| format!("{tool}: {version}"));
    let tools: Vec<String> = tools.collect();
    digest::of_parts(&[parts, &[tools.join("\n").as_str()]].concat())
}
