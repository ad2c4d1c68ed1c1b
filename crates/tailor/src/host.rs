// SPDX-License-Identifier: Apache-2.0
//! The real surroundings of a Kconfig tree: files, environment, and a shell whose
//! answers can be recorded and replayed.
//!
//! `KAAS_SHELL_ANSWERS=FILE` replays: no process is started, and a command that is
//! not in the file is an error. `KAAS_SHELL_RECORD=FILE` writes what was asked. The
//! format is that of [`kconfig::answers`].

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kconfig::answers::Answers;
use kconfig::{Host, text};

/// How much of an answer is read: the C tool's buffer (scripts/kconfig/preprocess.c:
/// `do_shell()`). A command that says more is cut short.
const LONGEST_ANSWER: u64 = 4096;

/// How much room a file gets before it is read.
const MOST_AT_ONCE: u64 = 1 << 20;

/// Files below the working directory and `$srctree`, the given variables, and `/bin/sh`.
#[derive(Debug)]
pub struct System {
    variables: BTreeMap<String, String>,
    answers: Source,
    /// What was asked, and the file it goes to.
    record: Option<(PathBuf, RefCell<Answers>)>,
}

/// Where a shell command's answer comes from.
#[derive(Debug)]
enum Source {
    Shell,
    Recorded { file: String, answers: Answers },
}

impl System {
    /// Surroundings in which exactly `variables` are set, for shell commands too.
    ///
    /// # Errors
    /// When the file of recorded answers can't be read; the text says why.
    pub fn new(variables: BTreeMap<String, String>) -> Result<Self, String> {
        let answers = match variables.get("KAAS_SHELL_ANSWERS") {
            Some(file) => recorded(file)?,
            None => Source::Shell,
        };
        let record = variables
            .get("KAAS_SHELL_RECORD")
            .map(|file| (path(file), RefCell::new(Answers::default())));
        Ok(Self {
            variables,
            answers,
            record,
        })
    }

    /// Writes the recorded answers, if that was asked for.
    ///
    /// # Errors
    /// When they can't be written; the text says why.
    pub fn save_record(&self) -> Result<(), String> {
        let Some((file, answers)) = &self.record else {
            return Ok(());
        };
        fs::write(file, text::encode(&answers.borrow().to_string()))
            .map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Looks a file up as it is named, then below `$srctree` (scripts/kconfig/lexer.l:
    /// `zconf_fopen()`).
    pub fn open(&self, name: &str) -> Option<File> {
        File::open(path(name)).ok().or_else(|| {
            let tree = self
                .variables
                .get("srctree")
                .filter(|_| !name.starts_with('/'))?;
            File::open(path(&format!("{tree}/{name}"))).ok()
        })
    }

    /// The bytes of a configuration. What can be opened but not read, such as a folder,
    /// is empty, as for the C tool.
    pub fn read_configuration(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        // What was read before an error counts.
        let _ = self.open(name)?.read_to_end(&mut bytes);
        Some(bytes)
    }

    fn run(&self, command: &str) -> Result<Vec<u8>, String> {
        let failed = |error: io::Error| format!("{command}: {error}");
        let mut child = shell(command)
            .env_clear()
            .envs(
                self.variables
                    .iter()
                    .map(|(name, value)| (path(name), path(value))),
            )
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut answer = Vec::new();
        if let Some(output) = child.stdout.take() {
            output
                .take(LONGEST_ANSWER)
                .read_to_end(&mut answer)
                .map_err(failed)?;
        }
        child.wait().map_err(failed)?;
        Ok(answer)
    }
}

impl Host for System {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut file = self.open(name)?;
        let size = file.metadata().ok()?.len();
        let expected = usize::try_from(size.min(MOST_AT_ONCE)).unwrap_or(0);
        let mut bytes = Vec::with_capacity(expected);
        // A regular file is read in one go; what says it is empty may only not know.
        file.by_ref().take(size).read_to_end(&mut bytes).ok()?;
        if size == 0 {
            file.read_to_end(&mut bytes).ok()?;
        }
        Some(bytes)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn shell(&self, command: &str) -> Result<Vec<u8>, String> {
        let answer = match &self.answers {
            Source::Shell => self.run(command)?,
            Source::Recorded { file, answers } => {
                let answer = answers.get(command);
                let answer = answer.ok_or_else(|| format!("{file}: no answer to '{command}'"))?;
                text::encode(answer).into_owned()
            }
        };
        if let Some((_, record)) = &self.record {
            record
                .borrow_mut()
                .insert(command.to_owned(), text::decode(&answer));
        }
        Ok(answer)
    }
}

/// A decoded text as the operating system knows it.
pub fn path(text: &str) -> PathBuf {
    Path::new(OsStr::from_bytes(&text::encode(text))).to_owned()
}

fn recorded(file: &str) -> Result<Source, String> {
    let bytes = fs::read(path(file)).map_err(|error| format!("{file}: {error}"))?;
    let answers =
        Answers::parse(&text::decode(&bytes)).map_err(|error| format!("{file}:{error}"))?;
    Ok(Source::Recorded {
        file: file.to_owned(),
        answers,
    })
}

/// `/bin/sh -c COMMAND` by the name `sh`, as `popen()` starts it.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that starts processes"
)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.arg0("sh").arg("-c").arg(path(command));
    shell
}
