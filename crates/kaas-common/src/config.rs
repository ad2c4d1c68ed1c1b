// SPDX-License-Identifier: Apache-2.0
//! Configuration, read as oslo.config reads it: command line, environment `OS_<GROUP>__<OPTION>`,
//! files and folders, defaults, in this order; `$name` stands for another option's value.
//!
//! Unlike there, everything is checked when it is read, and all that is wrong is said at once;
//! and the command line always goes before the environment.

mod arguments;
mod document;
mod fence;
mod file;
mod kind;
mod load;
mod lookup;
mod option;
mod problem;
mod reload;
mod resolve;
mod sample;
mod schema;
mod sources;
mod substitute;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use load::Loaded;
use lookup::{Event, Sources};
use resolve::{Key, Resolver};

pub use document::document;
pub use kind::{Choice, IpVersion, Kind, TEXT, Wrong};
pub use lookup::variable_name;
pub use option::{Flag, Former, Item, Mark, Opt, Removal, Standard};
pub use problem::{Place, Problem, Problems};
pub use reload::{Change, Reload, reload};
pub use resolve::Resolved;
pub use sample::sample;
pub use schema::{DEFAULT, Group, Schema};
pub use sources::Surroundings;
pub use value::{FromValue, Value};

use crate::secret::MASK;

/// A configuration as read: every declared option has a valid value.
#[derive(Clone, Debug)]
pub struct Config {
    values: BTreeMap<Key, Resolved>,
    /// What to warn of, once: names and options that are deprecated.
    pub warnings: Vec<String>,
    /// Entries of files that no declared option reads, as `FILE:LINE: [group] name`.
    pub unknown: Vec<String>,
    /// The command line behind its options.
    pub rest: Vec<String>,
    /// The files read, in their order.
    pub files: Vec<PathBuf>,
    /// Where other files of the service are looked for, the first first.
    directories: Vec<PathBuf>,
}

/// Reads everything, and refuses what is wrong in any of it.
pub fn load(schema: Schema<'_>, surroundings: &Surroundings) -> Result<Config, Problems> {
    let (mut config, results) = read(schema, surroundings)?;
    let mut problems = Vec::new();
    for (key, result) in results {
        match result {
            Ok(resolved) => {
                config.values.insert(key, resolved);
            }
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(schema.items().filter_map(|item| missing(item, &config)));
    if problems.is_empty() {
        Ok(config)
    } else {
        Err(Problems(problems))
    }
}

/// Every option for itself, valid or not; an error only where a file cannot be read.
pub fn load_each(
    schema: Schema<'_>,
    surroundings: &Surroundings,
) -> Result<BTreeMap<Key, Result<Resolved, Problem>>, Problems> {
    read(schema, surroundings).map(|(_, results)| results)
}

type Results = BTreeMap<Key, Result<Resolved, Problem>>;

fn read(schema: Schema<'_>, surroundings: &Surroundings) -> Result<(Config, Results), Problems> {
    let Loaded {
        events,
        rest,
        files,
        folders,
    } = load::load(schema, surroundings)?;
    let sources = Sources {
        events,
        surroundings,
    };
    let mut directories = folders;
    directories.extend(
        files
            .iter()
            .rev()
            .filter_map(|file| file.parent().map(Path::to_owned)),
    );
    directories.extend(surroundings.directories());
    let config = Config {
        values: BTreeMap::new(),
        warnings: warnings(schema, &sources),
        unknown: unknown(schema, &sources.events),
        rest,
        files,
        directories,
    };
    Ok((config, Resolver::new(schema, &sources).all()))
}

impl Config {
    /// The value of a declared option; the default where only an empty number was written.
    pub fn get<T: FromValue + Default>(&self, option: &Opt<T>) -> T {
        let item = option.item();
        let value = self.values.get(&(item.group, item.name));
        let value = value.and_then(|resolved| T::from_value(&resolved.value));
        value.or_else(|| option.fallback()).unwrap_or_default()
    }

    /// Every option with its value and place.
    pub fn each(&self) -> BTreeMap<(&'static str, &'static str), Result<Resolved, Problem>> {
        self.values
            .iter()
            .map(|(key, resolved)| (*key, Ok(resolved.clone())))
            .collect()
    }

    /// A file of the service beside its configuration, such as `policy.yaml`.
    pub fn find_file(&self, name: &str) -> Option<PathBuf> {
        self.directories
            .iter()
            .map(|directory| directory.join(name))
            .find(|path| path.exists())
    }

    /// Every option as `group.name = value`, secrets masked: for the log at the start.
    pub fn dump(&self, schema: Schema<'_>) -> Vec<String> {
        let line = |item: &Item| {
            let resolved = self.values.get(&(item.group, item.name))?;
            Some(format!(
                "{}.{} = {}",
                item.group,
                item.name,
                shown(item, &resolved.value)
            ))
        };
        schema.items().filter_map(line).collect()
    }
}

/// The value as messages show it.
fn shown(item: &Item, value: &Value) -> String {
    if item.is(Mark::Secret) {
        MASK.to_owned()
    } else {
        value.text()
    }
}

fn missing(item: &Item, config: &Config) -> Option<Problem> {
    let resolved = config.values.get(&(item.group, item.name))?;
    let unset = item.is(Mark::Required) && resolved.value == Value::None;
    unset.then(|| Problem {
        place: resolved.place.clone(),
        option: Some(item.title()),
        what: "has no value, and needs one".to_owned(),
        remedy: format!("write {}", item.kind.expected()),
    })
}

fn warnings(schema: Schema<'_>, sources: &Sources<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    for item in schema.items() {
        let Some(found) = sources.find(item) else {
            continue;
        };
        for (group, name) in found.former {
            warnings.push(format!(
                "Deprecated: Option \"{name}\" from group \"{group}\" is deprecated. Use option \"{}\" from group \"{}\".",
                item.name, item.group
            ));
        }
        if let Some(removal) = item.removal {
            let reason = if removal.reason.is_empty() {
                String::new()
            } else {
                format!(" ({})", removal.reason)
            };
            warnings.push(format!(
                "Deprecated: Option \"{}\" from group \"{}\" is deprecated for removal{reason}.  \
                 Its value may be silently ignored in the future.",
                item.name, item.group
            ));
        }
    }
    warnings
}

fn unknown(schema: Schema<'_>, events: &[Event<'_>]) -> Vec<String> {
    let known: Vec<(String, &str)> = schema
        .items()
        .flat_map(lookup::names)
        .map(|(group, name, _)| (group, name))
        .collect();
    let mut unknown = Vec::new();
    for event in events {
        let Event::File(file) = event else {
            continue;
        };
        for entry in &file.entries {
            let declared =
                |(group, name): &(String, &str)| *group == entry.group && *name == entry.name;
            if !known.iter().any(declared) {
                unknown.push(format!(
                    "{}: [{}] {}",
                    file.place(entry),
                    entry.group,
                    entry.name
                ));
            }
        }
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    const PORT: Opt<u16> = Opt::port("api", "bind_port", "Where.").default("9870");
    const LIMIT: Opt<i64> = Opt::integer("api", "limit", "How many.")
        .min(1)
        .default("$bind_port");
    const NAMES: Opt<Vec<String>> = Opt::list("api", "names", "Which.").defaults(&["a", "b"]);
    const PASSWORD: Opt<Option<Secret>> = Opt::secret("api", "password", "Hidden.");
    const TOKENS: Opt<Vec<(String, String)>> =
        Opt::map("api", "tokens", "Hidden.").mark(Mark::Secret);
    const USER: Opt<Option<String>> = Opt::text("api", "user", "Who.").mark(Mark::Required);
    const ITEMS: &[Item] = &[
        PORT.item(),
        LIMIT.item(),
        NAMES.item(),
        PASSWORD.item(),
        TOKENS.item(),
        USER.item(),
    ];
    const SCHEMA: Schema<'_> = Schema {
        namespace: "kaas.test",
        groups: &[Group {
            name: "api",
            help: "",
            items: ITEMS,
        }],
    };

    fn with(variables: &[(&str, &str)]) -> Result<Config, Problems> {
        let text = |(name, value): &(&str, &str)| (format!("OS_API__{name}"), (*value).to_owned());
        let environment = variables.iter().map(text).collect();
        load(
            SCHEMA,
            &Surroundings {
                environment,
                ..Surroundings::default()
            },
        )
    }

    #[test]
    fn options_read_as_their_own_types() {
        let config = with(&[("USER", "u"), ("PASSWORD", "p")]).unwrap();
        assert_eq!(config.get(&PORT), 9870);
        assert_eq!(config.get(&LIMIT), 9870);
        assert_eq!(config.get(&NAMES), ["a", "b"]);
        assert_eq!(config.get(&PASSWORD), Some(Secret::new("p".to_owned())));
        assert_eq!(config.get(&USER).as_deref(), Some("u"));
        assert_eq!(SCHEMA.faults(), Vec::<String>::new());
    }

    #[test]
    fn an_empty_number_is_the_default() {
        let config = with(&[("USER", "u"), ("BIND_PORT", ""), ("LIMIT", "3")]).unwrap();
        assert_eq!(config.get(&PORT), 9870);
    }

    #[test]
    fn everything_wrong_is_said_at_once_with_its_place() {
        let problems = with(&[("BIND_PORT", "x"), ("LIMIT", "0")]).unwrap_err();
        assert_eq!(
            problems.to_string(),
            "environment variable OS_API__BIND_PORT: [api] bind_port = 'x' is not a whole number, \
             or too large a one; write a port, from 0 to 65535\n\
             environment variable OS_API__LIMIT: [api] limit = '0' is less than 1; \
             write a whole number, 1 or more\n\
             default: [api] user has no value, and needs one; write a text"
        );
    }

    #[test]
    fn no_message_and_no_dump_shows_a_secret() {
        for value in ["hunter2", "k:hunter2,hunter2", "pa$hunter2", "$password"] {
            let result = with(&[("PASSWORD", value), ("TOKENS", value), ("USER", "u")]);
            let text = match result {
                Err(problems) => format!("{problems} {problems:?}"),
                Ok(config) => format!("{} {config:?}", config.dump(SCHEMA).join(" ")),
            };
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
