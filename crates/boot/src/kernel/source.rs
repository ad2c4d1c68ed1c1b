// SPDX-License-Identifier: Apache-2.0
//! The sources that kernels are compiled from: the distribution's package, unpacked.

use std::path::{Path, PathBuf};

use virtual_machine::cache::Cache;
use virtual_machine::program;
use virtual_machine::{Failure, Result};

const PACKAGE: &str = "linux-source-6.1";
const ARCHIVE: &str = "/usr/src/linux-source-6.1.tar.xz";

/// Sources that nobody has configured in place, as a build outside of them needs.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The version of the package, such as `6.1.192-2`.
    pub(crate) version: String,
}

impl Source {
    pub(crate) fn unpacked(cache: &Cache) -> Result<Self> {
        let version = installed_version()?;
        let path = cache.entry("sources", &version, unpack)?;
        Ok(Self { path, version })
    }
}

fn installed_version() -> Result<String> {
    let mut query = program::clean("dpkg-query");
    query.args(["--show", "--showformat=${Version}", PACKAGE]);
    match program::answer(&mut query) {
        Ok(version) if !version.is_empty() => Ok(version),
        _ => Err(Failure::new(format!(
            "{PACKAGE} is not installed: run `make setup`"
        ))),
    }
}

fn unpack(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::new(error.to_string()))?;
    let mut tar = program::clean("tar");
    tar.args([
        "--extract",
        "--strip-components=1",
        "--file",
        ARCHIVE,
        "--directory",
    ]);
    program::run(tar.arg(folder)).map(drop)
}
