// SPDX-License-Identifier: Apache-2.0
//! Where programs run that handle what others wrote: as an unprivileged user, in namespaces of
//! their own, seeing only what they are given, within limits.
//!
//! A helper, which is this program itself, makes the surroundings and starts the program in
//! them as the child of process 1 of a PID namespace. When the helper is killed, or its parent
//! dies however it dies, the kernel kills process 1, and with it everything that was ever started inside,
//! whatever session or group that moved to and whatever signals it ignores.

pub(crate) mod helper;
mod limits;
mod mounts;
mod run;
mod user;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::trouble::Result;

pub use limits::{Limits, Missing};
pub use run::{Ended, Watch};

/// How this machine makes sandboxes. The operator's choice.
#[derive(Clone, Debug)]
pub struct Sandbox {
    /// This program, or another whose `main` begins with [`crate::helper`].
    pub helper: PathBuf,
    /// Who owns the processes, where the builder itself is root.
    pub user: u32,
    pub isolation: Isolation,
    pub limits: Limits,
    /// What to do about a limit that can't be set.
    pub missing: Missing,
    /// Folders that programs see, read only, beside those of the system.
    pub visible: Vec<PathBuf>,
}

/// How far programs are kept apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// All namespaces, or the job is refused.
    #[default]
    Full,
    /// Where user namespaces are forbidden the program runs as the build user itself; the other
    /// namespaces are still demanded, so this needs a builder that is root.
    WithoutUserNamespace,
}

/// Whether programs reach others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    None,
    /// That of this machine: only for what fetches sources.
    Shared,
}

/// What a program may do with a folder or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Read,
    Write,
}

/// A folder or file of this machine, and where the program sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mount {
    pub from: PathBuf,
    pub to: PathBuf,
    pub access: Access,
}

impl Mount {
    pub fn read(from: &Path, to: &str) -> Self {
        Self::new(from, to, Access::Read)
    }

    pub fn write(from: &Path, to: &str) -> Self {
        Self::new(from, to, Access::Write)
    }

    fn new(from: &Path, to: &str, access: Access) -> Self {
        let (from, to) = (from.to_owned(), PathBuf::from(to));
        Self { from, to, access }
    }
}

/// A program, and all that it gets.
#[derive(Clone, Debug)]
pub struct Program {
    pub words: Vec<String>,
    pub environment: Vec<(String, String)>,
    /// Where it starts.
    pub folder: String,
    pub mounts: Vec<Mount>,
    pub network: Network,
    /// How many seconds it may take.
    pub seconds: u64,
}

impl Program {
    pub fn new(words: &[&str]) -> Self {
        Self {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            environment: Vec::new(),
            folder: "/".to_owned(),
            mounts: Vec::new(),
            network: Network::None,
            seconds: 600,
        }
    }

    #[must_use]
    pub fn arg(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into());
        self
    }

    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn mount(mut self, mount: Mount) -> Self {
        self.mounts.push(mount);
        self
    }

    /// Starts in a folder.
    #[must_use]
    pub fn at(mut self, folder: &str) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    #[must_use]
    pub fn for_seconds(mut self, seconds: u64) -> Self {
        self.seconds = seconds;
        self
    }

    #[must_use]
    pub fn with_network(mut self) -> Self {
        self.network = Network::Shared;
        self
    }
}

impl Sandbox {
    /// Whether this machine can make sandboxes at all, tried by making one.
    pub fn probe(&self, scratch: &Path, cancel: &crate::Cancel) -> Result<()> {
        let program = Program::new(&["/bin/true"]).for_seconds(60);
        let ended = self.run(&program, scratch, cancel, &mut |_: &[u8]| Ok(()))?;
        ended.success("the sandbox")
    }

    /// Makes a folder of this machine the build user's.
    pub fn give(&self, folder: &Path) -> Result<()> {
        user::give(folder, self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gets_nothing_that_it_is_not_given() {
        let program = Program::new(&["make"]).arg("all").at("/build");
        assert_eq!(program.words, ["make", "all"]);
        assert!(program.mounts.is_empty() && program.environment.is_empty());
        assert_eq!(program.network, Network::None);
    }
}
