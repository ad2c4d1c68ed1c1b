// SPDX-License-Identifier: Apache-2.0
//! Goes through the cells: configuration, kernel, disks, three visits. What is finished is
//! kept, and not done again as long as kernel, disks and questions are the same.

mod subject;
mod visits;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, Digest};
use crate::cell::{self, Cell};
use crate::failure::{About as _, Failure, Result};
use crate::guest::Accelerator;
use crate::image::{self, Root};
use crate::kernel::{self, Source};
use crate::outcome::{Outcome, shortcomings};
use crate::{report, table, tailor};
use subject::Subject;
use visits::QUESTIONS;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this cell, and stock beside it; all when not given.
    #[arg(long, env = "CELL", value_name = "NAME")]
    cell: Option<String>,
    /// Print the names of the cells.
    #[arg(long)]
    list: bool,
    /// All of memcached's own tests, and not only the short ones: about an hour for a cell.
    #[arg(long)]
    all_tests: bool,
    /// Print what is finished, and do nothing.
    #[arg(long)]
    finished: bool,
    /// The folder of traces, configurations and vulnerabilities.
    #[arg(long, env = "KAAS_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The `tailor` to use; built from this workspace when not given.
    #[arg(long, value_name = "FILE")]
    tailor: Option<PathBuf>,
}

/// memcached's tests that take a few seconds each on a real machine.
const SHORT_TESTS: &str = include_str!("../data/short-tests.txt");

pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    let cells = wanted(args.cell.as_deref())?;
    if args.list {
        for cell in &cells {
            report::line(&cell.to_string());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let outcomes = Matrix::new(cache, args)?.outcomes(&cells, args.finished)?;
    for line in table::tables(&outcomes) {
        report::line(&line);
    }
    let stock = outcomes.first().cloned().unwrap_or_default();
    let is_good = outcomes
        .iter()
        .all(|cell| shortcomings(cell, &stock).is_empty());
    Ok(ExitCode::from(u8::from(!is_good)))
}

/// Stock is always among them: the others are held against it.
fn wanted(name: Option<&str>) -> Result<Vec<Cell>> {
    let all = cell::all();
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(all);
    };
    if !all.iter().any(|cell| cell.to_string() == name) {
        let names: Vec<String> = all.iter().map(Cell::to_string).collect();
        let names = names.join(" ");
        return Err(Failure::new(format!(
            "there is no cell {name}; there are: {names}"
        )));
    }
    let is_wanted = |cell: &Cell| *cell == Cell::Stock || cell.to_string() == name;
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// What the file of a cell holds.
#[derive(Serialize, Deserialize)]
struct Finished {
    key: String,
    outcome: Outcome,
}

/// What all cells share.
struct Matrix<'a> {
    cache: &'a Cache,
    data: PathBuf,
    tailor: PathBuf,
    source: Source,
    root: Root,
    accelerator: Accelerator,
    tests: String,
}

impl<'a> Matrix<'a> {
    fn new(cache: &'a Cache, args: &Args) -> Result<Self> {
        let missing = || Failure::new("where are the traces? Set KAAS_DATA to their folder");
        let data = args.data.clone().ok_or_else(missing)?;
        let data = data.canonicalize().about(&data)?;
        let tailor = args.tailor.clone().map_or_else(tailor::build, Ok)?;
        let source = Source::unpacked(cache)?;
        let root = Root::made(cache)?;
        let stock = kernel::of_distribution(&root.path, &root.release(false)?);
        let accelerator = Accelerator::probe(&stock.image);
        report::step(&format!("the machine is executed by {accelerator:?}"));
        let all_tests = || Ok(image::tests_of_suite(&root)?.join(","));
        let tests = if args.all_tests {
            all_tests()?
        } else {
            short_tests().join(",")
        };
        Ok(Self {
            cache,
            data,
            tailor,
            source,
            root,
            accelerator,
            tests,
        })
    }

    /// A cell that can't be made or booted does not keep the others from it.
    fn outcomes(&self, cells: &[Cell], only_finished: bool) -> Result<Vec<Outcome>> {
        let mut outcomes = vec![];
        for cell in cells {
            report::step(&format!("cell {cell}"));
            match self.outcome(cell, only_finished) {
                Ok(outcome) => outcomes.extend(outcome),
                Err(failure) if *cell == Cell::Stock => return Err(failure),
                Err(failure) => outcomes.push(impossible(cell, &failure)),
            }
        }
        Ok(outcomes)
    }

    fn outcome(&self, cell: &Cell, only_finished: bool) -> Result<Option<Outcome>> {
        let path = self.cache.folder("cells")?.join(format!("{cell}.json"));
        let found = fs::read(&path).ok();
        let finished: Option<Finished> = found.and_then(|text| serde_json::from_slice(&text).ok());
        if only_finished {
            return Ok(finished.map(|finished| finished.outcome));
        }
        let subject = self.subject(cell)?;
        let key = self.key(&subject)?;
        if let Some(finished) = finished.filter(|finished| finished.key == key) {
            return Ok(Some(finished.outcome));
        }
        let outcome = self.visits(cell, &subject)?;
        let finished = Finished { key, outcome };
        let text = serde_json::to_vec_pretty(&finished);
        let text = text.map_err(|error| Failure::new(error.to_string()))?;
        fs::write(&path, text).about(&path)?;
        Ok(Some(finished.outcome))
    }

    /// Of all that the outcome follows from.
    fn key(&self, subject: &Subject) -> Result<String> {
        let image = &subject.kernel.image;
        let kernel = fs::read(image).about(image)?;
        let root = self.root.digest.name();
        let digest = Digest::new().and(root).and(kernel).and(&self.tests);
        Ok(QUESTIONS.into_iter().fold(digest, Digest::and).name())
    }
}

fn impossible(cell: &Cell, failure: &Failure) -> Outcome {
    let cell = cell.to_string();
    let impossible = Some(failure.to_string());
    Outcome {
        cell,
        impossible,
        ..Outcome::default()
    }
}

/// One path a line; `#` begins a remark.
fn short_tests() -> Vec<&'static str> {
    let lines = SHORT_TESTS.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_is_always_there_to_compare_with() {
        let names = |name| wanted(name).map(|cells| cells.iter().map(Cell::to_string).collect());
        let one: Vec<String> = names(Some("memcached-minimal-modular")).unwrap();
        assert_eq!(one, ["stock", "memcached-minimal-modular"]);
        assert_eq!(names(Some("stock")).unwrap(), ["stock"]);
        assert!(names(None).unwrap().len() > 12);
        assert!(wanted(Some("nonsense")).is_err());
    }

    #[test]
    fn short_tests_are_files_of_the_suite() {
        let tests = short_tests();
        assert!(tests.len() > 10);
        let name = |test: &&str| test.strip_prefix("t/")?.strip_suffix(".t").map(str::len);
        assert!(tests.iter().all(|test| name(test).is_some()), "{tests:?}");
    }
}
