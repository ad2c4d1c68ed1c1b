// SPDX-License-Identifier: Apache-2.0
//! What the cloud asks of a guest.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bounded::{Line, List, OutOfBounds};
use super::identifier::{Id, Sha256};
use super::limit::{COMMANDS, FILES, NAME, RELEASE_FILE_BYTES};

/// The answer to a poll.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Commands {
    /// The server's clock, in seconds of Unix time.
    pub time: u64,
    pub commands: List<Command, COMMANDS>,
}

/// A command. Its number is greater than that of every command before it to the same guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Command {
    pub id: Id,
    pub seq: u64,
    #[serde(flatten)]
    pub action: Action,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Upload the trace and the inventory as they are now.
    Snapshot,
    /// Trace no longer.
    Stop,
    /// Trace again.
    Resume,
    /// Download a release and install it beside the running kernel.
    Fetch(Release),
    /// Boot it once; it is on trial for so many seconds.
    Trial { release: Id, deadline_seconds: u32 },
    /// It stays.
    Confirm { release: Id },
    /// Back to the kernel before it.
    Rollback { release: Id },
    /// Not one that this agent knows; it is answered as refused.
    #[serde(skip_deserializing)]
    Unknown { why: Line<NAME> },
}

/// A kernel release: files to download. Which of them says what the others are, and who signed
/// it, only the installer judges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    pub release: Id,
    pub files: List<File, FILES>,
}

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawFile")]
pub struct File {
    /// Letters, digits and `.-_+`, not beginning with a dot: a name, never a path.
    pub name: Line<NAME>,
    /// At most [`RELEASE_FILE_BYTES`].
    pub size: u64,
    pub sha256: Sha256,
}

#[derive(Deserialize)]
struct RawFile {
    name: Line<NAME>,
    size: u64,
    sha256: Sha256,
}

impl TryFrom<RawFile> for File {
    type Error = OutOfBounds;

    fn try_from(raw: RawFile) -> Result<Self, OutOfBounds> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte);
        if raw.name.is_empty() || raw.name.starts_with('.') || !raw.name.bytes().all(plain) {
            return Err(OutOfBounds::new("not the plain name of a file"));
        }
        if raw.size > RELEASE_FILE_BYTES {
            return Err(OutOfBounds::new("a file larger than any of a release"));
        }
        Ok(Self {
            name: raw.name,
            size: raw.size,
            sha256: raw.sha256,
        })
    }
}

#[derive(Deserialize)]
struct Envelope {
    id: Id,
    seq: u64,
}

impl TryFrom<Value> for Command {
    type Error = serde_json::Error;

    /// One command that makes no sense must not keep the others from being understood.
    fn try_from(value: Value) -> Result<Self, serde_json::Error> {
        let Envelope { id, seq } = Envelope::deserialize(&value)?;
        let action = Action::deserialize(&value).unwrap_or_else(|error| Action::Unknown {
            why: Line::cut(&error.to_string()),
        });
        Ok(Self { id, seq, action })
    }
}
