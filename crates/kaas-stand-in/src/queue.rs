// SPDX-License-Identifier: Apache-2.0
//! Commands from another process: files in `queue/` below the server's folder, each with one
//! command for every guest, such as `{"do": "snapshot"}`. The server takes them away.

use std::fs;
use std::path::{Path, PathBuf};

use kaas_types::agent::{Action, Id};
use serde_json::Value;

use crate::failure::{About as _, Result};
use crate::state::{State, new_id};

const FOLDER: &str = "queue";

/// Leaves a command (JSON) for the server whose folder this is; its id is the answer.
pub fn queue(folder: &Path, action: &str) -> Result<Id> {
    let value: Value = serde_json::from_str(action).about("the command")?;
    serde_json::from_value::<Action>(value).about("the command")?;
    let id = new_id()?;
    let folder = folder.join(FOLDER);
    fs::create_dir_all(&folder).about(folder.display())?;
    let (path, beside) = (
        folder.join(format!("{id}.json")),
        folder.join(format!("{id}.new")),
    );
    fs::write(&beside, action).about(beside.display())?;
    fs::rename(&beside, &path).about(path.display())?;
    Ok(id)
}

/// Gives what was left to the guests. What makes no sense is left lying.
pub(crate) fn collect(folder: &Path, state: &mut State) -> bool {
    let mut files = waiting(&folder.join(FOLDER));
    files.sort();
    let mut any = false;
    for path in files {
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let id = name.and_then(|name| Id::try_from(name).ok());
        let text = fs::read(&path).unwrap_or_default();
        let (Some(id), Ok(action)) = (id, serde_json::from_slice::<Action>(&text)) else {
            continue;
        };
        for guest in state.guests.values_mut() {
            guest.push(id.clone(), action.clone());
        }
        any |= !state.guests.is_empty() && fs::remove_file(&path).is_ok();
    }
    any
}

fn waiting(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let is_whole = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
    paths.filter(is_whole).collect()
}
