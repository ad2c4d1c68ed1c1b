// SPDX-License-Identifier: Apache-2.0
//! The only door to the world outside: files, environment, shell.
//!
//! The crate itself opens nothing and starts nothing; a model can be rebuilt
//! anywhere from recorded answers.

/// What a Kconfig file may ask its surroundings.
pub trait Host {
    /// The file's bytes, looked up as `zconf_fopen()` does: the name as it is,
    /// then below `$srctree` (scripts/kconfig/lexer.l).
    fn read(&self, name: &str) -> Option<Vec<u8>>;

    /// An environment variable, `None` when it isn't set.
    fn variable(&self, name: &str) -> Option<String>;

    /// What `command` writes to its standard output, untrimmed.
    ///
    /// # Errors
    /// When there is no answer: the shell can't be started, or the command
    /// isn't among the recorded ones. The text says which.
    fn shell(&self, command: &str) -> Result<Vec<u8>, String>;
}

/// A host of files and variables held in memory; its shell knows no command.
#[derive(Clone, Debug, Default)]
pub struct MemoryHost {
    pub files: std::collections::BTreeMap<String, Vec<u8>>,
    pub variables: std::collections::BTreeMap<String, String>,
    pub answers: std::collections::BTreeMap<String, Vec<u8>>,
}

impl Host for MemoryHost {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.files.get(name).cloned()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn shell(&self, command: &str) -> Result<Vec<u8>, String> {
        self.answers
            .get(command)
            .cloned()
            .ok_or_else(|| format!("no recorded answer for the shell command '{command}'"))
    }
}
