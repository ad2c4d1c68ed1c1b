// SPDX-License-Identifier: Apache-2.0
//! What the agent says to people: a line in the log when something changes, and a file with
//! how it is now.

use std::fs;
use std::path::PathBuf;

use serde::Serialize;

/// How the agent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Condition {
    /// In touch with the service.
    Enrolled,
    /// Nobody invited this machine.
    Uninvited,
    /// Something fails, and is tried again.
    Troubled,
    /// The service wants no more of it.
    Revoked,
}

/// See above.
pub(super) struct Voice {
    path: PathBuf,
    last: Option<(Condition, String)>,
}

#[derive(Serialize)]
struct Document<'a> {
    condition: Condition,
    detail: &'a str,
}

impl Voice {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, last: None }
    }

    /// Says it, unless it was said last.
    pub(super) fn say(&mut self, condition: Condition, detail: &str) {
        let now = (condition, detail.to_owned());
        if self.last.as_ref() == Some(&now) {
            return;
        }
        eprintln!("kaas-guest: {detail}");
        let document = Document { condition, detail };
        let text = serde_json::to_string(&document).unwrap_or_default() + "\n";
        let new = self.path.with_extension("new");
        // Where it cannot be written, the log still says it.
        let _ = fs::write(&new, text).and_then(|()| fs::rename(&new, &self.path));
        self.last = Some(now);
    }
}
