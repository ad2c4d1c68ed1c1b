// SPDX-License-Identifier: Apache-2.0
//! What the toolchain answered to Kconfig's shell commands, kept while the toolchain and the
//! tree's scripts are what they were.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::SystemTime;

use kconfig::Host;

use super::toolchain;
use crate::cache::{Cache, Reads, Slot};

/// By command.
type Answers = BTreeMap<String, Vec<u8>>;

/// A host that asks the shell only what it doesn't know.
pub(super) struct Remembering<'h> {
    host: &'h dyn Host,
    slot: Option<Slot>,
    known: Answers,
    fresh: RefCell<Answers>,
    since: SystemTime,
}

/// Where answers are recorded, or come from a recording, nothing is remembered.
const RECORDING: [&str; 2] = ["KAAS_SHELL_ANSWERS", "KAAS_SHELL_RECORD"];

impl<'h> Remembering<'h> {
    pub(super) fn new(host: &'h dyn Host, tree: &Path, cache: Option<&Cache>) -> Self {
        let is_recording = RECORDING.iter().any(|name| host.variable(name).is_some());
        let slot = cache.filter(|_| !is_recording).map(|cache| {
            let toolchain = toolchain::identity(host);
            cache.slot(tree, "answers", &[toolchain.as_bytes()])
        });
        let found = slot.as_ref().and_then(Slot::find::<Answers>);
        Self {
            host,
            slot,
            known: found.map(|(answers, _)| answers).unwrap_or_default(),
            fresh: RefCell::default(),
            since: SystemTime::now(),
        }
    }

    /// Keeps what had to be asked, beside what was known. `tree` has the scripts that are
    /// part of many commands.
    pub(super) fn keep(self, tree: &Path) {
        let mut all = self.fresh.into_inner();
        let Some(slot) = self.slot.filter(|_| !all.is_empty()) else {
            return;
        };
        all.extend(self.known);
        slot.keep(&all, (&scripts(tree), self.since), None);
    }
}

impl Host for Remembering<'_> {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.host.read(name)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.host.variable(name)
    }

    fn shell(&self, command: &str) -> Result<Vec<u8>, String> {
        if let Some(answer) = self.known.get(command) {
            return Ok(answer.clone());
        }
        let answer = self.host.shell(command)?;
        self.fresh
            .borrow_mut()
            .insert(command.to_owned(), answer.clone());
        Ok(answer)
    }
}

/// The files that commands start, and that these start.
fn scripts(tree: &Path) -> Reads {
    let entries = std::fs::read_dir(tree.join("scripts"));
    let names = entries.into_iter().flatten().flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    let files = names.filter(|name| is_script(name));
    Reads {
        files: files.map(|name| format!("scripts/{name}")).collect(),
        folders: BTreeSet::from(["scripts".to_owned()]),
    }
}

fn is_script(name: &str) -> bool {
    let suffix = name.rsplit_once('.').map(|(_, suffix)| suffix);
    matches!(suffix, None | Some("sh" | "pl" | "py" | "awk"))
}
