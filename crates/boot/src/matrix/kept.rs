// SPDX-License-Identifier: Apache-2.0
//! Outcomes on disk: a file for each cell, with a key of all that the outcome follows from.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::outcome::Outcome;
use virtual_machine::cache::Cache;
use virtual_machine::{About as _, Failure, Result};

/// Which of memcached's own tests are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tests {
    Short,
    All,
}

/// What such a file holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) key: String,
    pub(super) outcome: Outcome,
}

impl Kept {
    /// What is there, whatever its key; a file of another form counts for nothing.
    pub(super) fn read(cache: &Cache, cell: &Cell, tests: Tests) -> Result<Option<Self>> {
        let text = fs::read(path(cache, cell, tests)?).ok();
        Ok(text.and_then(|text| serde_json::from_slice(&text).ok()))
    }

    pub(super) fn write(&self, cache: &Cache, cell: &Cell, tests: Tests) -> Result<()> {
        let path = path(cache, cell, tests)?;
        let text = serde_json::to_vec_pretty(self);
        let text = text.map_err(|error| Failure::new(error.to_string()))?;
        fs::write(&path, text).about(&path)
    }
}

fn path(cache: &Cache, cell: &Cell, tests: Tests) -> Result<PathBuf> {
    let room = match tests {
        Tests::Short => "cells",
        Tests::All => "cells-all-tests",
    };
    Ok(cache.folder(room)?.join(format!("{cell}.json")))
}
