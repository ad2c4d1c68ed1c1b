// SPDX-License-Identifier: Apache-2.0
//! What the file system says of a file. Nobody changes a file's content and leaves it all.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// Size, times and number of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    size: u64,
    number: u64,
    /// Seconds and nanoseconds: of the last writing, which programs set as they like, ...
    modified: (i64, i64),
    /// ... and of the last change of any kind, which they can't.
    changed: (i64, i64),
}

/// The clock of a file system moves on in steps that are no longer than this.
const STEP: Duration = Duration::from_millis(20);

impl Stamp {
    /// `None` where there is no such file.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let about = std::fs::metadata(path).ok()?;
        Some(Self {
            size: about.len(),
            number: about.ino(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        })
    }

    /// What tells builds of a program apart. A link to it makes no other.
    pub(super) fn of_program(self) -> String {
        format!("{} {} {:?}", self.size, self.number, self.modified)
    }

    /// Whether the file may have changed after a moment.
    pub(crate) fn may_be_later(&self, moment: SystemTime) -> bool {
        let (seconds, nanoseconds) = self.changed;
        let seconds = u64::try_from(seconds).unwrap_or(0);
        let nanoseconds = u64::try_from(nanoseconds).unwrap_or(0);
        let since_start = Duration::from_secs(seconds) + Duration::from_nanos(nanoseconds);
        SystemTime::UNIX_EPOCH + since_start + STEP >= moment
    }
}
