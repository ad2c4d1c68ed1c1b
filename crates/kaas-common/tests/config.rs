// SPDX-License-Identifier: Apache-2.0
//! `tests/config/*.md`, read as the real oslo.config reads them. What a case gives: `file NAME`,
//! each passed as `--config-file` unless there are `arguments`, a word a line (`@/` is the folder
//! of the files); `environment`, `NAME=VALUE` a line; `after NAME`, the file at the reload;
//! `texts GROUP.NAME`, values for one option, each read by itself.
//! What comes of it: `values`, the options that are not at their default; `warnings`; `reload`.
//! They are recorded by `config/record.py`, never by `SPEC_UPDATE`. A block `differs` stands
//! beside one where ours is another on purpose.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics fails, with its place"
)]

#[path = "support/options.rs"]
mod options;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use kaas_common::config::{self, Place, Problems, Resolved, Surroundings, Value};
use options::schema;
use spec_test::{Actual, Case, Outcome};

fn main() -> ExitCode {
    let sample = include_str!("config/sample.conf");
    assert_eq!(
        config::sample(schema()),
        sample,
        "the sample is that of oslo-config-generator"
    );
    assert_eq!(schema().faults(), Vec::<String>::new());
    spec_test::run("tests/config", check)
}

fn check(case: &Case) -> Outcome {
    let mut found = match case.each("texts").next() {
        Some((name, texts)) => Found {
            values: each_text(name, texts)?,
            ..Found::default()
        },
        None => run(case)?,
    };
    let recorded = if case.get("reload").is_some() {
        &mut found.reload
    } else {
        &mut found.values
    };
    let mut actual = Actual::default();
    if case.get("differs").is_some() {
        let theirs = case.get("reload").map_or_else(|| case.text("values"), Ok)?;
        if recorded == theirs {
            return Err("`differs`, and does not".into());
        }
        actual = actual.block("differs", std::mem::take(recorded));
        theirs.clone_into(recorded);
    }
    Ok(actual
        .block("values", found.values)
        .block("reload", found.reload)
        .loud("warnings", found.warnings))
}

#[derive(Default)]
struct Found {
    values: String,
    warnings: String,
    reload: String,
}

fn run(case: &Case) -> Result<Found, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    write(folder.path(), case.each("file"))?;
    let surroundings = surroundings(case, folder.path());
    let results = match config::load_each(schema(), &surroundings) {
        Ok(results) => results,
        Err(problems) => {
            let values = refused(&problems, folder.path());
            return Ok(Found {
                values,
                ..Found::default()
            });
        }
    };
    let mut found = Found {
        values: values(&results),
        ..Found::default()
    };
    let Ok(before) = config::load(schema(), &surroundings) else {
        return Ok(found);
    };
    if case.get("warnings").is_some() {
        found.warnings = lines(&before.warnings);
    }
    write(folder.path(), case.each("after"))?;
    if case.get("reload").is_some() {
        found.values = String::new();
        let outcome = config::reload(schema(), &before, config::load(schema(), &surroundings)?);
        let ignored = |name: &String| format!("Ignoring change to immutable option {name}");
        let ignored: Vec<_> = outcome.ignored.iter().map(ignored).collect();
        found.reload = lines(&ignored);
        for change in &outcome.changed {
            let config::Change { option, old, new } = change;
            let old_new = format!("from [{}] to [{}]", old.to_lowercase(), new.to_lowercase());
            found.reload += &format!("Option {option} changed {old_new}\n");
        }
        found.reload += &values(&outcome.config.each());
    }
    Ok(found)
}

fn lines(lines: &[String]) -> String {
    let line = |out: String, line: &String| out + line + "\n";
    lines.iter().fold(String::new(), line)
}

fn write<'a>(
    folder: &Path,
    files: impl Iterator<Item = (&'a str, &'a str)>,
) -> std::io::Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap())?;
        std::fs::write(path, text)?;
    }
    Ok(())
}

fn surroundings(case: &Case, folder: &Path) -> Surroundings {
    let here = |text: &str| text.replace("@/", &format!("{}/", folder.display()));
    let named = || {
        case.each("file")
            .flat_map(|(name, _)| ["--config-file".to_owned(), here(&format!("@/{name}"))])
    };
    let words = case
        .get("arguments")
        .map(|text| text.lines().map(here).collect());
    let mut environment: BTreeMap<_, _> = case
        .get("environment")
        .unwrap_or_default()
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name.to_owned(), here(value)))
        })
        .collect();
    environment.insert("HOME".to_owned(), here("@/home"));
    Surroundings {
        project: "kaas".to_owned(),
        program: "kaas-test".to_owned(),
        arguments: words.unwrap_or_else(|| named().collect()),
        environment,
        root: folder.to_owned(),
    }
}

type Results<E> = BTreeMap<(&'static str, &'static str), Result<Resolved, E>>;

/// The options that are not what they are without any source.
fn values<E>(results: &Results<E>) -> String {
    let plain = config::load_each(schema(), &Surroundings::default()).unwrap();
    let mut out = String::new();
    for item in schema().items() {
        let key = (item.group, item.name);
        let (now, then) = (shown(&results[&key]), shown(&plain[&key]));
        if now != then {
            out += &format!("[{}] {} = {now}\n", item.group, item.name);
        }
    }
    out
}

fn shown<E>(result: &Result<Resolved, E>) -> String {
    result
        .as_ref()
        .map_or_else(|_| "invalid".to_owned(), |resolved| json(&resolved.value))
}

/// As Python's `json` writes it, without blanks.
fn json(value: &Value) -> String {
    let text = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    match value {
        Value::None => "null".to_owned(),
        Value::Text(value) => text(value),
        Value::Bool(_) => value.text().to_lowercase(),
        Value::Integer(_) | Value::Float(_) => value.text(),
        Value::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Map(pairs) => {
            let pairs = pairs
                .iter()
                .map(|(key, value)| format!("{}:{}", text(key), json(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
    }
}

fn refused(problems: &Problems, folder: &Path) -> String {
    let place = match &problems.0[0].place {
        Place::Line { file, number } => {
            let file = file.strip_prefix(folder).unwrap_or(file).display();
            if *number == 0 {
                file.to_string()
            } else {
                format!("{file}:{number}")
            }
        }
        _ => "command line".to_owned(),
    };
    format!("refused: {place}\n")
}

fn each_text(name: &str, texts: &str) -> Result<String, Box<dyn std::error::Error>> {
    let (group, name) = name.split_once('.').ok_or("GROUP.NAME")?;
    let key = schema()
        .items()
        .map(|item| (item.group, item.name))
        .find(|key| *key == (group, name));
    let key = key.ok_or("no such option")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.conf");
    let arguments = vec!["--config-file".to_owned(), path.display().to_string()];
    let surroundings = Surroundings {
        arguments,
        ..Surroundings::default()
    };
    let mut out = String::new();
    for text in texts.lines() {
        std::fs::write(&path, format!("[{group}]\n{name} = {text}\n"))?;
        let results = config::load_each(schema(), &surroundings)?;
        out += &format!("{text} -> {}\n", shown(&results[&key]));
    }
    Ok(out)
}
