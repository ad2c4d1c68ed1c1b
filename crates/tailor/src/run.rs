// SPDX-License-Identifier: Apache-2.0
//! The folder of one run: what went in, what came out, and why. Whatever is asked of a
//! finished run is answered from here.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::pipeline::initramfs::Initramfs;
use crate::report::{Linking, Trace};

/// What a run was made from (`run.json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The kernel's source tree, as an absolute path.
    pub tree: PathBuf,
    /// As given to make: `x86`.
    pub arch: String,
    /// The prefix of the compiler's name.
    pub cross_compile: String,
    /// The tree's release: `6.1.192`.
    pub release: String,
    /// `conservative`, `balanced` or `minimal`.
    pub profile: String,
    pub linking: Linking,
    /// `none`, `keep` or `kspp`.
    pub floor: String,
    /// Where the replaced configuration was read from.
    pub baseline: String,
    pub traces: Vec<Trace>,
    pub initramfs: Initramfs,
}

/// The sources that are compiled, those included by others too, sorted (`files.json`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// A file of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The replaced configuration, completed by the tree's rules.
    Baseline,
    /// The result.
    Config,
    Run,
    Requirements,
    Explain,
    Report,
    Files,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline.config",
            Self::Config => "config",
            Self::Run => "run.json",
            Self::Requirements => "requirements.json",
            Self::Explain => "explain.json",
            Self::Report => "report.json",
            Self::Files => "files.json",
        }
    }
}

/// The folder of a run.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of a finished run; the error says when it is none.
    pub fn open(path: &Path) -> Result<Self, String> {
        let folder = Self(path.to_owned());
        if folder.path(Part::Run).is_file() {
            return Ok(folder);
        }
        let path = path.display();
        Err(format!(
            "{path}: no run of `tailor config` (it has no run.json)"
        ))
    }

    /// A folder for a new run, made where there is none.
    pub fn create(path: &Path) -> Result<Self, String> {
        fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path.to_owned()))
    }

    pub fn path(&self, part: Part) -> PathBuf {
        self.0.join(part.name())
    }

    pub fn read(&self, part: Part) -> Result<Vec<u8>, String> {
        crate::input::read(&self.path(part))
    }

    pub fn write(&self, part: Part, bytes: &[u8]) -> Result<(), String> {
        let path = self.path(part);
        fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    }

    pub fn read_json<T: DeserializeOwned>(&self, part: Part) -> Result<T, String> {
        let bytes = self.read(part)?;
        let failed = |error| format!("{}: {error}", self.path(part).display());
        serde_json::from_slice(&bytes).map_err(failed)
    }

    pub fn write_json(&self, part: Part, value: &impl Serialize) -> Result<(), String> {
        let failed = |error| format!("{}: {error}", self.path(part).display());
        let mut text = serde_json::to_vec_pretty(value).map_err(failed)?;
        text.push(b'\n');
        self.write(part, &text)
    }
}
