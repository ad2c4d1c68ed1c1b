// SPDX-License-Identifier: Apache-2.0
//! Finds the unpacked sources of a kernel, unpacking the distribution's package when needed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{About, Failure, Result};
use crate::program;

/// The folder for everything that can be made again: `--cache`, `$KAAS_CACHE`, `~/.cache/kaas`.
#[derive(clap::Args)]
pub(crate) struct Cache {
    /// Where sources, packages and truths are kept; ~/.cache/kaas when not given.
    #[arg(long = "cache", env = "KAAS_CACHE", value_name = "DIR", global = true)]
    folder: Option<PathBuf>,
}

/// The unpacked sources of one kernel; nothing may write below `path`.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// The series, such as `6.1`: the name of the package is `linux-source-6.1`.
    pub(crate) version: String,
    /// The version of the package, such as `6.1.192-2`; the folder is named after it.
    pub(crate) package: String,
    pub(crate) path: PathBuf,
}

impl Cache {
    /// A folder below the cache, made when it is not there.
    pub(crate) fn folder(&self, below: impl AsRef<Path>) -> Result<PathBuf> {
        let root = match &self.folder {
            Some(folder) => folder.clone(),
            None => std::env::home_dir()
                .ok_or_else(|| Failure::new("no home directory: set KAAS_CACHE"))?
                .join(".cache/kaas"),
        };
        let folder = root.join(below);
        fs::create_dir_all(&folder).about(&folder)?;
        folder.canonicalize().about(&folder)
    }

    /// The tree of a series such as `6.1`, unpacked when it is not there yet.
    pub(crate) fn tree(&self, version: &str) -> Result<Tree> {
        let package = installed_version(version)?;
        let trees = self.folder("trees")?;
        let path = trees.join(folder_name(&package));
        if !path.is_dir() {
            unpack(version, &trees, &path)?;
        }
        Ok(Tree {
            version: version.to_owned(),
            package,
            path,
        })
    }
}

impl Tree {
    /// The name of a folder for what belongs to exactly these sources.
    pub(crate) fn folder_name(&self) -> String {
        folder_name(&self.package)
    }
}

/// `~` and its like mean something to a shell, and the name ends up in command lines.
fn folder_name(package: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".+-".contains(c);
    package
        .chars()
        .map(|c| if plain(c) { c } else { '-' })
        .collect()
}

fn installed_version(version: &str) -> Result<String> {
    let package = format!("linux-source-{version}");
    let mut query = program::clean("dpkg-query");
    query.args(["--show", "--showformat=${Version}", &package]);
    match program::answer(&mut query) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Failure::new(format!(
            "the package {package} is not installed: run tools/setup"
        ))),
    }
}

/// Unpacks beside its place and renames: a tree that is there is complete, and of two who
/// unpack at the same time the later one throws its copy away.
fn unpack(version: &str, trees: &Path, path: &Path) -> Result<()> {
    let archive = PathBuf::from(format!("/usr/src/linux-source-{version}.tar.xz"));
    fs::metadata(&archive).about(&archive)?;
    let beside = trees.join(format!(".unpacking-{version}-{}", std::process::id()));
    fs::create_dir_all(&beside).about(&beside)?;
    let mut tar = program::clean("tar");
    tar.args(["--extract", "--strip-components=1", "--file"])
        .arg(&archive);
    tar.arg("--directory").arg(&beside);
    program::run(&mut tar)?;
    if fs::rename(&beside, path).is_err() {
        fs::remove_dir_all(&beside).about(&beside)?;
    }
    if path.is_dir() {
        Ok(())
    } else {
        Err(Failure::new(format!("cannot make {}", path.display())))
    }
}
