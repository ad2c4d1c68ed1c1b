// SPDX-License-Identifier: Apache-2.0
//! What a case does: prepare files, run the tool. Everything random comes from a seed.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::failure::{About, Result};
use crate::kconfig::scramble;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Writes a file below the working folder.
    Write {
        path: String,
        content: Vec<u8>,
    },
    /// Writes `.config`: a configuration of `$KAAS_DATA/configs`.
    Baseline {
        name: String,
    },
    /// Writes `.config`: what the C tool's randconfig says.
    Random {
        seed: u32,
        probability: String,
    },
    /// Deletes that share of the lines of `.config`.
    Drop {
        seed: u64,
        percent: usize,
    },
    /// Gives that share of the lines of `.config` another value, valid or not.
    Scramble {
        seed: u64,
        percent: usize,
    },
    /// Removes a file or a folder.
    Remove {
        path: String,
    },
    /// Removes the empty files that syncconfig touched, so that the next run's show.
    RemoveTouched,
    Run(Run),
}

/// One run of the tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    /// Besides the recorded environment.
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) arguments: Vec<String>,
    pub(crate) input: Vec<u8>,
}

/// Where a case's configurations come from.
pub(crate) trait Sources {
    /// A configuration of `$KAAS_DATA/configs`.
    fn baseline(&self, name: &str) -> Result<Vec<u8>>;
    /// The C tool's randconfig.
    fn random(&self, seed: u32, probability: &str) -> Result<Vec<u8>>;
}

impl Step {
    /// Does everything but [`Step::Run`], which is given back.
    pub(crate) fn prepare(&self, work: &Path, sources: &dyn Sources) -> Result<Option<&Run>> {
        let config = work.join(".config");
        match self {
            Self::Write { path, content } => write(&work.join(path), content)?,
            Self::Baseline { name } => write(&config, &sources.baseline(name)?)?,
            Self::Random { seed, probability } => {
                write(&config, &sources.random(*seed, probability)?)?;
            }
            Self::Drop { seed, percent } => {
                change(&config, |text| scramble::drop(text, *seed, *percent))?;
            }
            Self::Scramble { seed, percent } => {
                change(&config, |text| scramble::scramble(text, *seed, *percent))?;
            }
            Self::Remove { path } => remove(&work.join(path))?,
            Self::RemoveTouched => remove_empty_files(&work.join("include/config"))?,
            Self::Run(run) => return Ok(Some(run)),
        }
        Ok(None)
    }
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .about(path)?;
    fs::write(path, content).about(path)
}

/// A tool that failed has left no file: nothing to change then, the difference shows anyway.
fn change(path: &Path, by: impl Fn(&[u8]) -> Vec<u8>) -> Result<()> {
    fs::read(path).map_or(Ok(()), |text| write(path, &by(&text)))
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.about(path),
    }
}

fn remove_empty_files(folder: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let empty = entry
            .metadata()
            .is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0);
        if empty {
            fs::remove_file(entry.path()).about(&entry.path())?;
        }
    }
    Ok(())
}
