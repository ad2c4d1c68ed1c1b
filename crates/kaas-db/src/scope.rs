// SPDX-License-Identifier: Apache-2.0
//! For whom a question is asked. Every question about a project's things needs one, and nothing
//! makes one by default: to look into all projects somebody has to write that down.

use kaas_types::name::ProjectId;

/// Whose things are seen. Others' are as if they were not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One project's: for whoever asks on its behalf.
    Project(ProjectId),
    /// Every project's: for administrators whom a policy let in, and for the service itself.
    EveryProject,
}

impl Scope {
    /// The one project, where it is one.
    pub(crate) const fn project(&self) -> Option<&ProjectId> {
        match self {
            Self::Project(project) => Some(project),
            Self::EveryProject => None,
        }
    }
}

impl From<&ProjectId> for Scope {
    fn from(project: &ProjectId) -> Self {
        Self::Project(project.clone())
    }
}
