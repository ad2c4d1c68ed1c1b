// SPDX-License-Identifier: Apache-2.0
//! `cargo xtask`: the tree's own tools.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to a person"
)]

mod tidy;
mod tree;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use tidy::picture;
use tree::Tree;

const USAGE: &str = "\
cargo xtask tidy      check what compiler and clippy do not; exit code 1 when something is wrong
cargo xtask picture   write the dependency picture of ARCHITECTURE.md anew, from Cargo.toml";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // The manifest lies in crates/xtask.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let done = match arguments[..] {
        ["tidy"] => tidy(&root),
        ["picture"] => write_picture(&root),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("xtask: {error}");
        ExitCode::from(2)
    })
}

fn tidy(root: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let findings = tidy::findings(&Tree::read(root)?);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: {} checks found nothing", tidy::CHECKS.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("tidy: {} findings", findings.len());
    Ok(ExitCode::FAILURE)
}

fn write_picture(root: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let tree = Tree::read(root)?;
    let document = tree
        .text(picture::DOCUMENT)
        .ok_or("ARCHITECTURE.md is missing")?;
    let drawn = picture::redrawn(document, &tree.rules.may_depend_on)
        .ok_or("ARCHITECTURE.md has no place for the picture")?;
    std::fs::write(root.join(picture::DOCUMENT), drawn)?;
    Ok(ExitCode::SUCCESS)
}
