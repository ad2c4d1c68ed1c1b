// SPDX-License-Identifier: Apache-2.0
//! All the options that a process knows, by group.

use super::kind::Kind;
use super::option::{Item, Mark, Standard};

/// A `[section]` of the file.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub name: &'static str,
    /// Empty, or what the section is for.
    pub help: &'static str,
    pub items: &'static [Item],
}

/// The name of the group that needs no section of its own on the command line.
pub const DEFAULT: &str = "DEFAULT";

/// The groups of a process.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    /// As the sample names their origin: `kaas.api`.
    pub namespace: &'a str,
    pub groups: &'a [Group],
}

impl<'a> Schema<'a> {
    /// Every option, in the order declared.
    pub fn items(self) -> impl Iterator<Item = &'a Item> {
        self.groups.iter().flat_map(|group| group.items)
    }

    /// The option of this name, or that had it before; a former name that says no group is
    /// looked for in DEFAULT (`ConfigOpts._track_deprecated_opts`).
    pub(super) fn find(self, group: &str, name: &str) -> Option<&'a Item> {
        let former = |item: &&Item| {
            let mut names = item.former.iter();
            names.any(|old| old.group.unwrap_or(DEFAULT) == group && old.name == name)
        };
        let current = |item: &&Item| item.group == group && item.name == name;
        self.items()
            .find(current)
            .or_else(|| self.items().find(former))
    }

    pub(super) fn has_group(self, name: &str) -> bool {
        self.groups.iter().any(|group| group.name == name)
    }

    /// What is wrong with the declarations themselves: for the test of each process.
    pub fn faults(self) -> Vec<String> {
        let mut faults = Vec::new();
        for group in self.groups {
            faults.extend(
                group
                    .items
                    .iter()
                    .flat_map(|item| self.faults_of(group, item)),
            );
        }
        faults
    }

    fn faults_of(self, group: &Group, item: &Item) -> Vec<String> {
        let same = |other: &&Item| other.group == item.group && other.name == item.name;
        let lower = group.name == DEFAULT || group.name == group.name.to_lowercase();
        let checks = [
            (item.group == group.name, "is listed in another group"),
            (lower, "is in a group that is not in lower case"),
            (self.items().filter(same).count() == 1, "is declared twice"),
            (!item.help.is_empty(), "has no help"),
            (
                !item.name.contains('-'),
                "has a hyphen, which no file can write",
            ),
            (
                default_converts(item),
                "has a default that its kind refuses",
            ),
        ];
        let failed = checks.iter().filter(|(holds, _)| !holds);
        failed
            .map(|(_, what)| format!("{} {what}", item.title()))
            .collect()
    }
}

/// Whether the default is a value of its kind; one that refers to others is seen when loaded.
fn default_converts(item: &Item) -> bool {
    let converts = |kind: &Kind, text: &str| text.contains('$') || kind.convert(text).is_ok();
    match (item.standard, item.kind) {
        (Standard::Unset, _) => true,
        (Standard::Text(text), kind) => converts(&kind, text) && !item.is(Mark::Repeated),
        (Standard::Items(items), Kind::List(kind)) => items.iter().all(|text| converts(kind, text)),
        (Standard::Items(items), kind) => {
            item.is(Mark::Repeated) && items.iter().all(|text| converts(&kind, text))
        }
    }
}
