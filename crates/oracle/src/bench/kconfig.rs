// SPDX-License-Identifier: Apache-2.0
//! Parse and evaluate one kernel: `--olddefconfig` of x86's default configuration, by the
//! product, by the C tool and by Kconfiglib. All three must write the same file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{self, Figures, measure};
use crate::failure::{About, Failure, Result};
use crate::kconfig::ctool;
use crate::kconfig::kernel::{ARCHS, Kernel};
use crate::kconfig::recording::Recording;
use crate::kconfig::sandbox::Sandbox;
use crate::program;
use crate::report;
use crate::tree::{Cache, Tree};

const PYTHON: &str = "/usr/bin/python3";
const DRIVER: &str = "src/bench/kconfiglib_driver.py";

/// One kernel with its answers, and the configuration that every program reads.
struct Bench {
    sandbox: Sandbox,
    recording: Recording,
    runs: usize,
}

/// Whether a program asks the shell or gets the recorded answers.
#[derive(Clone, Copy)]
enum Shell {
    Recorded,
    Asked,
}

pub(crate) fn run(cache: &Cache, tree: &Tree, tailor: &Path, runs: usize) -> Result<()> {
    let truth = ctool::build(cache, tree)?;
    let [arch, ..] = ARCHS;
    let kernel = Kernel {
        version: tree.version.clone(),
        arch,
        tree: tree.path.clone(),
    };
    let bench = Bench {
        sandbox: Sandbox::in_tree(&tree.path, tailor)?,
        recording: Recording::of(&kernel)?,
        runs,
    };
    bench.prepare(&truth.replay, &kernel)?;
    let title = format!(
        "Kconfig: parse and evaluate {} ({})",
        kernel.name(),
        tree.package
    );
    measure::heading(&title);
    let product = Path::new("../bin/conf");
    let ours = bench.conf("tailor conf", product, Shell::Recorded)?;
    let c = bench.conf("C tool", &truth.replay, Shell::Recorded)?;
    let python = bench.kconfiglib()?;
    let ours_asking = bench.conf("tailor conf, asking the shell", product, Shell::Asked)?;
    let c_asking = bench.conf("C tool, asking the shell", &truth.plain, Shell::Asked)?;
    measure::ratio("tailor / C tool", ours, c, "aim: at most 2");
    if let Some(python) = python {
        measure::ratio("Kconfiglib / tailor", python, ours, "must: at least 10");
    }
    measure::ratio(
        "tailor / C tool, asking the shell",
        ours_asking,
        c_asking,
        "children included",
    );
    Ok(())
}

impl Bench {
    fn work(&self) -> PathBuf {
        self.sandbox.work()
    }

    /// `given`: a complete configuration, so that every program has it all to check.
    fn prepare(&self, truth: &Path, kernel: &Kernel) -> Result<()> {
        let defconfig = format!("--defconfig={}", kernel.defconfig());
        let mut conf = self.command(truth, Shell::Recorded);
        program::run(conf.args(["-s", &defconfig, "Kconfig"]))?;
        let [from, to] = [".config", "given"].map(|name| self.work().join(name));
        fs::rename(&from, &to).about(&from)
    }

    /// As the recorded environment has it; asking the shell, with the compilers of `PATH`.
    fn command(&self, program: &Path, shell: Shell) -> Command {
        let mut command = program::clean(program);
        command.current_dir(self.work());
        command.envs(
            self.recording
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        );
        if let Shell::Recorded = shell {
            command.env("KAAS_SHELL_ANSWERS", &self.recording.answers);
        }
        command
    }

    fn conf(&self, name: &str, program: &Path, shell: Shell) -> Result<Figures> {
        let figures = measure(self.runs, || {
            let [given, config] = ["given", ".config"].map(|name| self.work().join(name));
            fs::copy(&given, &config).about(&given)?;
            let mut command = self.command(program, shell);
            command.args(["-s", "--olddefconfig", "Kconfig"]);
            Ok(command)
        })?;
        if let Shell::Recorded = shell {
            self.check(name, ".config")?;
        }
        measure::print(name, figures);
        Ok(figures)
    }

    /// `None` where it isn't installed.
    fn kconfiglib(&self) -> Result<Option<Figures>> {
        let there = program::run(program::clean(PYTHON).args(["-c", "import kconfiglib"]));
        if there.is_err() {
            report::line("Kconfiglib: not installed (Debian: python3-kconfiglib)");
            return Ok(None);
        }
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join(DRIVER);
        let figures = measure(self.runs, || {
            let mut command = self.command(Path::new(PYTHON), Shell::Recorded);
            command
                .arg("-B")
                .arg(&driver)
                .args(["Kconfig", "given", "written"]);
            Ok(command)
        })?;
        self.check("Kconfiglib", "written")?;
        measure::print("Kconfiglib", figures);
        Ok(Some(figures))
    }

    /// A program that writes something else has not done the same work.
    fn check(&self, name: &str, written: &str) -> Result<()> {
        let [given, written] = ["given", written].map(|name| self.work().join(name));
        let same = fs::read(&given).about(&given)? == fs::read(&written).about(&written)?;
        let differs = || Failure::new(format!("{name} did not reproduce the configuration"));
        same.then_some(()).ok_or_else(differs)
    }
}
