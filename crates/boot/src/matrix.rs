// SPDX-License-Identifier: Apache-2.0
//! Goes through the cells: configuration, kernel, disks, three visits. What is finished is
//! kept, and not done again as long as kernel, disks and questions are the same.

mod kept;
mod subject;
mod visits;

use std::fs;
use std::process::ExitCode;

use crate::cell::{self, Cell};
use crate::kernel;
use crate::outcome::{Outcome, shortcomings};
use crate::workshop::{Tools, Workshop};
use crate::{suite, table};
use kept::{Kept, Tests};
use subject::Subject;
use virtual_machine::Accelerator;
use virtual_machine::Root;
use virtual_machine::cache::{Cache, Digest};
use virtual_machine::report;
use virtual_machine::{About as _, Failure, Result};
use visits::QUESTIONS;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this cell, and stock beside it; all when not given.
    #[arg(long, env = "CELL", value_name = "NAME")]
    cell: Option<String>,
    /// Print the names of the cells.
    #[arg(long)]
    list: bool,
    /// All of memcached's own tests, and not only the short ones: about half an hour for a cell.
    #[arg(long)]
    all_tests: bool,
    /// Print what is finished, and do nothing.
    #[arg(long)]
    finished: bool,
    #[command(flatten)]
    tools: Tools,
}

impl Args {
    fn which_tests(&self) -> Tests {
        if self.all_tests {
            Tests::All
        } else {
            Tests::Short
        }
    }
}

pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    let cells = wanted(args.cell.as_deref())?;
    if args.list {
        for cell in &cells {
            report::line(&cell.to_string());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let outcomes = if args.finished {
        finished(cache, &cells, args.which_tests())?
    } else {
        Matrix::new(cache, args)?.outcomes(&cells)?
    };
    for line in table::tables(&outcomes) {
        report::line(&line);
    }
    Ok(verdict(&outcomes))
}

fn finished(cache: &Cache, cells: &[Cell], tests: Tests) -> Result<Vec<Outcome>> {
    let kept = cells.iter().map(|cell| Kept::read(cache, cell, tests));
    let kept: Vec<Option<Kept>> = kept.collect::<Result<_>>()?;
    Ok(kept
        .into_iter()
        .flatten()
        .map(|kept| kept.outcome)
        .collect())
}

/// 1 where stock or what is tailored falls short of stock; references are only shown.
fn verdict(outcomes: &[Outcome]) -> ExitCode {
    let references = cell::references();
    let is_shown = |cell: &Outcome| references.contains(&cell.cell);
    let falls_short = |stock: &Outcome| {
        let mut judged = outcomes.iter().filter(|cell| !is_shown(cell));
        judged.any(|cell| !shortcomings(cell, stock).is_empty())
    };
    ExitCode::from(u8::from(outcomes.first().is_some_and(falls_short)))
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

/// What all cells share.
struct Matrix<'a> {
    workshop: Workshop<'a>,
    root: Root,
    accelerator: Accelerator,
    which_tests: Tests,
    /// Their files, with commas between them.
    tests: String,
}

impl<'a> Matrix<'a> {
    fn new(cache: &'a Cache, args: &Args) -> Result<Self> {
        virtual_machine::is_there()?;
        let workshop = Workshop::new(cache, &args.tools)?;
        let root = Root::made(cache)?;
        let stock = kernel::of_distribution(&root.path, &root.release(false)?);
        let accelerator = Accelerator::probe(&stock.image);
        report::step(&format!("the guest's instructions: {accelerator:?}"));
        let which_tests = args.which_tests();
        let tests = match which_tests {
            Tests::Short => suite::short(),
            Tests::All => suite::ALL.to_owned(),
        };
        Ok(Self {
            workshop,
            root,
            accelerator,
            which_tests,
            tests,
        })
    }

    /// A cell that can't be made or booted does not keep the others from it.
    fn outcomes(&self, cells: &[Cell]) -> Result<Vec<Outcome>> {
        let mut outcomes = vec![];
        for cell in cells {
            report::step(&format!("cell {cell}"));
            match self.outcome(cell) {
                Err(failure) if *cell == Cell::Stock => return Err(failure),
                outcome => outcomes.push(outcome.unwrap_or_else(|why| {
                    report::step(&format!("{cell}: {why}"));
                    impossible(cell, &why)
                })),
            }
        }
        Ok(outcomes)
    }

    fn outcome(&self, cell: &Cell) -> Result<Outcome> {
        let subject = self.subject(cell)?;
        let key = self.key(&subject)?;
        let kept = Kept::read(self.workshop.cache, cell, self.which_tests)?;
        if let Some(kept) = kept.filter(|kept| kept.key == key) {
            let counts = subject.counts;
            return Ok(Outcome {
                counts,
                ..kept.outcome
            });
        }
        let outcome = self.visits(cell, &subject)?;
        let kept = Kept { key, outcome };
        kept.write(self.workshop.cache, cell, self.which_tests)?;
        Ok(kept.outcome)
    }

    /// Of all that the outcome follows from.
    fn key(&self, subject: &Subject) -> Result<String> {
        let image = &subject.kernel.image;
        let kernel = fs::read(image).about(image)?;
        let root = self.root.digest.name();
        let digest = Digest::default().and(root).and(kernel).and(&self.tests);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::testing::good;

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
    fn references_are_held_to_nothing() {
        let outcome = |name: &str| Outcome {
            cell: name.to_owned(),
            ..good()
        };
        let [stock, cloud, tailored] =
            ["stock", "debian-cloud", "memcached-minimal-modular"].map(outcome);
        let bad = |good: &Outcome| Outcome {
            impossible: Some("no".to_owned()),
            ..good.clone()
        };
        let of = |outcomes: &[&Outcome]| {
            let outcomes: Vec<Outcome> = outcomes.iter().copied().cloned().collect();
            verdict(&outcomes) == ExitCode::SUCCESS
        };
        assert!(of(&[&stock, &cloud, &tailored]));
        assert!(of(&[&stock, &bad(&cloud), &tailored]));
        assert!(!of(&[&stock, &cloud, &bad(&tailored)]));
    }
}
