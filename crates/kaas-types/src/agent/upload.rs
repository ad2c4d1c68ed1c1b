// SPDX-License-Identifier: Apache-2.0
//! An upload goes on where the last chunk ended, over any number of connections and lives of
//! the agent. Offsets count bytes before compression; the server's word is what holds.

use serde::{Deserialize, Serialize};

use super::bounded::Line;
use super::identifier::{Id, Sha256};
use super::limit::NAME;

/// `POST uploads`: finds the upload of this kind and series, or begins one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenUpload {
    pub kind: Kind,
    /// Chosen by the guest: contents of one series only ever grow.
    pub series: Line<NAME>,
    /// Forget what is there: it turned out to be something else.
    #[serde(default)]
    pub restart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Trace,
    Inventory,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Inventory => "inventory",
        }
    }
}

/// Where an upload stands: the answer to everything that is done with one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub id: Id,
    pub offset: u64,
}

/// `POST uploads/ID/complete`: a snapshot is the first `size` bytes. More may follow later,
/// for the next one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    pub size: u64,
    pub sha256: Sha256,
    /// The command that asked for it.
    pub command: Id,
}
