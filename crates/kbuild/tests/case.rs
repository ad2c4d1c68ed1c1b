// SPDX-License-Identifier: Apache-2.0
//! One case: lays its tree out, compares the presence conditions with the
//! recorded ones, and holds them against the evaluation of every configuration.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use kbuild::condition::{Condition, Conditions};
use kbuild::presence::{Presence, Stored};
use kbuild::shell::Assumed;
use kbuild::symbol::Values;
use kbuild::tree::Tree;
use kbuild::world::Inputs;
use kconfig::SymbolType;

type Symbols = Vec<(String, SymbolType)>;

pub(crate) fn run(base: &Path, case: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    lay_out(base, case, folder.path()).map_err(|error| error.to_string())?;
    let symbols = symbols(case)?;
    let types: HashMap<String, SymbolType> = symbols.iter().cloned().collect();
    let tree = Tree::new(folder.path());
    let mut presence = evaluate(&tree, &types, None)?;
    let mut kept = kept(&presence)?;
    let printed_once = printed(&mut presence);
    compare(&case.join("presence"), &printed_once)?;
    if printed(&mut kept) != printed_once {
        return Err("what was kept and read again is not the same".to_owned());
    }
    agree(&presence, &tree, &symbols, &types)
}

fn evaluate(
    tree: &Tree,
    types: &HashMap<String, SymbolType>,
    values: Option<&dyn Values>,
) -> Result<Presence, String> {
    let inputs = Inputs {
        tree,
        types,
        values,
        shell: &Assumed,
    };
    Presence::evaluate(inputs, "x86").map_err(|error| error.to_string())
}

fn lay_out(base: &Path, case: &Path, into: &Path) -> std::io::Result<()> {
    copy(base, into)?;
    copy(&case.join("tree"), into)?;
    std::fs::create_dir_all(into.join("arch/x86"))?;
    let makefile = into.join("arch/x86/Makefile");
    if !makefile.exists() {
        std::fs::write(makefile, "")?;
    }
    for source in std::fs::read_to_string(case.join("sources"))?.lines() {
        let path = into.join(source);
        std::fs::create_dir_all(path.parent().unwrap_or(into))?;
        std::fs::write(path, "")?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn symbols(case: &Path) -> Result<Symbols, String> {
    let text = std::fs::read_to_string(case.join("symbols")).map_err(|error| error.to_string())?;
    text.lines()
        .map(|line| match line.split_once(' ') {
            Some((name, "bool")) => Ok((name.to_owned(), SymbolType::Bool)),
            Some((name, "tristate")) => Ok((name.to_owned(), SymbolType::Tristate)),
            Some((name, "string")) => Ok((name.to_owned(), SymbolType::String)),
            _ => Err(format!("symbols: {line}")),
        })
        .collect()
}

fn spelled(conditions: &mut Conditions, condition: Condition) -> String {
    let text = conditions.print(condition);
    text.unwrap_or_else(|error| error.to_string())
}

/// The presence as it is after being kept and read again. What is damaged is no presence, or
/// another one, but never more than that.
fn kept(presence: &Presence) -> Result<Presence, String> {
    let bytes = postcard::to_allocvec(&presence.store()).map_err(|error| error.to_string())?;
    let restored = |bytes: &[u8]| postcard::from_bytes::<Stored>(bytes).ok()?.restore();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x11;
        let _ = restored(&damaged).map(|mut presence| printed(&mut presence));
        if restored(&bytes[..at]).is_some() {
            return Err(format!("{at} of {} bytes are enough", bytes.len()));
        }
    }
    restored(&bytes).ok_or_else(|| "what was kept can't be read".to_owned())
}

/// Objects with their conditions, modules in order, and what was reported.
fn printed(presence: &mut Presence) -> String {
    let mut text = String::new();
    for object in &presence.objects {
        let [y, m] =
            [object.y, object.m].map(|condition| spelled(&mut presence.conditions, condition));
        let _ = writeln!(
            text,
            "{} from {}\n    y: {y}\n    m: {m}",
            object.path, object.source
        );
        for (what, names) in [
            ("composites", &object.composites),
            ("modules", &object.modules),
        ] {
            if !names.is_empty() {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let _ = writeln!(text, "    {what}: {}", names.join(", "));
            }
        }
    }
    for module in &presence.modules {
        let condition = spelled(&mut presence.conditions, module.condition);
        let _ = writeln!(text, "module {}\n    {condition}", module.path);
    }
    for diagnostic in &presence.diagnostics {
        let _ = writeln!(text, "reported {diagnostic}");
    }
    text
}

fn compare(file: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("SPEC_UPDATE").is_some() {
        return std::fs::write(file, actual).map_err(|error| error.to_string());
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    Err(format!(
        "{}\nexpected:\n{expected}\nactual:\n{actual}",
        file.display()
    ))
}

/// Under every configuration the conditions say what the evaluation with
/// known values finds.
fn agree(
    presence: &Presence,
    tree: &Tree,
    symbols: &Symbols,
    types: &HashMap<String, SymbolType>,
) -> Result<(), String> {
    let mut configurations: Vec<HashMap<String, String>> = vec![HashMap::new()];
    for (name, kind) in symbols {
        let choices: &[&str] = match kind {
            SymbolType::Bool => &["", "y"],
            SymbolType::Tristate => &["", "m", "y"],
            _ => &["", "text"],
        };
        configurations = configurations
            .iter()
            .flat_map(|known| {
                choices.iter().map(move |value| {
                    let mut more = known.clone();
                    more.insert(name.clone(), (*value).to_owned());
                    more
                })
            })
            .collect();
    }
    for values in &configurations {
        let concrete = evaluate(tree, types, Some(values))?;
        let (open, known) = (listed(presence, values), listed(&concrete, values));
        if open != known {
            return Err(format!(
                "{values:?}\nconditions say:\n{open}\nevaluation says:\n{known}"
            ));
        }
    }
    Ok(())
}

fn listed(presence: &Presence, values: &HashMap<String, String>) -> String {
    let mut text = String::new();
    for object in &presence.objects {
        for (value, condition) in [("y", object.y), ("m", object.m)] {
            if presence.holds(condition, values) {
                let _ = writeln!(text, "{value} {} {}", object.path, object.source);
            }
        }
    }
    text
}
