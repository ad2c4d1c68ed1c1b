// SPDX-License-Identifier: Apache-2.0
//! Recorded surroundings of one kernel and architecture: `data/answers/VERSION-ARCH.env`
//! (the environment that make gives to `conf`) and `.txt` (what the shell answered).
//! Both were recorded with `srctree=.`, so neither holds a path of a machine.

use std::fs;
use std::path::{Path, PathBuf};

use super::ctool::CTool;
use super::kernel::{self, Arch, Kernel};
use super::sandbox::Sandbox;
use crate::failure::{About, Failure, Result};
use crate::program;

/// Variables in the order of the file.
pub(crate) type Environment = Vec<(String, String)>;

/// What both sides of a comparison are told of the world.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) environment: Environment,
    pub(crate) answers: PathBuf,
}

impl Recording {
    pub(crate) fn of(kernel: &Kernel) -> Result<Self> {
        let [environment, answers] = files(kernel);
        let text = fs::read_to_string(&environment).map_err(|error| {
            let path = environment.display();
            Failure::new(format!("{path}: {error}: see `oracle kconfig-record`"))
        })?;
        let mut environment: Environment = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let release = kernel::release(&kernel.tree)?;
        let named = environment
            .iter_mut()
            .find(|(name, _)| name == "KERNELVERSION");
        if let Some((_, value)) = named {
            value.clone_from(&release);
        }
        Ok(Self {
            environment,
            answers,
        })
    }
}

/// Asks the compilers of this machine and writes both files.
pub(crate) fn record(kernel: &Kernel, tool: &CTool) -> Result<()> {
    let [environment_file, answers] = files(kernel);
    let environment = environment(kernel)?;
    let sandbox = Sandbox::in_tree(&kernel.tree, &tool.replay)?;
    let mut conf = program::clean("../bin/conf");
    conf.args(["-s", "--allnoconfig", "Kconfig"])
        .current_dir(sandbox.work())
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env("KAAS_SHELL_RECORD", &answers);
    program::run(&mut conf)?;
    let lines = environment
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"));
    fs::write(&environment_file, lines.collect::<String>()).about(&environment_file)
}

fn files(kernel: &Kernel) -> [PathBuf; 2] {
    let stem = format!("{}-{}", kernel.version, kernel.arch.name);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/answers");
    ["env", "txt"].map(|extension| folder.join(format!("{stem}.{extension}")))
}

/// What the top Makefile exports and a Kconfig file or one of its scripts reads.
fn environment(kernel: &Kernel) -> Result<Environment> {
    let Arch {
        name,
        cross_compile,
        ..
    } = kernel.arch;
    let cross = |tool: &str| format!("{cross_compile}{tool}");
    let cc = cross("gcc");
    let fixed = [
        ("ARCH", name.to_owned()),
        ("SRCARCH", name.to_owned()),
        ("KERNELVERSION", kernel::release(&kernel.tree)?),
        ("srctree", ".".to_owned()),
        ("CROSS_COMPILE", cross_compile.to_owned()),
        ("CONFIG_SHELL", "sh".to_owned()),
        ("LC_COLLATE", "C".to_owned()),
        ("LC_NUMERIC", "C".to_owned()),
        ("CC_VERSION_TEXT", version_text(&cc)),
        ("RUSTC_VERSION_TEXT", version_text("rustc")),
        ("CC", cc),
        ("KCONFIG_DEFCONFIG_LIST", kernel.defconfig()),
    ];
    let host = [
        ("HOSTCC", "gcc"),
        ("HOSTCXX", "g++"),
        ("RUSTC", "rustc"),
        ("BINDGEN", "bindgen"),
        ("PAHOLE", "pahole"),
        ("PYTHON3", "python3"),
        ("PERL", "perl"),
        ("AWK", "awk"),
    ];
    let binutils = ["ld", "ar", "nm", "objcopy", "objdump", "readelf", "strip"];
    let binutils = binutils.map(|tool| (tool.to_uppercase(), cross(tool)));
    let own = |(name, value): (&str, String)| (name.to_owned(), value);
    let host = host.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(fixed
        .map(own)
        .into_iter()
        .chain(host)
        .chain(binutils)
        .collect())
}

/// The first line of `COMPILER --version`, as the top Makefile takes it.
fn version_text(compiler: &str) -> String {
    let answer = program::answer(program::clean(compiler).arg("--version")).unwrap_or_default();
    answer.lines().next().unwrap_or_default().to_owned()
}

/// The answers as they are asked for with another `srctree`: in a recorded command, every
/// `./` is the tree.
pub(crate) fn with_srctree(answers: &Path, srctree: &str) -> Result<String> {
    let text = fs::read_to_string(answers).about(answers)?;
    let moved = |line: &str| match line.strip_prefix("$ ") {
        Some(command) => format!("$ {}\n", command.replace("./", &format!("{srctree}/"))),
        None => format!("{line}\n"),
    };
    Ok(text.lines().map(moved).collect())
}
