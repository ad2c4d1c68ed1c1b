// SPDX-License-Identifier: Apache-2.0
//! `tailor files`: what Kbuild would compile under a configuration.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use kbuild::presence::Presence;
use kconfig::SymbolType;
use serde::Serialize;

use crate::tree::{Failure, TreeArguments, read_config};

/// List what Kbuild would compile: `y|m TAB object TAB source`, sorted by bytes.
#[derive(Args, Debug)]
pub(crate) struct FilesArguments {
    #[command(flatten)]
    tree: TreeArguments,
    /// A complete `.config` for this tree.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// List the modules instead, in the order of modules.order.
    #[arg(long)]
    modules_order: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Compiled {
    value: &'static str,
    object: String,
    source: String,
}

pub(crate) fn run(arguments: &FilesArguments) -> ExitCode {
    super::finish(answer(arguments).map(|text| (text, ExitCode::SUCCESS)))
}

fn answer(arguments: &FilesArguments) -> Result<Vec<u8>, Failure> {
    let tree = arguments.tree.open()?;
    let values = read_config(&arguments.config)?;
    let types: HashMap<String, SymbolType> = HashMap::new();
    let inputs = TreeArguments::inputs(&tree, &types, Some(&values));
    let presence = Presence::evaluate(inputs, &arguments.tree.arch)
        .map_err(|error| arguments.tree.failure(&error))?;
    super::warn(&presence.diagnostics);
    if arguments.modules_order {
        return Ok(modules(&presence, arguments.json));
    }
    Ok(compiled(&presence, arguments.json))
}

fn modules(presence: &Presence, json: bool) -> Vec<u8> {
    let paths = presence
        .modules
        .iter()
        .filter(|module| module.condition.is_true());
    let paths: Vec<&str> = paths.map(|module| module.path.as_str()).collect();
    if json {
        super::to_json(&paths)
    } else {
        lines(&paths)
    }
}

fn compiled(presence: &Presence, json: bool) -> Vec<u8> {
    let mut all: Vec<Compiled> = Vec::new();
    for object in &presence.objects {
        for (value, condition) in [("m", object.m), ("y", object.y)] {
            if condition.is_true() {
                let (object, source) = (object.path.clone(), object.source.to_string());
                all.push(Compiled {
                    value,
                    object,
                    source,
                });
            }
        }
    }
    let line = |one: &Compiled| format!("{}\t{}\t{}", one.value, one.object, one.source);
    all.sort_by_cached_key(line);
    if json {
        super::to_json(&all)
    } else {
        lines(&all.iter().map(line).collect::<Vec<_>>())
    }
}

fn lines<T: AsRef<str>>(lines: &[T]) -> Vec<u8> {
    let mut text = Vec::new();
    for line in lines {
        // Writing to memory can't fail.
        let _ = writeln!(text, "{}", line.as_ref());
    }
    text
}
