// SPDX-License-Identifier: Apache-2.0
//! The recorded reports.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;
use tailor::report::Report;

pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) json: Value,
    pub(crate) report: Report,
    file: PathBuf,
}

pub(crate) fn all() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report");
    let entries = fs::read_dir(folder).expect("a folder");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    assert!(!files.is_empty());
    files.into_iter().map(read).collect()
}

pub(crate) fn named(name: &str) -> Sample {
    all()
        .into_iter()
        .find(|sample| sample.name == name)
        .expect(name)
}

/// As JSON writes them.
pub(crate) fn words(all: &[impl Serialize]) -> Vec<String> {
    let word = |one| serde_json::from_value(serde_json::to_value(one).expect("a word"));
    all.iter().map(|one| word(one).expect("a text")).collect()
}

fn read(file: PathBuf) -> Sample {
    let text = fs::read_to_string(&file).expect("readable");
    let name = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Sample {
        json: serde_json::from_str(&text).expect(&name),
        report: serde_json::from_str(&text).expect(&name),
        name,
        file,
    }
}

impl Sample {
    pub(crate) fn compare(&self, extension: &str, actual: &str) {
        let file = self.file.with_extension(extension);
        if std::env::var_os("SPEC_UPDATE").is_some_and(|value| !value.is_empty()) {
            fs::write(&file, actual).expect("written");
            return;
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        let differs = expected
            .lines()
            .zip(actual.lines())
            .zip(1..)
            .find(|((a, b), _)| a != b);
        if let Some(((expected, actual), line)) = differs {
            panic!("{}:{line}\n- {expected}\n+ {actual}", file.display());
        }
        assert_eq!(
            expected.len(),
            actual.len(),
            "{}: one is longer",
            file.display()
        );
    }
}
