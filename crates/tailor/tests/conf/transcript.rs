// SPDX-License-Identifier: Apache-2.0
//! A case's runs as one text: for each its line, exit code, outputs, and the files it wrote.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, SystemTime};

use spec_test::Case;

use super::tool::Tool;

/// The words of the tools' sources by which a tree is known (`kconfig::Dialect`).
const SOURCES: [(&str, &[(&str, &str)]); 2] = [
    ("6.1", &[("symbol.c", "symbol_empty")]),
    (
        "6.12",
        &[
            ("expr.h", "choice_members"),
            ("expr.c", "expr_lookup"),
            ("internal.h", "hashtable.h"),
            ("confdata.c", "struct gstr autoconf_cmd; getline_stripped"),
            ("conf.c", "feof("),
        ],
    ),
];

/// Runs each line of the block `run` in one folder that holds the case's files.
pub(crate) fn of(case: &Case, version: &str, tool: &Tool) -> Result<String, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    lay_out(case, version, folder.path())?;
    let input = input(case);
    let mut text = String::new();
    for line in case.text("run")?.lines() {
        let words = split(line);
        let assigned = words
            .iter()
            .take_while(|word| word.contains('=') && !word.starts_with('-'));
        let environment: Vec<(String, String)> = assigned
            .filter_map(|word| word.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let before = age(folder.path())?;
        let output = tool.run(
            folder.path(),
            &environment,
            &words[environment.len()..],
            &input,
        )?;
        writeln!(text, "$ {line}")?;
        describe(&mut text, &output)?;
        for (name, content) in written(folder.path(), &before)? {
            section(&mut text, &name, &content)?;
        }
    }
    Ok(text)
}

fn lay_out(case: &Case, version: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let put = |name: &str, content: &str| -> io::Result<()> {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, content)
    };
    put("Kconfig", kconfig(case)?)?;
    for (name, content) in case.each("file") {
        put(name, content)?;
    }
    let sources = SOURCES.iter().find(|(known, _)| *known == version);
    for (name, words) in sources.ok_or("no such version")?.1 {
        put(&format!("scripts/kconfig/{name}"), words)?;
    }
    Ok(())
}

/// The root file; a block `kconfig unfinished` lacks its last newline.
fn kconfig(case: &Case) -> Result<&str, Box<dyn Error>> {
    match case.get("kconfig unfinished") {
        Some(text) => Ok(text.strip_suffix('\n').unwrap_or(text)),
        None => case.text("kconfig"),
    }
}

/// The answers to the questions; a block `stdin unfinished` lacks its last newline.
fn input(case: &Case) -> Vec<u8> {
    let unfinished = case
        .get("stdin unfinished")
        .map(|text| text.strip_suffix('\n').unwrap_or(text));
    unfinished
        .or_else(|| case.get("stdin"))
        .unwrap_or_default()
        .as_bytes()
        .to_vec()
}

/// Words between blanks; single quotes keep blanks in a word.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_with(String::new);
            }
            ' ' if !quoted => words.extend(word.take()),
            _ => word.get_or_insert_with(String::new).push(character),
        }
    }
    words.extend(word);
    words
}

fn describe(text: &mut String, output: &Output) -> std::fmt::Result {
    match output.status.code() {
        Some(code) => writeln!(text, "exit {code}")?,
        None => writeln!(text, "{}", output.status)?,
    }
    section(text, "stdout", &output.stdout)?;
    section(text, "stderr", &output.stderr)
}

fn section(text: &mut String, name: &str, content: &[u8]) -> std::fmt::Result {
    if content.is_empty() && (name == "stdout" || name == "stderr") {
        return Ok(());
    }
    writeln!(text, "--- {name}")?;
    write!(text, "{}", String::from_utf8_lossy(content))?;
    if content.is_empty() || content.ends_with(b"\n") {
        Ok(())
    } else {
        writeln!(text, "<no newline>")
    }
}

/// All files with the time they were last written at.
type Files = BTreeMap<String, SystemTime>;

/// Makes all files old, so that each later write shows.
fn age(folder: &Path) -> io::Result<Files> {
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let files = files(folder)?;
    for name in files.keys() {
        File::options()
            .append(true)
            .open(folder.join(name))?
            .set_modified(old)?;
    }
    self::files(folder)
}

fn written(folder: &Path, before: &Files) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for (name, time) in files(folder)? {
        if before.get(&name) != Some(&time) {
            let content = fs::read(folder.join(&name))?;
            found.push((name, content));
        }
    }
    Ok(found)
}

fn files(folder: &Path) -> io::Result<Files> {
    let mut found = Files::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else if let Ok(name) = entry.path().strip_prefix(folder) {
                found.insert(
                    name.to_string_lossy().into_owned(),
                    entry.metadata()?.modified()?,
                );
            }
        }
    }
    Ok(found)
}
