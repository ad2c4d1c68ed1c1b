// SPDX-License-Identifier: Apache-2.0
//! Which text an option gets: command line over environment over files over default, and a
//! later file over an earlier one.
//!
//! An option that the command line knows is also read from files as though it stood there: at
//! the position of its `--config-file` (`_Namespace._parse_cli_opts_from_config_file`).

use std::rc::Rc;

use super::file::File;
use super::option::{Item, Mark};
use super::problem::Place;
use super::sources::Surroundings;

/// A file read, or an option of the command line, in their order.
#[derive(Clone, Debug)]
pub(super) enum Event<'a> {
    File(Rc<File>),
    Set {
        item: &'a Item,
        value: String,
        flag: String,
    },
}

/// The texts that an option was given, one but for repeated options, and where.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) texts: Vec<(String, Place)>,
    /// `(group, name)` of former names that were used.
    pub(super) former: Vec<(String, String)>,
}

/// Everything that may set an option.
pub(super) struct Sources<'a> {
    pub(super) events: Vec<Event<'a>>,
    pub(super) surroundings: &'a Surroundings,
}

impl Sources<'_> {
    /// What sets the option, if anything but its default does.
    pub(super) fn find(&self, item: &Item) -> Option<Found> {
        let (said, by) = self.said(item);
        if by == By::CommandLine {
            return said;
        }
        self.variable(item).or(said)
    }

    /// From the environment; a repeated option has one value from there.
    fn variable(&self, item: &Item) -> Option<Found> {
        let name = variable_name(item);
        let text = self.surroundings.variable(&name)?.to_owned();
        Some(Found {
            texts: vec![(text, Place::Environment(name))],
            former: vec![],
        })
    }

    /// From files and the command line, and which of the two had the last word.
    fn said(&self, item: &Item) -> (Option<Found>, By) {
        let mut found: Option<Found> = None;
        let mut by = By::File;
        for event in &self.events {
            let (next, who) = match event {
                Event::File(file) => (in_file(file, item), By::File),
                Event::Set {
                    item: set,
                    value,
                    flag,
                } => (given(item, set, value, flag), By::CommandLine),
            };
            let Some(next) = next else {
                continue;
            };
            by = if item.is(Mark::Repeated) && by == By::CommandLine {
                by
            } else {
                who
            };
            found = Some(merged(item, found, next));
        }
        (found, by)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    File,
    CommandLine,
}

/// The name of the environment variable that sets the option.
pub fn variable_name(item: &Item) -> String {
    format!(
        "OS_{}__{}",
        item.group.to_uppercase(),
        item.name.to_uppercase()
    )
}

fn given(item: &Item, set: &Item, value: &str, flag: &str) -> Option<Found> {
    let same = (item.group, item.name) == (set.group, set.name);
    let place = Place::CommandLine(flag.to_owned());
    same.then(|| Found {
        texts: vec![(value.to_owned(), place)],
        former: vec![],
    })
}

/// A later source replaces an earlier one, and adds to it for a repeated option.
fn merged(item: &Item, before: Option<Found>, mut next: Found) -> Found {
    if let Some(before) = before.filter(|_| item.is(Mark::Repeated)) {
        next.texts.splice(0..0, before.texts);
        next.former.splice(0..0, before.former);
    }
    next
}

/// In one file the present name goes before former ones; a repeated option has the values of
/// all, those of the oldest name first.
fn in_file(file: &File, item: &Item) -> Option<Found> {
    let mut found = Found {
        texts: vec![],
        former: vec![],
    };
    for (group, name, is_former) in names(item) {
        let values = file.values(&group, name);
        let texts: Vec<_> = values
            .map(|entry| (entry.value.clone(), file.place(entry)))
            .collect();
        if texts.is_empty() {
            continue;
        }
        if is_former {
            found.former.push((group, name.to_owned()));
        }
        if !item.is(Mark::Repeated) {
            found.texts.extend(texts.into_iter().next_back());
            break;
        }
        found.texts.splice(0..0, texts);
    }
    (!found.texts.is_empty()).then_some(found)
}

/// The names that files may use, the present one first.
pub(super) fn names(item: &Item) -> impl Iterator<Item = (String, &'static str, bool)> {
    let group = item.group;
    let former = item.former.iter().map(move |old| {
        (
            super::file::group_name(old.group.unwrap_or(group)),
            old.name,
            true,
        )
    });
    std::iter::once((group.to_owned(), item.name, false)).chain(former)
}
