// SPDX-License-Identifier: Apache-2.0
//! What went wrong, in words for the person who can mend it.

use std::fmt;
use std::path::Path;

/// A message: what was wrong, where, and what to do. Never holds a secret.
#[derive(Debug)]
pub(crate) struct Failure(String);

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Says which file an error is about.
pub(crate) trait About<T> {
    fn about(self, path: &Path) -> Result<T>;
}

impl<T, E: fmt::Display> About<T> for Result<T, E> {
    fn about(self, path: &Path) -> Result<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    }
}
