// SPDX-License-Identifier: Apache-2.0
//! The product's answer: what `tailor files` says about a tree and a `.config`.

use std::path::Path;

use super::listing::Listing;
use super::truth::lines;
use crate::failure::{Failure, Result};
use crate::program;

/// The `tailor` command for one tree and architecture.
pub(crate) struct Tailor<'a> {
    pub(crate) command: &'a Path,
    pub(crate) tree: &'a Path,
    /// The folder below `arch/`.
    pub(crate) arch: &'a str,
}

impl Tailor<'_> {
    pub(crate) fn files(&self, config: &Path) -> Result<Listing> {
        let answer = self.ask(config, &[])?;
        Listing::parse(&answer).map_err(|failure| Failure::new(format!("tailor files: {failure}")))
    }

    /// Paths of `.ko` files in link order.
    pub(crate) fn modules_order(&self, config: &Path) -> Result<Vec<String>> {
        Ok(lines(&self.ask(config, &["--modules-order"])?))
    }

    fn ask(&self, config: &Path, options: &[&str]) -> Result<String> {
        let mut command = program::clean(self.command);
        command
            .arg("files")
            .arg("--tree")
            .arg(self.tree)
            .args(["--arch", self.arch]);
        command.arg("--config").arg(config).args(options);
        program::answer(&mut command)
    }
}
