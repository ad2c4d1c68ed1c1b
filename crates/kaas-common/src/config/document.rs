// SPDX-License-Identifier: Apache-2.0
//! The options as a page of documentation, in Markdown.

use std::fmt::Write as _;

use super::lookup::variable_name;
use super::option::{Flag, Item, Mark};
use super::sample::defaults;
use super::schema::Schema;

/// A heading for each group, and an entry for each option, in the order declared.
pub fn document(schema: Schema<'_>) -> String {
    let mut out = format!("# Options of {}\n", schema.namespace);
    for group in schema.groups {
        let _ = write!(out, "\n## [{}]\n", group.name);
        if !group.help.is_empty() {
            let _ = write!(out, "\n{}\n", group.help);
        }
        for item in group.items {
            out += &entry(item);
        }
    }
    out
}

fn entry(item: &Item) -> String {
    let mut out = format!("\n### `{}`\n\n{}\n\n", item.name, item.help);
    let _ = writeln!(out, "- a {}: {}", item.kind.name(), item.kind.expected());
    for text in defaults(item) {
        let text = if text.is_empty() {
            "nothing".to_owned()
        } else {
            format!("`{text}`")
        };
        let _ = writeln!(out, "- default: {text}");
    }
    let _ = writeln!(out, "- environment: `{}`", variable_name(item));
    match item.flag {
        Flag::None => {}
        Flag::Long => out += &format!("- command line: `{}`\n", super::arguments::long(item, "")),
        Flag::Short(letter) => {
            let long = super::arguments::long(item, "");
            let _ = writeln!(out, "- command line: `{long}`, `-{letter}`");
        }
    }
    for (mark, says) in MARKS {
        if item.is(*mark) {
            let _ = writeln!(out, "- {says}");
        }
    }
    for old in item.former {
        let _ = writeln!(
            out,
            "- before: `[{}] {}`",
            old.group.unwrap_or(item.group),
            old.name
        );
    }
    if let Some(removal) = item.removal {
        let _ = writeln!(
            out,
            "- to be removed, since {}: {}",
            removal.since, removal.reason
        );
    }
    out
}

const MARKS: &[(Mark, &str)] = &[
    (Mark::Required, "has to be set"),
    (Mark::Repeated, "may be given several times"),
    (Mark::Secret, "secret: never logged"),
    (Mark::Mutable, "a reload (SIGHUP) takes a new value"),
];
