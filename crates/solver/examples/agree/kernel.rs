// SPDX-License-Identifier: Apache-2.0
//! A kernel tree with recorded surroundings: no compiler is asked.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use kconfig::answers::Answers;
use kconfig::{Dialect, Host, Model, text};

struct Recorded {
    tree: PathBuf,
    variables: BTreeMap<String, String>,
    answers: Answers,
}

impl Host for Recorded {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.tree.join(name)).ok()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn shell(&self, command: &str) -> Result<Vec<u8>, String> {
        let answer = self.answers.get(command);
        let answer = answer.ok_or_else(|| format!("no answer to '{command}'"))?;
        Ok(text::encode(answer).into_owned())
    }
}

/// The model of a tree, with the environment and answers beside `stem`.
pub(crate) fn load(tree: &Path, stem: &Path) -> Result<Model, Box<dyn Error>> {
    // A release as in `6.1-x86.env` has a dot of its own.
    let beside = |extension: &str| PathBuf::from(format!("{}.{extension}", stem.display()));
    let variables = fs::read_to_string(beside("env"))?;
    let variables = variables.lines().filter_map(|line| line.split_once('='));
    let answers = fs::read(beside("txt"))?;
    let host = Recorded {
        tree: tree.to_owned(),
        variables: variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        answers: Answers::parse(&text::decode(&answers)).map_err(|error| error.to_string())?,
    };
    let dialect = Dialect::detect(|name| {
        let bytes = fs::read(tree.join("scripts/kconfig").join(name)).ok()?;
        Some(text::decode(&bytes))
    });
    let loaded = kconfig::load(&host, &dialect, "Kconfig");
    match loaded.diagnostics.iter().find(|found| found.is_error()) {
        Some(error) => Err(error.to_string().into()),
        None => Ok(loaded.model),
    }
}
