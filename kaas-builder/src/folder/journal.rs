// SPDX-License-Identifier: Apache-2.0
//! What happened to a job, one line of JSON each, on disk before anybody relies on it.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::event::Outcome;
use crate::step::Step;
use crate::trouble::{About as _, Result};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Entry {
    /// Always the first.
    Job {
        id: String,
        digest: String,
    },
    Began {
        step: Step,
        at: u64,
    },
    Done {
        step: Step,
        at: u64,
    },
    /// It may be tried again.
    Failed {
        outcome: Outcome,
        at: u64,
    },
    /// It is over.
    Ended {
        outcome: Outcome,
        at: u64,
    },
}

#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    entries: Vec<Entry>,
}

impl Journal {
    /// Reads what is there. A line that was not written to its end never happened, and goes.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut options = File::options();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).about(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).about(path)?;
        let (entries, whole) = read(&text);
        file.set_len(whole).about(path)?;
        file.seek(std::io::SeekFrom::End(0)).about(path)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            entries,
        })
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn add(&mut self, entry: Entry) -> Result<()> {
        let mut line = serde_json::to_vec(&entry).about(&self.path)?;
        line.push(b'\n');
        self.file.write_all(&line).about(&self.path)?;
        self.file.sync_data().about(&self.path)?;
        self.entries.push(entry);
        Ok(())
    }
}

/// The entries up to the first line that is none, and how many bytes they take.
fn read(text: &[u8]) -> (Vec<Entry>, u64) {
    let mut entries = Vec::new();
    let mut whole = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(entry) if line.ends_with(b"\n") => entries.push(entry),
            _ => break,
        }
        whole += line.len() as u64;
    }
    (entries, whole)
}
