// SPDX-License-Identifier: Apache-2.0
//! One result: a trace, a profile, monolithic or modular.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::figures::Figures;
use super::{limit, questions};
use crate::failure::{About, Failure, Result};
use crate::kconfig::ctool::{self, CTool};
use crate::program;
use crate::tree::{Cache, Tree};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    Conservative,
    Balanced,
    Minimal,
}

impl Profile {
    pub(super) const ALL: [Self; 3] = [Self::Conservative, Self::Balanced, Self::Minimal];

    fn name(self) -> &'static str {
        match self {
            Self::Conservative => "conservative",
            Self::Balanced => "balanced",
            Self::Minimal => "minimal",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Linking {
    Monolithic,
    Modular,
}

impl Linking {
    pub(super) const ALL: [Self; 2] = [Self::Monolithic, Self::Modular];

    fn name(self) -> &'static str {
        match self {
            Self::Monolithic => "monolithic",
            Self::Modular => "modular",
        }
    }
}

/// What all results are made with.
pub(super) struct Surroundings {
    pub(super) tailor: PathBuf,
    pub(super) tree: Tree,
    tool: CTool,
}

impl Surroundings {
    pub(super) fn new(cache: &Cache, version: &str, tailor: PathBuf) -> Result<Self> {
        let tree = cache.tree(version)?;
        let tool = ctool::build(cache, &tree)?;
        Ok(Self { tailor, tree, tool })
    }
}

pub(super) struct Cell {
    /// A folder with `funcs.txt.xz` and `inv/`.
    pub(super) trace: PathBuf,
    pub(super) profile: Profile,
    pub(super) linking: Linking,
}

impl Cell {
    pub(super) fn name(&self) -> String {
        let trace = self.trace.file_name().unwrap_or_default();
        let trace = trace.to_string_lossy();
        format!("{trace} {} {}", self.profile.name(), self.linking.name())
    }

    /// Makes the result, and asks everything of it.
    pub(super) fn figures(&self, with: &Surroundings, data: &Path) -> Result<Figures> {
        let scratch = tempfile::Builder::new().prefix("kaas-oracle-").tempdir();
        let scratch =
            scratch.map_err(|error| Failure::new(format!("no scratch folder: {error}")))?;
        let run = scratch.path().join("run");
        self.config(with, &run)?;
        let mut figures = Figures::read(&with.tailor, &run, data)?;
        figures.faults.extend(limit::broken(self, &figures));
        figures.faults.extend(became_modules(&run)?);
        figures.faults.extend(unstable(with, &run)?);
        figures
            .faults
            .extend(questions::faults(with, self.profile, &run)?);
        Ok(figures)
    }

    fn config(&self, with: &Surroundings, run: &Path) -> Result<()> {
        let inventory = self.trace.join("inv");
        let mut command = program::clean(&with.tailor);
        command.args(["config", "--arch", "x86", "--profile", self.profile.name()]);
        command.args(["--modules", self.linking.name()]);
        command.arg("--tree").arg(&with.tree.path);
        command.arg("--baseline").arg(inventory.join("config.xz"));
        command.arg("--trace").arg(self.trace.join("funcs.txt.xz"));
        command.arg("--inventory").arg(&inventory);
        command.arg("--run").arg(run);
        command.env("KAAS_SHELL_RECORD", run.with_extension("answers"));
        program::run(&mut command).map(drop)
    }
}

/// What was built in may be needed before any module can be loaded, such as the loader of
/// scripts when `/init` of an initramfs is one.
fn became_modules(run: &Path) -> Result<Vec<String>> {
    let read = |name: &str| {
        let path = run.join(name);
        fs::read_to_string(&path).about(&path)
    };
    let (before, after) = (read("baseline.config")?, read("config")?);
    let modules = after.lines().filter_map(|line| line.strip_suffix("=m"));
    let were_built_in = modules.filter(|symbol| {
        let line = format!("{symbol}=y");
        before.lines().any(|other| other == line)
    });
    Ok(were_built_in
        .map(|symbol| format!("{symbol} was built in and is a module"))
        .collect())
}

/// What the kernel's own `conf --olddefconfig` changes.
fn unstable(with: &Surroundings, run: &Path) -> Result<Option<String>> {
    let given = run.join("config");
    let config = fs::read_to_string(&given).about(&given)?;
    let copy = run.join("olddefconfig");
    fs::write(&copy, &config).about(&copy)?;
    let mut conf = program::clean(&with.tool.replay);
    conf.args(["--olddefconfig", "Kconfig"]);
    conf.current_dir(&with.tree.path);
    surround(&mut conf, with, &config);
    conf.env("KCONFIG_CONFIG", &copy);
    conf.env("KAAS_SHELL_ANSWERS", run.with_extension("answers"));
    program::run(&mut conf)?;
    let after = fs::read_to_string(&copy).about(&copy)?;
    let changed = config.lines().zip(after.lines()).find(|(a, b)| a != b);
    Ok((config != after).then(|| match changed {
        Some((ours, theirs)) => format!("olddefconfig changes `{ours}` to `{theirs}`"),
        None => "olddefconfig adds or removes lines at the end".to_owned(),
    }))
}

/// The environment in which make would call it, as far as Kconfig files ask for it.
fn surround(conf: &mut Command, with: &Surroundings, config: &str) {
    let text = |symbol: &str| {
        let line = config.lines().find_map(|line| line.strip_prefix(symbol));
        line.map(|value| value.trim_matches('"').to_owned())
    };
    let head = config
        .lines()
        .find_map(|line| line.strip_prefix("# Linux/x86 "));
    let release = head.and_then(|rest| rest.split(' ').next());
    conf.env("srctree", &with.tree.path);
    for (name, value) in [
        ("ARCH", "x86"),
        ("SRCARCH", "x86"),
        ("CC", "gcc"),
        ("LD", "ld"),
        ("NM", "nm"),
        ("AR", "ar"),
        ("OBJCOPY", "objcopy"),
        ("PAHOLE", "pahole"),
        ("RUSTC", "rustc"),
        ("BINDGEN", "bindgen"),
        ("PYTHON3", "python3"),
        ("HOSTCC", "gcc"),
        ("HOSTCXX", "g++"),
        ("KERNELVERSION", release.unwrap_or_default()),
    ] {
        conf.env(name, value);
    }
    conf.env(
        "CC_VERSION_TEXT",
        text("CONFIG_CC_VERSION_TEXT=").unwrap_or_default(),
    );
    conf.env("RUSTC_VERSION_TEXT", "");
}
