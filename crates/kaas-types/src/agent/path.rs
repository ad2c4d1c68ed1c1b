// SPDX-License-Identifier: Apache-2.0
//! The paths of the protocol, below the endpoint.

use std::fmt;

use super::identifier::{Id, Sha256};

const PREFIX: &str = "v1/agent";

/// One resource; written without a slash in front, since an endpoint ends with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    Enroll,
    Renew,
    Commands,
    Ack(Id),
    Result(Id),
    Uploads,
    Upload(Id),
    Complete(Id),
    Reports,
    /// The signed document of a release.
    Release(Id),
    /// A file of a release.
    File(Id, Sha256),
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enroll => write!(f, "{PREFIX}/enroll"),
            Self::Renew => write!(f, "{PREFIX}/renew"),
            Self::Commands => write!(f, "{PREFIX}/commands"),
            Self::Ack(id) => write!(f, "{PREFIX}/commands/{id}/ack"),
            Self::Result(id) => write!(f, "{PREFIX}/commands/{id}/result"),
            Self::Uploads => write!(f, "{PREFIX}/uploads"),
            Self::Upload(id) => write!(f, "{PREFIX}/uploads/{id}"),
            Self::Complete(id) => write!(f, "{PREFIX}/uploads/{id}/complete"),
            Self::Reports => write!(f, "{PREFIX}/reports"),
            Self::Release(id) => write!(f, "{PREFIX}/releases/{id}"),
            Self::File(id, digest) => write!(f, "{PREFIX}/releases/{id}/files/{digest}"),
        }
    }
}

impl Path {
    /// The resource at an absolute path, without its query.
    pub fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix('/')?.strip_prefix(PREFIX)?;
        let parts: Vec<&str> = rest.strip_prefix('/')?.splitn(5, '/').collect();
        let id = |text: &str| Id::try_from(text.to_owned()).ok();
        Some(match parts[..] {
            ["enroll"] => Self::Enroll,
            ["renew"] => Self::Renew,
            ["commands"] => Self::Commands,
            ["commands", command, "ack"] => Self::Ack(id(command)?),
            ["commands", command, "result"] => Self::Result(id(command)?),
            ["uploads"] => Self::Uploads,
            ["uploads", upload] => Self::Upload(id(upload)?),
            ["uploads", upload, "complete"] => Self::Complete(id(upload)?),
            ["reports"] => Self::Reports,
            ["releases", release] => Self::Release(id(release)?),
            ["releases", release, "files", digest] => {
                Self::File(id(release)?, Sha256::try_from(digest.to_owned()).ok()?)
            }
            _ => return None,
        })
    }
}
