// SPDX-License-Identifier: Apache-2.0
//! Runs one tool on many cases. A single shell starts all of its processes: that is the
//! fastest way, and bounds their time and output at no cost.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use super::case::{ANSWERS, Case};
use crate::failure::{About as _, Failure, Result};
use crate::program;

/// CPU seconds, and blocks of 512 bytes: a tool that asks for ever must come to an end.
const LIMITS: &str = "ulimit -t 2; ulimit -f 2048";

/// What one tool did with one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) steps: Vec<StepOutcome>,
    /// What was in the working folder at the end.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StepOutcome {
    /// The exit code as a shell sees it: above 128 it is a signal.
    pub(crate) code: u32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Outcome {
    /// The signal that ended it: its own fault, or one of the limits.
    pub(crate) fn killed_by(&self) -> Option<u32> {
        let signals = self.steps.iter().map(|step| step.code.saturating_sub(128));
        signals.into_iter().find(|signal| *signal > 0)
    }
}

/// A tool at work on a list of cases.
pub(crate) struct Batch<'c> {
    root: tempfile::TempDir,
    cases: &'c [Case],
    shell: Child,
}

impl<'c> Batch<'c> {
    /// Lays the cases out and starts. The tool finds the sources of `tree` around it.
    pub(crate) fn start(tool: &Path, tree: &Path, cases: &'c [Case]) -> Result<Self> {
        let root = tempfile::Builder::new().prefix("kaas-random-").tempdir();
        let root = root.map_err(|error| Failure::new(format!("no scratch folder: {error}")))?;
        let bin = root.path().join("bin");
        fs::create_dir(&bin).about(&bin)?;
        link(tool, &bin.join("conf"))?;
        link(&tree.join("scripts"), &root.path().join("scripts"))?;
        let mut script = String::new();
        for (number, case) in cases.iter().enumerate() {
            lay_out(&root.path().join(number.to_string()), case)?;
            script.push_str(&commands(number, case));
        }
        let path = root.path().join("script");
        fs::write(&path, script).about(&path)?;
        let shell = start_shell(root.path(), &path)?;
        Ok(Self { root, cases, shell })
    }

    /// Waits for the end; one outcome per case.
    pub(crate) fn finish(mut self) -> Result<Vec<Outcome>> {
        self.shell.wait().about(self.root.path())?;
        let folders = (0..self.cases.len()).map(|number| self.root.path().join(number.to_string()));
        folders
            .zip(self.cases)
            .map(|(folder, case)| outcome(&folder, case))
            .collect()
    }
}

fn start_shell(folder: &Path, script: &Path) -> Result<Child> {
    let mut command = program::clean("/bin/sh");
    command.arg(script).current_dir(folder).stdin(Stdio::null());
    // What the shell itself says of a killed process.
    let said = folder.join("shell");
    command.stderr(File::create(&said).about(&said)?);
    command
        .spawn()
        .map_err(|error| program::not_started(&command, &error))
}

fn lay_out(folder: &Path, case: &Case) -> Result<()> {
    let work = folder.join("work");
    fs::create_dir_all(&work).about(&work)?;
    for (name, text) in &case.files {
        let path = if name == ANSWERS {
            folder.join(name)
        } else {
            work.join(name)
        };
        fs::write(&path, text).about(&path)?;
    }
    Ok(())
}

fn commands(number: usize, case: &Case) -> String {
    let mut script = format!("cd {number}/work\n");
    let answers = case.files.iter().any(|(name, _)| name == ANSWERS);
    let answers = if answers { "../answers" } else { "/dev/null" };
    for (step, command) in case.commands().enumerate() {
        script.push_str(&format!(
            "({LIMITS}; {command}) <{answers} >../{step}.out 2>../{step}.err\n\
             echo $? >../{step}.code\n"
        ));
    }
    script.push_str("cd ../..\n");
    script
}

fn outcome(folder: &Path, case: &Case) -> Result<Outcome> {
    let step = |number: usize| {
        let read = |end: &str| {
            let path = folder.join(format!("{number}.{end}"));
            fs::read(&path).about(&path)
        };
        let code = String::from_utf8_lossy(&read("code")?).trim().parse();
        Ok(StepOutcome {
            code: code.unwrap_or(u32::MAX),
            stdout: read("out")?,
            stderr: read("err")?,
        })
    };
    let steps = (0..case.steps.len()).map(step).collect::<Result<_>>()?;
    let mut files = BTreeMap::new();
    collect(&folder.join("work"), "", &mut files)?;
    Ok(Outcome { steps, files })
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in entries(folder)? {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path: PathBuf = entry.path();
        if path.is_dir() {
            files.insert(format!("{name}/"), Vec::new());
            collect(&path, &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read(&path).about(&path)?);
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<DirEntry>> {
    let entries = fs::read_dir(folder).about(folder)?;
    entries.map(|entry| entry.about(folder)).collect()
}

fn link(to: &Path, at: &Path) -> Result<()> {
    symlink(to, at).about(at)
}
