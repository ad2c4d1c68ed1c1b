// SPDX-License-Identifier: Apache-2.0
//! From a trace to a configuration: with nothing kept of the tree, with everything kept, and
//! beside what the kernel offers for the same purpose, `make localmodconfig`, which keeps the
//! modules that are loaded and everything that is built in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{self, Figures, Limit, measure};
use crate::failure::{About, Result};
use crate::kconfig::ctool;
use crate::kconfig::kernel::{ARCHS, Kernel};
use crate::kconfig::recording::Recording;
use crate::kconfig::sandbox::Sandbox;
use crate::program;
use crate::report;
use crate::tree::{Cache, Tree};

const COLD: [Limit; 2] = [Limit::Must(60.0), Limit::Aim(15.0)];
const WARM: [Limit; 2] = [Limit::Must(5.0), Limit::Aim(1.0)];

/// Finding everything out takes long enough to be measured in fewer runs.
const COLD_RUNS: usize = 2;

/// A trace with the inventory of its machine.
const TRACE: &str = "traces/memcached";

/// One trace of one kernel, and folders to work in.
struct Bench<'b> {
    tree: &'b Tree,
    tailor: &'b Path,
    trace: PathBuf,
    work: tempfile::TempDir,
}

/// `data` is the folder of traces; without it, nothing of this can be measured.
pub(crate) fn run(
    cache: &Cache,
    tree: &Tree,
    (tailor, runs): (&Path, usize),
    data: Option<&Path>,
) -> Result<()> {
    let title = format!("From a trace to a configuration, {}", tree.package);
    measure::heading(&title);
    let Some(data) = data else {
        report::line("not measured: KAAS_DATA does not name a folder with traces");
        return Ok(());
    };
    let bench = Bench {
        tree,
        tailor,
        trace: data.join(TRACE),
        work: tempfile::tempdir().about(Path::new("a temporary folder"))?,
    };
    let cold = bench.cold("tailor model, nothing kept", &[])?;
    let all = bench.cold("the same, all modules' functions too", &["--modules"])?;
    let nothing_kept = measure(COLD_RUNS.min(runs), || bench.forgetting(bench.config()))?;
    measure::print("tailor config, nothing kept", nothing_kept);
    let model = measure(runs, || Ok(bench.model(&[])))?;
    measure::print("tailor model, kept", model);
    let warm = measure(runs, || Ok(bench.config()))?;
    measure::print("tailor config, model kept", warm);
    let localmodconfig = bench.localmodconfig(cache, runs)?;
    measure::limits("CPU s, model cold", cold.least.as_secs_f64(), &COLD);
    measure::limits("CPU s, with all modules", all.least.as_secs_f64(), &COLD);
    measure::limits("CPU s, trace to .config", warm.least.as_secs_f64(), &WARM);
    measure::ratio(
        "nothing kept / model kept",
        nothing_kept,
        warm,
        "tailor config",
    );
    measure::ratio(
        "localmodconfig / tailor config",
        localmodconfig,
        warm,
        "model kept",
    );
    bench.sizes()
}

impl Bench<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    fn command(&self, command: &str) -> Command {
        let mut tailor = program::clean(self.tailor);
        tailor.env("KAAS_CACHE", self.path("cache")).arg(command);
        tailor
            .args(["--arch", "x86", "--tree"])
            .arg(&self.tree.path);
        tailor
    }

    fn model(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("model");
        command
            .arg("--baseline")
            .arg(self.trace.join("inv/config.xz"));
        command.args(arguments);
        command
    }

    fn config(&self) -> Command {
        let mut command = self.command("config");
        command
            .arg("--baseline")
            .arg(self.trace.join("inv/config.xz"));
        command.arg("--trace").arg(self.trace.join("funcs.txt.xz"));
        command.arg("--inventory").arg(self.trace.join("inv"));
        command.arg("--run").arg(self.path("run"));
        command
    }

    /// A command that finds nothing kept.
    fn forgetting(&self, command: Command) -> Result<Command> {
        let kept = self.path("cache");
        if kept.exists() {
            fs::remove_dir_all(&kept).about(&kept)?;
        }
        Ok(command)
    }

    fn cold(&self, name: &str, arguments: &[&str]) -> Result<Figures> {
        let figures = measure(COLD_RUNS, || self.forgetting(self.model(arguments)))?;
        measure::print(name, figures);
        Ok(figures)
    }

    /// What `make localmodconfig` runs: the script, then the C tool. The sum of both.
    fn localmodconfig(&self, cache: &Cache, runs: usize) -> Result<Figures> {
        let truth = ctool::build(cache, self.tree)?;
        let [arch, ..] = ARCHS;
        let recording = Recording::of(&Kernel {
            version: self.tree.version.clone(),
            arch,
            tree: self.tree.path.clone(),
        })?;
        let sandbox = Sandbox::in_tree(&self.tree.path, &truth.replay)?;
        let config = sandbox.work().join(".config");
        let baseline = self.trace.join("inv/config.xz");
        let baseline = program::run(program::clean("xz").arg("-dc").arg(baseline))?.stdout;
        let script = || {
            fs::write(&config, &baseline).about(&config)?;
            let mut perl = program::clean("perl");
            perl.arg(self.tree.path.join("scripts/kconfig/streamline_config.pl"));
            perl.arg("--localmodconfig")
                .arg(&self.tree.path)
                .arg("Kconfig");
            perl.env("LSMOD", self.trace.join("inv/lsmod"));
            perl.envs([("ARCH", "x86"), ("SRCARCH", "x86")]);
            perl.current_dir(sandbox.work());
            Ok(perl)
        };
        let streamlined = measure(runs, script)?;
        measure::print("streamline_config.pl", streamlined);
        let written = program::run(&mut script()?)?.stdout;
        let conf = || {
            fs::write(&config, &written).about(&config)?;
            let mut conf = program::clean(&truth.replay);
            conf.envs(
                recording
                    .environment
                    .iter()
                    .map(|(name, value)| (name, value)),
            );
            conf.env("KAAS_SHELL_ANSWERS", &recording.answers);
            conf.args(["-s", "--olddefconfig", "Kconfig"])
                .current_dir(sandbox.work());
            Ok(conf)
        };
        let completed = measure(runs, conf)?;
        measure::print("C tool, of what it wrote", completed);
        let to = self.path("localmodconfig");
        fs::copy(&config, &to).about(&to)?;
        Ok(Figures {
            least: streamlined.least + completed.least,
            median: streamlined.median + completed.median,
            peak: streamlined.peak.max(completed.peak),
        })
    }

    /// What it was for: how many files each compiles.
    fn sizes(&self) -> Result<()> {
        for (name, config) in [
            ("localmodconfig", self.path("localmodconfig")),
            ("tailor config, balanced", self.path("run/config")),
        ] {
            let mut files = self.command("files");
            let files = program::answer(files.arg("--config").arg(config))?;
            let count = files.lines().count();
            report::line(&format!("{name:<40} {count:>9} objects compiled"));
        }
        Ok(())
    }
}
