// SPDX-License-Identifier: Apache-2.0
//! Lists what Kbuild would compile: `files TREE ARCH [CONFIG]`.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::allow_attributes)]
use kbuild::{presence::Presence, shell::Assumed, tree::Tree, world::Inputs};
use kconfig::SymbolType;
use std::collections::HashMap;

fn scan(dir: &std::path::Path, types: &mut HashMap<String, SymbolType>) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.is_symlink() {
                scan(&path, types);
            }
            continue;
        }
        if !entry.file_name().to_string_lossy().starts_with("Kconfig") {
            continue;
        }
        let Ok(text) = std::fs::read(&path) else {
            continue;
        };
        let text = String::from_utf8_lossy(&text);
        let mut current = None;
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("config" | "menuconfig") => current = words.next().map(str::to_owned),
                Some(
                    w @ ("bool" | "boolean" | "def_bool" | "tristate" | "def_tristate" | "int"
                    | "hex" | "string"),
                ) => {
                    if let Some(name) = &current {
                        let t = match w {
                            "tristate" | "def_tristate" => SymbolType::Tristate,
                            "int" => SymbolType::Int,
                            "hex" => SymbolType::Hex,
                            "string" => SymbolType::String,
                            _ => SymbolType::Bool,
                        };
                        types.entry(name.clone()).or_insert(t);
                    }
                }
                _ => {}
            }
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let tree = Tree::new(&args[1]);
    let mut types = HashMap::new();
    let values: Option<HashMap<String, String>> = args.get(3).map(|f| {
        std::fs::read_to_string(f)
            .unwrap()
            .lines()
            .filter_map(|l| {
                let (n, v) = l.strip_prefix("CONFIG_")?.split_once('=')?;
                Some((n.to_owned(), v.trim_matches('"').to_owned()))
            })
            .collect()
    });
    let symbolic = args.get(4).is_some();
    if values.is_none() || symbolic {
        scan(std::path::Path::new(&args[1]), &mut types);
    }
    let start = std::time::Instant::now();
    let inputs = Inputs {
        tree: &tree,
        types: &types,
        values: values.as_ref().map(|v| v as _).filter(|_| !symbolic),
        shell: &Assumed,
    };
    let presence = Presence::evaluate(inputs, &args[2]).unwrap_or_else(|e| panic!("{e}"));
    eprintln!(
        "{:?} dirs {} objects {} nodes {} diagnostics {}",
        start.elapsed(),
        presence.directories,
        presence.objects.len(),
        presence.conditions.len(),
        presence.diagnostics.len()
    );
    for d in &presence.diagnostics {
        eprintln!("{d}");
    }
    if let Some(v) = &values {
        let mut lines = Vec::new();
        if args[4..].iter().any(|a| a == "order") {
            for m in &presence.modules {
                if presence.holds(m.condition, v) {
                    println!("{}", m.path);
                }
            }
            return;
        }
        for o in &presence.objects {
            if presence.holds(o.y, v) {
                lines.push(format!("y\t{}\t{}", o.path, o.source));
            }
            if presence.holds(o.m, v) {
                lines.push(format!("m\t{}\t{}", o.path, o.source));
            }
        }
        lines.sort();
        for l in lines {
            println!("{l}");
        }
    }
}
