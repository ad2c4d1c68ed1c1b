// SPDX-License-Identifier: Apache-2.0
//! A configuration file as sections of assignments, each with its line.

use std::io;
use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption};

use super::fence::{BREAK, Fenced, fence};
use super::problem::{Place, Problem};

/// `name = value` of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// As options spell it: in lower case, but for `DEFAULT`.
    pub(super) group: String,
    pub(super) name: String,
    pub(super) value: String,
    /// Counted from 1.
    pub(super) number: usize,
}

/// What a file says, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) entries: Vec<Entry>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, Problem> {
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let number = before.split(|byte| *byte == b'\n').count();
            problem(
                path,
                number,
                "bytes that are not UTF-8",
                "save the file as UTF-8",
            )
        })?;
        Self::parse(path, &text)
    }

    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, Problem> {
        let fenced =
            fence(text).map_err(|(number, (what, remedy))| problem(path, number, what, remedy))?;
        let entries = entries(&fenced).ok_or_else(|| {
            problem(
                path,
                0,
                "lines that the reader understood in two ways",
                "report it as a fault",
            )
        })?;
        Ok(Self {
            path: path.to_owned(),
            entries,
        })
    }

    /// The values given to one name, in the order of the file.
    pub(super) fn values<'a>(
        &'a self,
        group: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.group == group && entry.name == name)
    }

    pub(super) fn place(&self, entry: &Entry) -> Place {
        Place::Line {
            file: self.path.clone(),
            number: entry.number,
        }
    }
}

fn problem(path: &Path, number: usize, what: &str, remedy: &str) -> Problem {
    Problem::new(
        Place::Line {
            file: path.to_owned(),
            number,
        },
        what,
        remedy,
    )
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let remedy = match error.kind() {
        io::ErrorKind::NotFound => "name a file that is there",
        io::ErrorKind::PermissionDenied => "let the service's user read it",
        _ => "see that it can be read",
    };
    problem(path, 0, &format!("cannot be read ({error})"), remedy)
}

/// `None` when rust-ini saw other assignments than the fence did, which no text is known to do.
fn entries(fenced: &Fenced) -> Option<Vec<Entry>> {
    let option = ParseOption {
        enabled_quote: false,
        enabled_escape: true,
        ..ParseOption::default()
    };
    let read = Ini::load_from_str_opt(&fenced.text, option).ok()?;
    let mut numbers = fenced.numbers.iter();
    let mut entries = Vec::new();
    for (header, properties) in &read {
        let Some(header) = header else {
            continue;
        };
        let section = fenced.sections.get(header.parse::<usize>().ok()?)?;
        for (name, value) in properties {
            entries.push(Entry {
                group: group_name(section),
                name: name.to_owned(),
                value: unquoted(value),
                number: *numbers.next()?,
            });
        }
    }
    numbers.next().is_none().then_some(entries)
}

/// Sections are told apart without regard to case; only `DEFAULT` is in upper case.
pub(super) fn group_name(section: &str) -> String {
    if section == super::schema::DEFAULT {
        return section.to_owned();
    }
    section.to_lowercase()
}

/// One pair of quotes around the first line of a value is taken away.
fn unquoted(value: &str) -> String {
    let (first, rest) = value.split_at(value.find(BREAK).unwrap_or(value.len()));
    let first = first.trim_matches(crate::python::is_space);
    let inner = ['"', '\''].iter().find_map(|quote| match first {
        // A lone quote is a pair to oslo.config, which takes its only character away.
        _ if first.len() == 1 => first.strip_prefix(*quote),
        _ => first.strip_prefix(*quote)?.strip_suffix(*quote),
    });
    (inner.unwrap_or(first).to_owned() + rest).replace(BREAK, "\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    /// `tests/config/record.py` made them, of what readers trip over.
    #[test]
    fn random_texts_are_read_as_oslo_config_does() {
        let cases: Vec<(String, Value)> =
            serde_json::from_str(include_str!("../../tests/config/random.json")).unwrap();
        for (text, expected) in cases {
            let found = read(&text);
            if expected != 0 || !found.is_u64() {
                assert_eq!(found, expected, "{text:?}");
            }
        }
    }

    fn read(text: &str) -> Value {
        let file = match File::parse(Path::new("x"), text) {
            Ok(file) => file,
            Err(Problem {
                place: Place::Line { number, .. },
                ..
            }) => return number.into(),
            Err(problem) => return problem.to_string().into(),
        };
        let mut sections = BTreeMap::<_, BTreeMap<_, Vec<_>>>::new();
        for entry in file.entries {
            let section = sections.entry(entry.group).or_default();
            section.entry(entry.name).or_default().push(entry.value);
        }
        json!(sections)
    }

    #[test]
    fn each_entry_knows_its_line() {
        let text = "# x\n[a]\nb = 1\n  2\n\nc = 3\n[DEFAULT]\nb = 4\n[a]\nb = 5\n";
        let file = File::parse(Path::new("x"), text).unwrap();
        let lines: Vec<_> = file.entries.iter().map(|entry| entry.number).collect();
        assert_eq!(lines, [3, 6, 8, 10]);
    }

    #[test]
    fn no_message_repeats_a_line() {
        for text in [
            "hunter2",
            "[DEFAULT]\n  hunter2",
            "[hunter2",
            "= hunter2",
            "hunter2 = 1",
        ] {
            let message = File::parse(Path::new("x"), text).unwrap_err().to_string();
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
}
