// SPDX-License-Identifier: Apache-2.0
//! The product: makes the configurations of the matrix, and counts what is in them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cell::{Form, Tailored};
use crate::kernel::Source;
use virtual_machine::program;
use virtual_machine::{About as _, Failure, Result};

/// How much a configuration has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) symbols_y: u64,
    pub(crate) symbols_m: u64,
    /// Source files that are compiled.
    pub(crate) files: u64,
    /// Published vulnerabilities in these files.
    pub(crate) cves: u64,
}

/// What is known of a machine that was traced.
pub(crate) struct Traced {
    pub(crate) trace: PathBuf,
    /// A folder, or a file of ours.
    pub(crate) inventory: PathBuf,
    /// The configuration of its kernel.
    pub(crate) baseline: PathBuf,
}

impl Traced {
    /// A trace of the data.
    fn of_data(data: &Path, name: &str) -> Self {
        let folder = data.join("traces").join(name);
        Self {
            trace: folder.join("funcs.txt.xz"),
            inventory: folder.join("inv"),
            baseline: folder.join("inv/config.xz"),
        }
    }
}

/// Which `tailor`, and what it is given.
pub(crate) struct Product<'a> {
    pub(crate) program: &'a Path,
    /// The folder of traces, configurations and vulnerabilities.
    pub(crate) data: &'a Path,
    pub(crate) source: &'a Source,
}

impl Product<'_> {
    /// Tailors into the folder `run`, and returns the configuration.
    pub(crate) fn config(&self, tailored: &Tailored, run: &Path) -> Result<String> {
        let traced = Traced::of_data(self.data, tailored.trace);
        self.config_of(&traced, (tailored.profile, tailored.form), run)
    }

    /// The same for another machine.
    pub(crate) fn config_of(
        &self,
        traced: &Traced,
        (profile, form): (&str, Form),
        run: &Path,
    ) -> Result<String> {
        let mut command = self.command("config");
        let tree = &self.source.path;
        command.arg("--tree").arg(tree).args(["--arch", "x86"]);
        command.arg("--baseline").arg(&traced.baseline);
        command.arg("--trace").arg(&traced.trace);
        command.arg("--inventory").arg(&traced.inventory);
        command.args(["--profile", profile]).args(of_form(form));
        program::run(command.arg("--run").arg(run))?;
        let path = run.join("config");
        std::fs::read_to_string(&path).about(&path)
    }

    /// What is in the result of a run.
    pub(crate) fn counts(&self, run: &Path) -> Result<Counts> {
        counts(&self.report(run, None)?["result"])
    }

    /// What is in another configuration, held against a run.
    pub(crate) fn counts_of(&self, config: &Path, run: &Path) -> Result<Counts> {
        let report = self.report(run, Some(config))?;
        counts(
            report["baselines"]
                .as_array()
                .and_then(|all| all.last())
                .unwrap_or(&Value::Null),
        )
    }

    fn report(&self, run: &Path, against: Option<&Path>) -> Result<Value> {
        let mut command = self.command("report");
        command.arg("--json").arg("--run").arg(run);
        command
            .arg("--cves")
            .arg(self.data.join("cve/kernel_cves.jsonl.xz"));
        if let Some(config) = against {
            command.arg("--against").arg(config);
        }
        let report = program::answer(&mut command)?;
        let unreadable = |error| Failure::new(format!("tailor report --json: {error}"));
        serde_json::from_str(&report).map_err(unreadable)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = program::clean(self.program);
        command.arg(name);
        command
    }
}

/// What a run decided. A kernel that finds its root file system by itself may still have the code
/// for an initramfs, but not what unpacks a compressed one.
pub(crate) fn needs_initramfs(run: &Path) -> Result<bool> {
    let path = run.join("run.json");
    let text = std::fs::read_to_string(&path).about(&path)?;
    let run: Value = serde_json::from_str(&text).unwrap_or_default();
    let is_needed = run["initramfs"]["is_needed"].as_bool();
    is_needed.ok_or_else(|| Failure::new(format!("{}: no initramfs.is_needed", path.display())))
}

fn of_form(form: Form) -> &'static [&'static str] {
    match form {
        Form::Monolithic => &[],
        Form::Initramfs => &["--initramfs", "keep"],
        Form::Modular => &["--modules", "modular"],
    }
}

/// Of an entry of the report, as `doc/schema/report.json` describes it.
fn counts(entry: &Value) -> Result<Counts> {
    let read = |counts: &Value| {
        let figure = |name: &str| counts[name].as_u64();
        let (symbols_y, symbols_m) = (figure("symbols_y")?, figure("symbols_m")?);
        let (files, cves) = (figure("files")?, figure("cves")?);
        Some(Counts {
            symbols_y,
            symbols_m,
            files,
            cves,
        })
    };
    read(&entry["counts"]).ok_or_else(|| Failure::new("tailor report --json: no counts in it"))
}

/// Lets cargo bring `tailor` up to date in the folder where this program lies.
pub(crate) fn build() -> Result<PathBuf> {
    let here = std::env::current_exe().map_err(|error| Failure::new(error.to_string()))?;
    let target = here
        .parent()
        .and_then(Path::parent)
        .unwrap_or(Path::new("."));
    let mut command = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    command.args([
        "build",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        "tailor",
    ]);
    command
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"));
    program::run(command.arg("--target-dir").arg(target))?;
    let tailor = target.join("release/tailor");
    tailor.canonicalize().about(&tailor)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_run_says_whether_it_needs_an_initramfs() {
        let run = tempfile::tempdir().unwrap();
        let write = |text: &str| std::fs::write(run.path().join("run.json"), text).unwrap();
        write(r#"{"initramfs": {"is_needed": false}}"#);
        assert!(!needs_initramfs(run.path()).unwrap());
        write("{}");
        assert!(needs_initramfs(run.path()).is_err());
    }

    use super::*;

    #[test]
    fn counts_are_read_or_missed() {
        let text = r#"{"counts": {"symbols_y": 9, "symbols_m": 0, "files": 7, "cves": 5}}"#;
        let found = counts(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!((found.symbols_y, found.files, found.cves), (9, 7, 5));
        let without = r#"{"counts": {"symbols_y": 9, "symbols_m": 0, "files": 7, "cves": null}}"#;
        assert!(counts(&serde_json::from_str(without).unwrap()).is_err());
        assert!(counts(&Value::Null).is_err());
    }
}
