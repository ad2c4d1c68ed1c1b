// SPDX-License-Identifier: Apache-2.0
//! One case played by both tools, each in its own scratch folder. What the C tool did is
//! remembered as a digest, so that a second comparison only runs the product.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::case::step::{Sources, Step};
use super::case::{Case, Layout};
use super::ctool::CTool;
use super::digest::Digest;
use super::kernel::{self, Kernel};
use super::recording::{self, Recording};
use super::sandbox::{Outcome, Sandbox};
use crate::failure::{About, Failure, Result};
use crate::program;

/// The value of `srctree` for [`Layout::OutOfTree`].
const SOURCE: &str = "source";

/// Both tools and the world they are shown, for one kernel.
pub(crate) struct Comparison {
    pub(crate) kernel: Kernel,
    recording: Recording,
    /// The recorded answers as [`Layout::OutOfTree`] asks for them.
    moved: tempfile::NamedTempFile,
    truth: CTool,
    places: Places,
    /// Of everything but the case.
    identity: Digest,
}

/// What is the same for all kernels.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The drop-in for `conf`.
    pub(crate) product: PathBuf,
    /// `$KAAS_DATA`, when there is one.
    pub(crate) data: Option<PathBuf>,
    /// What the C tool is remembered to have done.
    pub(crate) memory: PathBuf,
    /// Where differences are kept for inspection.
    pub(crate) differences: PathBuf,
}

/// What came of one case.
#[derive(Debug)]
pub(crate) enum Verdict {
    Equal,
    /// The first lines of the difference, and the folder that has all of it.
    Different {
        excerpt: String,
        folder: PathBuf,
    },
    /// An input is not on this machine.
    Skipped(String),
}

impl Comparison {
    pub(crate) fn new(kernel: Kernel, truth: CTool, places: Places) -> Result<Self> {
        let recording = Recording::of(&kernel)?;
        let moved = tempfile::NamedTempFile::new();
        let moved = moved.map_err(|error| Failure::new(format!("no scratch file: {error}")))?;
        let text = recording::with_srctree(&recording.answers, SOURCE)?;
        fs::write(moved.path(), text).about(moved.path())?;
        let identity = Digest::default()
            .with(truth.digest.to_string())
            .with(kernel::identity(&kernel.tree)?.to_string())
            .with(fs::read(&recording.answers).about(&recording.answers)?)
            .with(format!("{:?}", recording.environment));
        Ok(Self {
            kernel,
            recording,
            moved,
            truth,
            places,
            identity,
        })
    }

    pub(crate) fn verdict(&self, case: &Case) -> Result<Verdict> {
        if let Some(missing) = self.missing(case) {
            return Ok(Verdict::Skipped(missing));
        }
        let inputs = Inputs::new(self);
        let product = self.play(case, &self.places.product, &inputs)?;
        let memory = self.places.memory.join(self.key(case)?.to_string());
        let digest = digest(&product).to_string();
        if fs::read_to_string(&memory).is_ok_and(|known| known == digest) {
            return Ok(Verdict::Equal);
        }
        let truth = self.play(case, &self.truth.replay, &inputs)?;
        remember(&memory, &truth)?;
        if truth == product {
            return Ok(Verdict::Equal);
        }
        self.keep(case, &truth, &product)
    }

    /// Which configuration this case needs and the machine doesn't have.
    fn missing(&self, case: &Case) -> Option<String> {
        case.steps.iter().find_map(|step| match step {
            Step::Baseline { name } => match self.baseline_file(name) {
                Some(file) if file.exists() => None,
                Some(file) => Some(format!("no {}", file.display())),
                None => Some("the configurations of KAAS_DATA, which is not set".to_owned()),
            },
            _ => None,
        })
    }

    fn baseline_file(&self, name: &str) -> Option<PathBuf> {
        let data = self.places.data.as_ref()?;
        Some(data.join("configs").join(format!("{name}.config.xz")))
    }

    /// Every run's outcome, in order.
    fn play(&self, case: &Case, tool: &Path, inputs: &Inputs<'_>) -> Result<Vec<Outcome>> {
        let sandbox = match case.layout {
            Layout::InTree => Sandbox::in_tree(&self.kernel.tree, tool),
            Layout::OutOfTree => Sandbox::out_of_tree(&self.kernel.tree, tool),
        }?;
        let mut outcomes = Vec::new();
        for step in &case.steps {
            if let Some(run) = step.prepare(&sandbox.work(), inputs)? {
                let own = run.environment.iter().map(pair);
                let environment = self.environment(case.layout).chain(own);
                outcomes.push(sandbox.run(environment, &run.arguments, &run.input)?);
            }
        }
        Ok(outcomes)
    }

    fn environment(&self, layout: Layout) -> impl Iterator<Item = (&str, &str)> {
        let (srctree, answers) = match layout {
            Layout::InTree => (".", self.recording.answers.as_path()),
            Layout::OutOfTree => (SOURCE, self.moved.path()),
        };
        let answers = answers.to_str().unwrap_or_default();
        let own = [
            ("srctree", srctree),
            ("KAAS_SHELL_ANSWERS", answers),
            ("PATH", "/usr/bin:/bin"),
        ];
        self.recording.environment.iter().map(pair).chain(own)
    }

    fn key(&self, case: &Case) -> Result<Digest> {
        let mut key = self.identity.with(format!("{case:?}"));
        for step in &case.steps {
            if let Step::Baseline { name } = step {
                key = key.with(self.baseline(name)?);
            }
        }
        Ok(key)
    }

    /// Both sides' outcomes as files, and the start of what `diff` says of them.
    fn keep(&self, case: &Case, truth: &[Outcome], product: &[Outcome]) -> Result<Verdict> {
        let Kernel { version, arch, .. } = &self.kernel;
        let name = format!("{version}-{}-{}-{}", arch.name, case.mode, case.name);
        let folder = self.places.differences.join(name.replace([' ', ','], "-"));
        if folder.exists() {
            fs::remove_dir_all(&folder).about(&folder)?;
        }
        save(&folder.join("expected"), truth)?;
        save(&folder.join("actual"), product)?;
        fs::write(folder.join("case"), format!("{case:#?}\n")).about(&folder)?;
        let mut diff = program::clean("diff");
        diff.args(["-ruN", "--text", "expected", "actual"])
            .current_dir(&folder);
        let output = diff
            .output()
            .map_err(|error| program::not_started(&diff, &error))?;
        let lines = String::from_utf8_lossy(&output.stdout);
        fs::write(folder.join("diff"), lines.as_bytes()).about(&folder)?;
        let excerpt = lines
            .lines()
            .take(16)
            .map(|line| format!("    {line:.160}\n"))
            .collect::<Vec<_>>()
            .concat();
        Ok(Verdict::Different { excerpt, folder })
    }
}

impl Comparison {
    fn baseline(&self, name: &str) -> Result<Vec<u8>> {
        let file = self.baseline_file(name).unwrap_or_default();
        program::run(program::clean("xz").arg("-dc").arg(file)).map(|output| output.stdout)
    }

    fn random(&self, seed: u32, probability: &str) -> Result<Vec<u8>> {
        let sandbox = Sandbox::in_tree(&self.kernel.tree, &self.truth.replay)?;
        let seed = seed.to_string();
        let own = [
            ("KCONFIG_SEED", seed.as_str()),
            ("KCONFIG_PROBABILITY", probability),
        ];
        let arguments = ["-s", "--randconfig", "Kconfig"].map(str::to_owned);
        let environment = self.environment(Layout::InTree).chain(own);
        let mut outcome = sandbox.run(environment, &arguments, b"")?;
        let failed = || Failure::new(String::from_utf8_lossy(&outcome.stderr));
        outcome.files.remove(".config").ok_or_else(failed)
    }
}

/// The configurations that one case starts from; both tools get the same, made once.
struct Inputs<'c> {
    comparison: &'c Comparison,
    random: RefCell<BTreeMap<(u32, String), Vec<u8>>>,
}

impl<'c> Inputs<'c> {
    fn new(comparison: &'c Comparison) -> Self {
        Self {
            comparison,
            random: RefCell::default(),
        }
    }
}

impl Sources for Inputs<'_> {
    fn baseline(&self, name: &str) -> Result<Vec<u8>> {
        self.comparison.baseline(name)
    }

    fn random(&self, seed: u32, probability: &str) -> Result<Vec<u8>> {
        let key = (seed, probability.to_owned());
        if let Some(known) = self.random.borrow().get(&key) {
            return Ok(known.clone());
        }
        let made = self.comparison.random(seed, probability)?;
        self.random.borrow_mut().insert(key, made.clone());
        Ok(made)
    }
}

fn pair((name, value): &(String, String)) -> (&str, &str) {
    (name, value)
}

fn remember(memory: &Path, truth: &[Outcome]) -> Result<()> {
    fs::write(memory, digest(truth).to_string()).about(memory)
}

fn digest(outcomes: &[Outcome]) -> Digest {
    outcomes.iter().fold(Digest::default(), |digest, outcome| {
        let said = digest
            .with(&outcome.status)
            .with(&outcome.stdout)
            .with(&outcome.stderr);
        outcome.files.iter().fold(said, |digest, (path, content)| {
            digest.with(path).with(content)
        })
    })
}

fn save(folder: &Path, outcomes: &[Outcome]) -> Result<()> {
    for (outcome, number) in outcomes.iter().zip(1..) {
        let run = folder.join(format!("run-{number}"));
        let said = [
            ("status", outcome.status.as_bytes()),
            ("stdout", &outcome.stdout),
            ("stderr", &outcome.stderr),
        ];
        let said = said
            .into_iter()
            .map(|(name, bytes)| (name.to_owned(), bytes));
        let files = outcome
            .files
            .iter()
            .map(|(name, bytes)| (format!("files/{name}"), bytes.as_slice()));
        for (name, bytes) in said.chain(files) {
            let path = run.join(name);
            path.parent()
                .map_or(Ok(()), fs::create_dir_all)
                .about(&path)?;
            fs::write(&path, bytes).about(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::kconfig::case::step::Run;
    use crate::kconfig::kernel::ARCHS;

    /// A tool that is this shell script.
    fn tool(folder: &Path, name: &str, script: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn verdict(truth: &str, product: &str) -> Verdict {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        let [tree, memory, differences] = ["tree", "memory", "differences"].map(|n| root.join(n));
        for folder in [&tree.join("include"), &memory, &differences] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(tree.join("Makefile"), "VERSION = 6\n").unwrap();
        let truth = tool(root, "truth", truth);
        let product = tool(root, "product", product);
        let truth = CTool {
            plain: truth.clone(),
            replay: truth,
            digest: Digest::default(),
        };
        let kernel = Kernel {
            version: "6.1".to_owned(),
            arch: ARCHS[0],
            tree,
        };
        let places = Places {
            product,
            data: None,
            memory,
            differences,
        };
        let comparison = Comparison::new(kernel, truth, places).unwrap();
        let case = Case {
            mode: "test".to_owned(),
            name: "test".to_owned(),
            layout: Layout::InTree,
            quick: false,
            steps: vec![Step::Run(Run::default())],
        };
        let first = comparison.verdict(&case).unwrap();
        // Also when the truth is only remembered.
        let second = comparison.verdict(&case).unwrap();
        assert_eq!(
            matches!(first, Verdict::Equal),
            matches!(second, Verdict::Equal)
        );
        first
    }

    #[test]
    fn the_same_is_equal() {
        let script = "echo out; echo err >&2; echo y > .config; exit 3";
        assert!(matches!(verdict(script, script), Verdict::Equal));
    }

    #[test]
    fn every_difference_is_seen() {
        for product in [
            "echo out; echo err >&2; echo m > .config",
            "echo out; echo err >&2; echo y > .config; echo > include/more",
            "echo out; echo err >&2",
            "echo Out; echo err >&2; echo y > .config",
            "echo out; echo Err >&2; echo y > .config",
            "echo out; echo err >&2; echo y > .config; exit 1",
            "echo out; echo err >&2; echo y > .config; kill -9 $$",
        ] {
            let verdict = verdict("echo out; echo err >&2; echo y > .config", product);
            let Verdict::Different { excerpt, .. } = verdict else {
                panic!("{product}: {verdict:?}")
            };
            assert!(excerpt.contains("diff -ruN"), "{excerpt}");
        }
    }
}
