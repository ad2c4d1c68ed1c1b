// SPDX-License-Identifier: Apache-2.0
//! The command line, up to the first word that is no option; what follows is the program's.

use super::kind::Kind;
use super::option::{Flag, Item};
use super::problem::{Place, Problem, Problems};
use super::schema::{DEFAULT, Schema};

/// What a command line says, one after the other: order matters between files and options.
#[derive(Clone, Debug)]
pub(super) enum Argument<'a> {
    File(String),
    Folder(String),
    Set {
        item: &'a Item,
        value: String,
        flag: String,
    },
}

/// A command line, taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments<'a> {
    pub(super) said: Vec<Argument<'a>>,
    pub(super) rest: Vec<String>,
}

pub(super) fn parse<'a>(schema: Schema<'a>, words: &[String]) -> Result<Arguments<'a>, Problems> {
    let mut arguments = Arguments::default();
    let mut problems = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            arguments.rest = words.cloned().collect();
            break;
        }
        if !word.starts_with('-') || word == "-" {
            arguments.rest.push(word.clone());
            arguments.rest.extend(words.cloned());
            break;
        }
        match argument(schema, word, &mut words) {
            Ok(argument) => arguments.said.push(argument),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(arguments)
    } else {
        Err(Problems(problems))
    }
}

fn argument<'a, 'w>(
    schema: Schema<'a>,
    word: &str,
    words: &mut impl Iterator<Item = &'w String>,
) -> Result<Argument<'a>, Problem> {
    let (flag, joined) = split(word);
    if let Some((item, truth)) = switch(schema, flag) {
        return if joined.is_none() {
            Ok(Argument::Set {
                item,
                value: truth.to_owned(),
                flag: flag.to_owned(),
            })
        } else {
            Err(wrong(
                flag,
                "takes no value",
                "write it alone, or with `no` before its name",
            ))
        };
    }
    let item = schema.items().find(|item| names(item, flag));
    if item.is_none() && !matches!(flag, "--config-file" | "--config-dir") {
        return Err(wrong(flag, "is no option of this program", "see --help"));
    }
    let value = joined.map(str::to_owned).or_else(|| words.next().cloned());
    let value = value.ok_or_else(|| wrong(flag, "has no value", "write one behind it"))?;
    Ok(match (item, flag) {
        (Some(item), _) => Argument::Set {
            item,
            value,
            flag: flag.to_owned(),
        },
        (None, "--config-file") => Argument::File(value),
        (None, _) => Argument::Folder(value),
    })
}

/// `--name=value`, or `-nvalue`.
fn split(word: &str) -> (&str, Option<&str>) {
    if word.starts_with("--") {
        let (flag, value) = word.split_once('=').unwrap_or((word, ""));
        return (flag, word.contains('=').then_some(value));
    }
    let end = word.char_indices().nth(2).map_or(word.len(), |(at, _)| at);
    (&word[..end], (end < word.len()).then_some(&word[end..]))
}

/// A boolean option and what its flag says: `--debug`, `--nodebug`, `-d`.
fn switch<'a>(schema: Schema<'a>, flag: &str) -> Option<(&'a Item, &'static str)> {
    let mut booleans = schema
        .items()
        .filter(|item| matches!(item.kind, Kind::Bool));
    booleans.find_map(|item| {
        if names(item, flag) {
            return Some((item, "true"));
        }
        let inverse = long(item, "no") == flag.replace('_', "-");
        (item.flag != Flag::None && inverse).then_some((item, "false"))
    })
}

fn names(item: &Item, flag: &str) -> bool {
    let short = matches!(item.flag, Flag::Short(letter) if flag == format!("-{letter}"));
    short || item.flag != Flag::None && long(item, "") == flag.replace('_', "-")
}

/// The long name, with `prefix` before the option's own.
pub(super) fn long(item: &Item, prefix: &str) -> String {
    let name = format!("{prefix}{}", item.name);
    if item.group == DEFAULT {
        return format!("--{name}").replace('_', "-");
    }
    format!("--{}-{name}", item.group).replace('_', "-")
}

fn wrong(flag: &str, what: &str, remedy: &str) -> Problem {
    Problem::new(Place::CommandLine(flag.to_owned()), what, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Group, Opt};

    const ITEMS: &[Item] = &[
        Opt::bool("DEFAULT", "debug", "h")
            .flag(Flag::Short('d'))
            .item(),
        Opt::text("DEFAULT", "log_file", "h")
            .flag(Flag::Long)
            .item(),
        Opt::port("DEFAULT", "hidden", "h").item(),
    ];
    const SCHEMA: Schema<'_> = Schema {
        namespace: "t",
        groups: &[Group {
            name: "DEFAULT",
            help: "",
            items: ITEMS,
        }],
    };

    fn said(line: &str) -> String {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        match parse(SCHEMA, &words) {
            Err(problems) => problems.to_string(),
            Ok(arguments) => {
                let said = arguments.said.iter().map(|argument| match argument {
                    Argument::File(path) => format!("file {path}"),
                    Argument::Folder(path) => format!("folder {path}"),
                    Argument::Set { item, value, .. } => format!("{}={value}", item.name),
                });
                format!(
                    "{} | {}",
                    said.collect::<Vec<_>>().join(", "),
                    arguments.rest.join(" ")
                )
            }
        }
    }

    #[test]
    fn options_stop_at_the_first_word_that_is_none() {
        assert_eq!(
            said("--config-file a -d db sync --version 3"),
            "file a, debug=true | db sync --version 3"
        );
        assert_eq!(
            said("--log_file=x --nodebug -- -d"),
            "log_file=x, debug=false | -d"
        );
        assert_eq!(
            said("--config-dir=/x --log-file --config-file"),
            "folder /x, log_file=--config-file | "
        );
    }

    #[test]
    fn what_is_wrong_is_said_without_the_value() {
        assert_eq!(
            said("--hidden=secret"),
            "command line, --hidden: is no option of this program; see --help"
        );
        assert_eq!(
            said("--log-file"),
            "command line, --log-file: has no value; write one behind it"
        );
        assert!(said("--debug=secret").contains("takes no value"));
        assert!(!said("--debug=secret").contains("secret"));
    }
}
