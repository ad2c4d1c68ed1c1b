// SPDX-License-Identifier: Apache-2.0
//! A scratch folder in which one tool works as if in a kernel tree, without touching it:
//! `work/` (where it runs), `bin/conf` (the tool, by the same name for all tools).

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{About, Failure, Result};
use crate::program;

/// CPU seconds after which a tool counts as hanging; the C tool needs up to thirty when
/// it asks for every symbol.
const LONGEST_RUN: &str = "--cpu=180";
/// No output is longer; a tool that prompts for ever must not fill the disk.
const LONGEST_OUTPUT: &str = "--fsize=33554432";
/// Seconds of the clock, for a tool that waits for something instead.
const LONGEST_WAIT: &str = "3600";

/// What a build leaves below `include/`: linked, it would be shared by all sandboxes.
const OUTPUTS: [&str; 2] = ["config", "generated"];

/// Removed when dropped.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
}

/// One run of a tool: what it said and which regular files were there afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// As the standard library shows it: an exit code or a signal.
    pub(crate) status: String,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// By path below the working folder.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Sandbox {
    /// Looks like the top of the tree: links to all of its entries, but `include/` is a
    /// folder, for the outputs. `srctree` is `.`.
    pub(crate) fn in_tree(tree: &Path, tool: &Path) -> Result<Self> {
        let sandbox = Self::empty(tool)?;
        let include = sandbox.work().join("include");
        fs::create_dir(&include).about(&include)?;
        for entry in entries(tree)?
            .iter()
            .filter(|entry| entry.file_name() != "include")
        {
            link(&entry.path(), &sandbox.work().join(entry.file_name()))?;
        }
        let is_source = |entry: &&DirEntry| !OUTPUTS.iter().any(|name| entry.file_name() == *name);
        for entry in entries(&tree.join("include"))?.iter().filter(is_source) {
            link(&entry.path(), &include.join(entry.file_name()))?;
        }
        Ok(sandbox)
    }

    /// Looks like the output folder of `make O=`: one link named `source`, which is `srctree`.
    pub(crate) fn out_of_tree(tree: &Path, tool: &Path) -> Result<Self> {
        let sandbox = Self::empty(tool)?;
        link(tree, &sandbox.work().join("source"))?;
        Ok(sandbox)
    }

    fn empty(tool: &Path) -> Result<Self> {
        let root = tempfile::Builder::new()
            .prefix("kaas-oracle-")
            .tempdir_in(scratch());
        let root = root.map_err(|error| Failure::new(format!("no scratch folder: {error}")))?;
        for folder in ["work", "bin"] {
            fs::create_dir(root.path().join(folder)).about(root.path())?;
        }
        link(
            &tool.canonicalize().about(tool)?,
            &root.path().join("bin/conf"),
        )?;
        Ok(Self { root })
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// Runs the tool with exactly this environment; crashes and hangs are outcomes too.
    pub(crate) fn run<'a>(
        &self,
        environment: impl Iterator<Item = (&'a str, &'a str)>,
        arguments: &[String],
        input: &[u8],
    ) -> Result<Outcome> {
        let [stdin, stdout, stderr] =
            ["stdin", "stdout", "stderr"].map(|name| self.root.path().join(name));
        fs::write(&stdin, input).about(&stdin)?;
        let mut command = Command::new("/usr/bin/timeout");
        command
            .args(["-k", "1", LONGEST_WAIT, "/usr/bin/prlimit"])
            .args([LONGEST_RUN, LONGEST_OUTPUT, "../bin/conf"])
            .args(arguments)
            .current_dir(self.work())
            .env_clear()
            .envs(environment)
            .stdin(Stdio::from(File::open(&stdin).about(&stdin)?))
            .stdout(Stdio::from(File::create(&stdout).about(&stdout)?))
            .stderr(Stdio::from(File::create(&stderr).about(&stderr)?));
        let status = command
            .status()
            .map_err(|error| program::not_started(&command, &error))?;
        let mut files = BTreeMap::new();
        collect(&self.work(), "", &mut files)?;
        Ok(Outcome {
            status: status.to_string(),
            stdout: fs::read(&stdout).about(&stdout)?,
            stderr: fs::read(&stderr).about(&stderr)?,
            files,
        })
    }
}

/// In memory where that can be: `conf` touches a file for each of thousands of symbols.
fn scratch() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    }
}

fn entries(folder: &Path) -> Result<Vec<DirEntry>> {
    let entries = fs::read_dir(folder).about(folder)?;
    entries.map(|entry| entry.about(folder)).collect()
}

fn link(to: &Path, at: &Path) -> Result<()> {
    symlink(to, at).about(at)
}

/// Regular files only: links lead back to the tree.
fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in entries(folder)? {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        let kind = entry.file_type().about(&path)?;
        if kind.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else if kind.is_file() {
            files.insert(name, fs::read(&path).about(&path)?);
        }
    }
    Ok(())
}
