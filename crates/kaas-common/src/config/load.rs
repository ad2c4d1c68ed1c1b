// SPDX-License-Identifier: Apache-2.0
//! Reads the command line and the files that it names, or the standard ones.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::arguments::{self, Argument, Arguments};
use super::file::File;
use super::lookup::Event;
use super::problem::{Place, Problem, Problems};
use super::sources::Surroundings;

/// What was read, and where from.
pub(super) struct Loaded<'a> {
    pub(super) events: Vec<Event<'a>>,
    pub(super) rest: Vec<String>,
    /// Every file read, in order.
    pub(super) files: Vec<PathBuf>,
    /// The folders of the command line.
    pub(super) folders: Vec<PathBuf>,
}

pub(super) fn load<'a>(
    schema: super::Schema<'a>,
    surroundings: &Surroundings,
) -> Result<Loaded<'a>, Problems> {
    let Arguments { said, rest } = arguments::parse(schema, &surroundings.arguments)?;
    let mut loading = Loading {
        loaded: Loaded {
            events: vec![],
            rest,
            files: vec![],
            folders: vec![],
        },
        problems: vec![],
    };
    loading.standard(&said, surroundings);
    for argument in said {
        match argument {
            Argument::File(path) => loading.file(&surroundings.expand(&path)),
            Argument::Folder(path) => loading.named_folder(surroundings.expand(&path), &path),
            Argument::Set { item, value, flag } => {
                loading.loaded.events.push(Event::Set { item, value, flag });
            }
        }
    }
    if loading.problems.is_empty() {
        Ok(loading.loaded)
    } else {
        Err(Problems(loading.problems))
    }
}

struct Loading<'a> {
    loaded: Loaded<'a>,
    problems: Vec<Problem>,
}

impl Loading<'_> {
    /// A `--config-file` stands for all standard files, a `--config-dir` for all their folders.
    fn standard(&mut self, said: &[Argument<'_>], surroundings: &Surroundings) {
        if !said
            .iter()
            .any(|argument| matches!(argument, Argument::File(_)))
        {
            for path in surroundings.files() {
                self.file(&path);
            }
        }
        if !said
            .iter()
            .any(|argument| matches!(argument, Argument::Folder(_)))
        {
            for path in surroundings.folders() {
                self.folder(&path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        match File::read(path) {
            Ok(file) => {
                self.loaded.events.push(Event::File(Rc::new(file)));
                self.loaded.files.push(path.to_owned());
            }
            Err(problem) => self.problems.push(problem),
        }
    }

    fn named_folder(&mut self, path: PathBuf, said: &str) {
        if path.is_dir() {
            self.folder(&path);
            self.loaded.folders.push(path);
            return;
        }
        let place = Place::CommandLine(format!("--config-dir {said}"));
        self.problems.push(Problem::new(
            place,
            "names no folder",
            "name one that is there",
        ));
    }

    /// Every `*.conf`, in the order of the names; hidden ones not.
    fn folder(&mut self, path: &Path) {
        let Ok(found) = std::fs::read_dir(path) else {
            let place = Place::Line {
                file: path.to_owned(),
                number: 0,
            };
            self.problems.push(Problem::new(
                place,
                "cannot be listed",
                "let the service's user read it",
            ));
            return;
        };
        let names = found.flatten().map(|entry| entry.path());
        let mut paths: Vec<_> = names.filter(|path| is_configuration(path)).collect();
        paths.sort();
        for path in paths {
            self.file(&path);
        }
    }
}

fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".conf") && !name.starts_with('.')
}
