// SPDX-License-Identifier: Apache-2.0
//! Why a kernel could not be made or booted, as a sentence that says what to do.

use std::fmt;
use std::path::Path;

/// A sentence for whoever runs the matrix. It is printed once.
#[derive(Debug)]
pub struct Failure(String);

pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names the file that an error of the operating system is about.
pub trait About<T> {
    fn about(self, path: &Path) -> Result<T>;
}

impl<T> About<T> for std::io::Result<T> {
    fn about(self, path: &Path) -> Result<T> {
        self.map_err(|error| Failure(format!("{}: {error}", path.display())))
    }
}
