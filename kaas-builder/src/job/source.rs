// SPDX-License-Identifier: Apache-2.0
//! Where a kernel's source is from. An administrator writes it; a job carries it.

use serde::{Deserialize, Serialize};

use super::text::{GitRef, Location, PackageName, Sha256, Version};

/// The driver, with what it needs. Each says the exact release that the tree has to be of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "driver")]
pub enum Source {
    Apt(Apt),
    Tarball(Tarball),
    Git(Git),
}

/// A source package of Debian, Ubuntu, or whoever signs an archive of that form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apt {
    pub uri: Location,
    pub suite: PackageName,
    pub components: Vec<PackageName>,
    pub package: PackageName,
    /// The exact version of the package.
    pub version: Version,
    /// The file in the operator's folder of keyrings whose keys sign the archive.
    pub keyring: PackageName,
    /// The kernel's: `6.1.192`.
    pub release: Version,
}

/// An archive as kernel.org has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tarball {
    pub uri: Location,
    pub sha256: Sha256,
    pub release: Version,
}

/// One commit of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Git {
    pub uri: Location,
    pub commit: GitRef,
    pub release: Version,
}

impl Source {
    pub fn release(&self) -> &Version {
        match self {
            Self::Apt(apt) => &apt.release,
            Self::Tarball(tarball) => &tarball.release,
            Self::Git(git) => &git.release,
        }
    }

    pub fn location(&self) -> &Location {
        match self {
            Self::Apt(apt) => &apt.uri,
            Self::Tarball(tarball) => &tarball.uri,
            Self::Git(git) => &git.uri,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::Apt(apt) => super::bounded("source.components", apt.components.len(), 1..=8),
            Self::Tarball(_) | Self::Git(_) => Ok(()),
        }
    }
}
