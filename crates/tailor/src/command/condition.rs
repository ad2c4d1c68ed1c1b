// SPDX-License-Identifier: Apache-2.0
//! `tailor condition`: when a file of the tree is compiled.

use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;
use kbuild::condition::{Condition, Conditions};
use kbuild::include::Includes;
use kbuild::presence::{Object, Presence, Source};
use kbuild::tree::{Tree, normal, normalize};
use serde::Serialize;

use crate::tree::{Failure, TreeArguments};

/// Tell when files are compiled, as conditions on symbols.
#[derive(Args, Debug)]
pub(crate) struct ConditionArguments {
    #[command(flatten)]
    tree: TreeArguments,
    /// Sources, headers or objects, relative to the tree.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// One object that a path takes part in.
#[derive(Serialize)]
struct Answer {
    path: String,
    object: String,
    source: String,
    y: String,
    m: String,
    /// The composite objects that the object is linked into.
    composites: Vec<String>,
    /// The module that it is part of when it is m; the first, where it is part of several.
    module: Option<String>,
    modules: Vec<String>,
}

pub(crate) fn run(arguments: &ConditionArguments) -> ExitCode {
    super::finish(answer(arguments))
}

fn answer(arguments: &ConditionArguments) -> Result<(Vec<u8>, ExitCode), Failure> {
    let tree = arguments.tree.open()?;
    let types = arguments.tree.symbol_types()?;
    let inputs = TreeArguments::inputs(&tree, &types, None);
    let mut presence = Presence::evaluate(inputs, &arguments.tree.arch)
        .map_err(|error| arguments.tree.failure(&error))?;
    super::warn(&presence.diagnostics);
    let mut answers = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for (path, objects) in arguments
        .paths
        .iter()
        .zip(found(&presence, &tree, arguments))
    {
        if objects.is_empty() {
            super::complain(&format!(
                "{path}: no Makefile compiles it, and nothing compiled includes it"
            ));
            code = ExitCode::FAILURE;
        }
        for object in objects {
            answers.push(Answer {
                path: path.clone(),
                object: object.path.clone(),
                source: object.source.to_string(),
                y: printed(&mut presence.conditions, object.y, path)?,
                m: printed(&mut presence.conditions, object.m, path)?,
                composites: object.composites.into_iter().collect(),
                module: object.modules.first().cloned(),
                modules: object.modules.into_iter().collect(),
            });
        }
    }
    let text = if arguments.json {
        super::to_json(&answers)
    } else {
        readable(&answers)
    };
    Ok((text, code))
}

/// What each of the paths takes part in.
fn found(presence: &Presence, tree: &Tree, arguments: &ConditionArguments) -> Vec<Vec<Object>> {
    let mut includes = Includes::new(presence, tree);
    let paths = arguments.paths.iter();
    paths
        .map(|path| objects(presence, tree, &mut includes, &relative(path, arguments)))
        .collect()
}

fn printed(
    conditions: &mut Conditions,
    condition: Condition,
    path: &str,
) -> Result<String, Failure> {
    let text = conditions.print(condition);
    text.map_err(|error| Failure::from(format!("{path}: {error}")))
}

/// The path below the tree.
fn relative(path: &str, arguments: &ConditionArguments) -> String {
    let tree = arguments.tree.tree.to_string_lossy();
    let inside = path
        .strip_prefix(tree.trim_end_matches('/'))
        .filter(|rest| rest.starts_with('/'));
    let inside = inside.unwrap_or(path).trim_start_matches('/');
    normalize(inside).unwrap_or_else(|| inside.to_owned())
}

/// The objects of this name, those compiled from it, or those that include it.
fn objects(
    presence: &Presence,
    tree: &Tree,
    includes: &mut Includes<'_>,
    path: &str,
) -> Vec<Object> {
    let is = |name: &str| name == path || normal(name).as_deref() == Some(path);
    let direct: Vec<Object> = presence
        .objects
        .iter()
        .filter(|object| {
            let (Source::Tree(source) | Source::Generated(source)) = &object.source;
            is(&object.path) || is(source)
        })
        .cloned()
        .collect();
    if direct.is_empty() && tree.exists(path) {
        return includes.includers(path).into_iter().cloned().collect();
    }
    direct
}

fn readable(answers: &[Answer]) -> Vec<u8> {
    let mut text = String::new();
    let mut path = "";
    for answer in answers {
        if path != answer.path {
            path = &answer.path;
            let _ = writeln!(text, "{path}");
        }
        let _ = writeln!(text, "  {} from {}", answer.object, answer.source);
        for (value, condition) in [("built in", &answer.y), ("module", &answer.m)] {
            let when = match condition.as_str() {
                "y" => "always",
                "n" => "never",
                condition => condition,
            };
            let _ = writeln!(text, "    {value}: {when}");
        }
        if let Some(part_of) = part_of(answer) {
            let _ = writeln!(text, "    {part_of}");
        }
    }
    text.into_bytes()
}

/// `part of: fs/ext4/ext4.o; module: fs/ext4/ext4.ko`, as far as it is either.
fn part_of(answer: &Answer) -> Option<String> {
    let (composites, modules) = (answer.composites.join(", "), answer.modules.join(", "));
    match (composites.is_empty(), modules.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("its own module: {modules}")),
        (false, true) => Some(format!("part of: {composites}")),
        (false, false) => Some(format!("part of: {composites}; module: {modules}")),
    }
}
