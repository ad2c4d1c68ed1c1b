// SPDX-License-Identifier: Apache-2.0
//! What shell commands in Makefiles print. Nothing is ever run.

/// A source of answers to `$(shell COMMAND)`.
pub trait Shell {
    /// The command's output, or nothing when it is not known.
    fn answer(&self, command: &str) -> Option<String>;
}

/// What can be known without running anything, for a tree built by gcc.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assumed;

impl Shell for Assumed {
    fn answer(&self, command: &str) -> Option<String> {
        let command = command.trim();
        if command.starts_with("mkdir -p ") || command.starts_with("set -f") {
            return Some(String::new());
        }
        if command.starts_with("uname -m") {
            return Some(
                if command.contains('|') {
                    "x86"
                } else {
                    "x86_64"
                }
                .to_owned(),
            );
        }
        if command.contains(" --version ") && command.contains("head -n 1") {
            return Some("gcc".to_owned());
        }
        tested_option(command).or_else(|| comparison(command))
    }
}

/// `try-run` of `scripts/Makefile.compiler`: the option is taken to be accepted.
fn tested_option(command: &str) -> Option<String> {
    let (_, outcome) = command.split_once("then echo \"")?;
    Some(outcome.split_once('"')?.0.to_owned())
}

/// `[ A -ge B ] && echo y` and `test A -lt B; echo $?` on numbers.
fn comparison(command: &str) -> Option<String> {
    let (test, report) = match command.split_once("&& echo y") {
        Some((test, _)) => (test, false),
        None => (command.split_once("; echo $?")?.0, true),
    };
    let words: Vec<&str> = test
        .split_whitespace()
        .filter(|word| !matches!(*word, "[" | "]" | "test"))
        .collect();
    let [left, operator, right] = words.as_slice() else {
        return None;
    };
    let (left, right): (i64, i64) = (left.parse().ok()?, right.parse().ok()?);
    let holds = match *operator {
        "-eq" => left == right,
        "-ne" => left != right,
        "-lt" => left < right,
        "-le" => left <= right,
        "-gt" => left > right,
        "-ge" => left >= right,
        _ => return None,
    };
    Some(match (report, holds) {
        (true, true) => "0".to_owned(),
        (true, false) => "1".to_owned(),
        (false, true) => "y".to_owned(),
        (false, false) => String::new(),
    })
}
