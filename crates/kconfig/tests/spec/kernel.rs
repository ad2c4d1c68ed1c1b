// SPDX-License-Identifier: Apache-2.0
//! What a kernel's own `conf` makes of a tree, read off what it writes and asks.

use std::error::Error;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::tree::{Answer, Tree};

/// No outline of a case is longer.
const LONGEST_OUTPUT: u64 = 1 << 20;

/// `tools` holds `conf` and `conf-replay`, which asks recorded answers.
pub(crate) fn answer(tree: &Tree<'_>, tools: &Path) -> Result<Answer, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let lay_out = || lay_out(tree, folder.path());
    lay_out()?;
    run(
        tree,
        tools,
        folder.path(),
        &["-s", "--savedefconfig=minimal"],
    )?;
    let asked = if tree.wants_outline {
        ask(tree, tools, folder.path())?
    } else {
        String::new()
    };
    for made in [".config", ".config.old", "include/config/auto.conf"] {
        let _ = fs::remove_file(folder.path().join(made));
    }
    lay_out()?;
    let mode = format!("--{}", tree.mode);
    let output = run(tree, tools, folder.path(), &["-s", &mode])?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Ok(Answer::refusal(said, messages));
    }
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap_or_default();
    let text = |name: &str| String::from_utf8_lossy(&read(name)).into_owned();
    Ok(Answer([
        body(&text(".config")),
        text("minimal"),
        body(&text("include/config/auto.conf")),
        body(&text("include/generated/autoconf.h")),
        text("include/generated/rustc_cfg"),
        outline(&asked),
        said,
        messages,
        String::new(),
    ]))
}

fn lay_out(tree: &Tree<'_>, folder: &Path) -> Result<(), Box<dyn Error>> {
    for (name, text) in &tree.files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    if let Some(config) = &tree.config {
        fs::write(folder.join(".config"), config)?;
    }
    if let Some(answers) = tree.answers {
        fs::write(folder.join("answers"), answers)?;
    }
    Ok(())
}

fn run(
    tree: &Tree<'_>,
    tools: &Path,
    folder: &Path,
    options: &[&str],
) -> Result<Output, Box<dyn Error>> {
    let mut command = command(tree, tools, folder);
    Ok(command
        .args(options)
        .arg("Kconfig")
        .stdin(Stdio::null())
        .output()?)
}

/// What is asked when each answer is an empty line. A tool that asks for ever is stopped.
fn ask(tree: &Tree<'_>, tools: &Path, folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut command = command(tree, tools, folder);
    command.args(["-s", "--oldaskconfig", "Kconfig"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may end without reading all of it.
        let _ = stdin.write_all("\n".repeat(300).as_bytes());
    }
    let mut asked = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LONGEST_OUTPUT).read_to_end(&mut asked)?;
    }
    child.kill()?;
    child.wait()?;
    Ok(String::from_utf8_lossy(&asked).into_owned())
}

#[expect(clippy::disallowed_methods, reason = "the truth is another program's")]
fn command(tree: &Tree<'_>, tools: &Path, folder: &Path) -> Command {
    let mut command = Command::new(tools.join("conf-replay"));
    command
        .current_dir(folder)
        .env_clear()
        .envs(tree.environment.iter().copied());
    if tree.answers.is_some() {
        command.env("KAAS_SHELL_ANSWERS", "answers");
    }
    command
}

/// Without the four lines of the heading.
fn body(text: &str) -> String {
    text.split_inclusive('\n').skip(4).collect()
}

/// The questions, menus and comments, without what was answered.
fn outline(asked: &str) -> String {
    let lines = asked
        .lines()
        .take_while(|line| *line != "* Restart config...");
    let lines = lines.filter_map(outline_line);
    lines.map(|line| line + "\n").collect()
}

fn outline_line(line: &str) -> Option<String> {
    let bare = line.trim_start();
    let indent = &line[..line.len() - bare.len()];
    if bare == "*" || bare.starts_with("choice[") || bare.is_empty() {
        return None;
    }
    if let Some(end) = bare.find(") [") {
        return Some(format!("{indent}{})", &bare[..end]));
    }
    // A member: an arrow for the chosen one, its number, its prompt.
    let member = bare.strip_prefix('>').unwrap_or(bare).trim_start();
    let numbered = member
        .split_once(". ")
        .filter(|(number, _)| number.parse::<u32>().is_ok());
    if let Some((_, member)) = numbered {
        let member = member.strip_suffix(" (NEW)").unwrap_or(member);
        return Some(format!("  {member}"));
    }
    Some(line.to_owned())
}
