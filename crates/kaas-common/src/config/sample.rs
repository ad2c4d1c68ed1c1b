// SPDX-License-Identifier: Apache-2.0
//! The sample file, byte for byte as oslo-config-generator writes it.

use std::fmt::{Display, Write as _};

use super::kind::Kind;
use super::option::{Item, Mark, Standard};
use super::schema::{DEFAULT, Group, Schema};
use super::value::Value;
use crate::wrap::{Long, wrap};

const WIDTH: usize = 70;

const ADVANCED: &str = "\
# Advanced Option: intended for advanced users and not used
# by the majority of users, and might have a significant
# effect on stability and/or performance.
";

const SAMPLE_DEFAULT: &str = "\
#
# This option has a sample default set, which means that
# its actual default value may vary from the one documented
# below.
";

/// The whole file: DEFAULT first, the other groups by name.
pub fn sample(schema: Schema<'_>) -> String {
    let mut groups: Vec<&Group> = schema
        .groups
        .iter()
        .filter(|group| group.name != DEFAULT)
        .collect();
    groups.sort_by_key(|group| group.name);
    let general = schema.groups.iter().find(|group| group.name == DEFAULT);
    let empty = Group {
        name: DEFAULT,
        help: "",
        items: &[],
    };
    let mut out = section(general.unwrap_or(&empty), schema.namespace);
    for group in groups.into_iter().filter(|group| !group.items.is_empty()) {
        out += "\n\n";
        out += &section(group, schema.namespace);
    }
    out
}

fn section(group: &Group, namespace: &str) -> String {
    let mut out = format!("[{}]\n", group.name);
    if !group.help.is_empty() {
        out += &prose(group.help);
    }
    if group.items.is_empty() {
        return out;
    }
    let _ = write!(out, "\n#\n# From {namespace}\n#\n");
    let mut items: Vec<&Item> = group.items.iter().collect();
    items.sort_by_key(|item| item.is(Mark::Advanced));
    for item in items {
        out.push('\n');
        out += &option(item);
    }
    out
}

fn option(item: &Item) -> String {
    let deprecated = if item.removal.is_some() {
        "DEPRECATED: "
    } else {
        ""
    };
    let mut out = prose(&format!("{deprecated}{} ({})", item.help, type_name(item)));
    out += &bounds(item.kind);
    out += &choices(item.kind);
    if item.is(Mark::Mutable) {
        out += "# Note: This option can be changed without restarting.\n";
    }
    for old in item.former {
        let group = old.group.unwrap_or(item.group);
        let _ = writeln!(out, "# Deprecated group/name - [{group}]/{}", old.name);
    }
    out += &removal(item);
    if item.is(Mark::Advanced) {
        out += ADVANCED;
    }
    if item.sample.is_some() {
        out += SAMPLE_DEFAULT;
    }
    for text in defaults(item) {
        let blank = if text.is_empty() { "" } else { " " };
        let _ = writeln!(
            out,
            "#{} ={blank}{}",
            item.name,
            text.replace('\n', "\n#    ")
        );
    }
    out
}

const fn type_name(item: &Item) -> &'static str {
    if item.is(Mark::Repeated) {
        "multi valued"
    } else {
        item.kind.name()
    }
}

fn prose(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let lines = wrap(line, WIDTH, "# ", Long::Kept);
        out += &if lines.is_empty() {
            "#".to_owned()
        } else {
            lines.join("\n")
        };
        out.push('\n');
    }
    out
}

fn bounds(kind: Kind) -> String {
    match kind {
        Kind::Integer { min, max } => limits(min, max),
        Kind::Float { min, max } => {
            let text = |number: Option<f64>| number.map(crate::python::float);
            limits(text(min), text(max))
        }
        Kind::Port => limits(Some(0), Some(65535)),
        _ => String::new(),
    }
}

fn limits<T: Display>(min: Option<T>, max: Option<T>) -> String {
    let line = |name: &str, limit: Option<T>| {
        limit.map_or_else(String::new, |limit| format!("# {name} value: {limit}\n"))
    };
    line("Minimum", min) + &line("Maximum", max)
}

fn choices(kind: Kind) -> String {
    let Kind::Text {
        choices: choices @ [_, ..],
    } = kind
    else {
        return String::new();
    };
    let mut out = "# Possible values:\n".to_owned();
    for (name, help) in choices {
        let name = if name.is_empty() { "''" } else { name };
        let help = if help.is_empty() {
            "<No description provided>"
        } else {
            help
        };
        out += &prose(&format!("{name} - {help}"));
    }
    out
}

fn removal(item: &Item) -> String {
    let Some(removal) = item.removal else {
        return String::new();
    };
    let since = if removal.since.is_empty() {
        String::new()
    } else {
        format!(" since {}", removal.since)
    };
    let mut out = format!("# This option is deprecated for removal{since}.\n");
    out += "# Its value may be silently ignored in the future.\n";
    if !removal.reason.is_empty() {
        out += &prose(&format!("Reason: {}", removal.reason));
    }
    out
}

/// What stands behind the name, once for each value.
pub(super) fn defaults(item: &Item) -> Vec<String> {
    if let Some(text) = item.sample {
        return vec![text.to_owned()];
    }
    match item.standard {
        Standard::Unset => vec!["<None>".to_owned()],
        Standard::Text(text) => vec![written(item.kind, text)],
        Standard::Items([]) => vec![String::new()],
        Standard::Items(items) if item.is(Mark::Repeated) => {
            items.iter().map(|text| with_blanks(text)).collect()
        }
        Standard::Items(items) => {
            let items: Vec<_> = items.iter().map(|text| with_blanks(text)).collect();
            vec![items.join(",")]
        }
    }
}

/// The default as the generator writes its value; a text that refers to options as it is.
fn written(kind: Kind, text: &str) -> String {
    match kind.convert(text) {
        _ if text.contains('$') => text.to_owned(),
        Ok(Value::Bool(truth)) => truth.to_string(),
        Ok(Value::Map(mut pairs)) => {
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(key, value)| format!("{key}:{}", value.text()))
                .collect();
            pairs.join(",")
        }
        Ok(Value::Text(text)) => with_blanks(&text),
        Ok(value) => value.text(),
        Err(_) => text.to_owned(),
    }
}

/// Blanks at either end need quotes.
fn with_blanks(text: &str) -> String {
    if text.trim_matches(crate::python::is_space) == text {
        return text.to_owned();
    }
    format!("\"{text}\"")
}
