// SPDX-License-Identifier: Apache-2.0
//! Locates the functions of a recorded trace, and compares with what DWARF says of them:
//! `measure TREE ARCH TRACE [--table FILE] [--symbols kernel|own|none] [--list]`.
//!
//! What the folder TRACE holds, says `input.rs`.

mod input;
mod tree;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use input::{Input, Known};
use locate::{Catalogue, Kernel, Location, Locator, Symbols, Traced, UnitTable, Unlocated};

type Failure = Box<dyn std::error::Error>;

/// What the command line asks for.
struct Request {
    tree: PathBuf,
    arch: String,
    trace: PathBuf,
    table: Option<UnitTable>,
    symbols: String,
    list: bool,
}

impl Request {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let usage = "measure TREE ARCH TRACE [--table FILE] [--symbols kernel|own|none] [--list]";
        let mut next = || words.next().ok_or(usage);
        let mut request = Self {
            tree: next()?.into(),
            arch: next()?,
            trace: next()?.into(),
            table: None,
            symbols: "kernel".to_owned(),
            list: false,
        };
        while let Some(option) = words.next() {
            let mut value = || words.next().ok_or(usage);
            match option.as_str() {
                "--table" => {
                    let text = std::fs::read_to_string(value()?)?;
                    request.table = Some(UnitTable::parse(&text)?);
                }
                "--symbols" => request.symbols = value()?,
                "--list" => request.list = true,
                _ => return Err(usage.into()),
            }
        }
        Ok(request)
    }
}

fn main() -> Result<(), Failure> {
    let request = Request::parse(std::env::args().skip(1))?;
    let report = report(&request)?;
    std::io::Write::write_all(&mut std::io::stdout(), report.as_bytes())?;
    Ok(())
}

fn report(request: &Request) -> Result<String, Failure> {
    let mut out = String::new();
    let input = Input::read(&request.trace)?;
    let start = Instant::now();
    let units = tree::units(&request.tree, &request.arch, &input)?;
    writeln!(
        out,
        "{} units by kbuild in {:?}",
        units.len(),
        start.elapsed()
    )?;
    let files = tree::Folder(request.tree.clone());
    let kernel = Kernel {
        files: &files,
        arch: &request.arch,
        config: &input.config,
        units: &units,
        threads: 2,
    };
    let traced: Vec<Traced<'_>> = input.functions.iter().map(Known::traced).collect();
    let symbols = match request.symbols.as_str() {
        "none" => Symbols::default(),
        "own" => Symbols::of_traced(&traced),
        _ => input.symbols.clone(),
    };
    let start = Instant::now();
    let catalogue = Catalogue::of(&kernel);
    writeln!(out, "read in {:?}", start.elapsed())?;
    let locator = Locator::new(kernel, &catalogue, &symbols, request.table.as_ref());
    let start = Instant::now();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (traced, known) in traced.iter().zip(&input.functions) {
        let verdict = match locator.locate(traced) {
            Ok(found) => located(&mut out, (request, &input, &locator), (known, &found))?,
            Err(reason) => unlocated(&mut out, known, &reason)?,
        };
        *counts.entry(verdict).or_default() += 1;
    }
    writeln!(out, "located in {:?}", start.elapsed())?;
    for (verdict, count) in counts {
        writeln!(out, "{count:8} {verdict}")?;
    }
    Ok(out)
}

/// What a location is counted as; those that can't be right are listed.
fn located(
    out: &mut String,
    (request, input, locator): (&Request, &Input, &Locator<'_>),
    (known, found): (&Known, &Location<'_>),
) -> Result<String, Failure> {
    let source = &found.unit.source;
    let sites = locator.sites(found);
    let agrees = known.unit.as_ref().is_none_or(|unit| unit == source);
    if request.list {
        writeln!(out, "@ {known} {source} {:?}", found.evidence)?;
    }
    if !agrees {
        writeln!(out, "DIFFERS {known} {source} {sites:?}")?;
    }
    let value = |name: &str| input.config.get(name).map(String::as_str);
    for site in &sites {
        if site.condition.evaluate(&value, known.module.is_some()) == Some(false) {
            writeln!(out, "FALSE {known} {site:?}")?;
        }
    }
    let verdict = if agrees {
        "located by"
    } else {
        "placed differently by"
    };
    let line = if sites.is_empty() {
        ", without line"
    } else {
        ""
    };
    Ok(format!("{verdict} {:?}{line}", found.evidence))
}

fn unlocated(out: &mut String, known: &Known, reason: &Unlocated<'_>) -> Result<String, Failure> {
    writeln!(out, "UNLOCATED {known} {reason}")?;
    Ok("unlocated".to_owned())
}

/// A file of the folder.
fn text(folder: &Path, name: &str) -> Result<String, Failure> {
    let path = folder.join(name);
    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()).into())
}
