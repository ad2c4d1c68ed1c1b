// SPDX-License-Identifier: Apache-2.0
//! Solver and evaluator on a real kernel tree: random requirements, each solution
//! completed to a `.config` and compared symbol by symbol.
//!
//! `agree --tree DIR --recorded STEM --config FILE [--count N] [--seed N]`, where
//! `STEM.env` and `STEM.txt` are the recorded environment and answers of the shell.
#![expect(clippy::print_stdout, reason = "a command talks to a person")]

#[path = "../tests/small/dice.rs"]
mod dice;
#[path = "agree/kernel.rs"]
mod kernel;

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use dice::Dice;
use kconfig::{Configuration, Model, Origin, SymbolId, SymbolType, Tristate, dotconfig};
use solver::{Assignment, Baseline, Problem, complete, minimise, solve};

struct Arguments {
    tree: PathBuf,
    recorded: PathBuf,
    config: PathBuf,
    count: u64,
    seed: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read()?;
    let started = Instant::now();
    let model = kernel::load(&arguments.tree, &arguments.recorded)?;
    let config = std::fs::read(&arguments.config)?;
    let mut configuration = Configuration::new(&model);
    dotconfig::read(
        &mut configuration,
        Origin::User,
        ("baseline", &config),
        false,
    );
    let baseline = Baseline::of(&mut configuration);
    println!("model and baseline: {:?}", started.elapsed());
    let mut total = Total::default();
    for number in 0..arguments.count {
        let mut dice = Dice::new(arguments.seed + number);
        one(&model, &baseline, &mut dice, &mut total)?;
    }
    println!(
        "{} requirement sets, {} without solution at first, {} differences, {:?} of encoding and search, {:?} of evaluation",
        arguments.count, total.refused, total.differences, total.solving, total.evaluating
    );
    if total.differences > 0 {
        return Err("solver and evaluator differ".into());
    }
    Ok(())
}

#[derive(Default)]
struct Total {
    refused: usize,
    differences: usize,
    solving: Duration,
    evaluating: Duration,
}

/// What is drawn at random: symbols to be on and to be off.
struct Drawn {
    on: Vec<SymbolId>,
    off: Vec<SymbolId>,
    kind: Kind,
}

/// Which solutions are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As much off as there may be.
    Small,
    /// The same, but symbols may be on that the baseline doesn't have.
    Foreign,
    /// As near to the baseline as can be.
    Near,
}

/// Solves one random problem; as long as there is no solution, half of what can be let
/// go is.
fn one(
    model: &Model,
    baseline: &Baseline,
    dice: &mut Dice,
    total: &mut Total,
) -> Result<(), Box<dyn Error>> {
    let mut drawn = Drawn::new(model, baseline, dice);
    loop {
        let started = Instant::now();
        let solution = drawn.solution(model, baseline);
        total.solving += started.elapsed();
        let Some(assignment) = solution else {
            if !drawn.let_go() {
                return Err("the baseline is not a solution".into());
            }
            total.refused += 1;
            continue;
        };
        let started = Instant::now();
        let configuration = complete::complete(model, baseline, &assignment);
        total.evaluating += started.elapsed();
        for found in complete::differences(&configuration, &assignment) {
            total.differences += 1;
            println!("{}: {found}", model.symbol(found.symbol).display_name());
        }
        return Ok(());
    }
}

impl Drawn {
    fn new(model: &Model, baseline: &Baseline, dice: &mut Dice) -> Self {
        let kind = [Kind::Small, Kind::Foreign, Kind::Near][dice.below(3)];
        let (ons, offs) = (dice.below(400), dice.below(200));
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for (symbol, declared) in model.symbols() {
            let may_be_on = kind == Kind::Foreign || baseline.tristate(symbol) != Tristate::No;
            let is_logical = matches!(declared.kind, SymbolType::Bool | SymbolType::Tristate);
            if symbol <= SymbolId::YES || !may_be_on || !is_logical || declared.is_choice {
                continue;
            }
            match dice.below(6000) {
                draw if draw < ons => on.push(symbol),
                draw if draw < ons + offs => off.push(symbol),
                _ => {}
            }
        }
        Self { on, off, kind }
    }

    fn solution(&self, model: &Model, baseline: &Baseline) -> Option<Assignment> {
        let mut problem = Problem::new(model, baseline.clone());
        for symbol in &self.on {
            let formula = problem.formulas.on(*symbol);
            problem.require(formula);
        }
        for symbol in &self.off {
            let formula = !problem.formulas.on(*symbol);
            problem.require(formula);
        }
        if self.kind != Kind::Near {
            if self.kind == Kind::Foreign {
                model
                    .symbols()
                    .for_each(|(symbol, _)| problem.allow(symbol));
            }
            return solve(&problem);
        }
        for (symbol, declared) in model.symbols() {
            if symbol > SymbolId::YES && declared.kind.is_logical() {
                problem.keep(0, symbol, 1);
            }
        }
        minimise(&problem).solution().map(|found| found.assignment)
    }

    /// Drops half of what is to be off; of what is to be on, too, where the baseline
    /// doesn't have it.
    fn let_go(&mut self) -> bool {
        let before = self.on.len() + self.off.len();
        self.off.truncate(self.off.len() / 2);
        if self.kind == Kind::Foreign {
            self.on.truncate(self.on.len() / 2);
        }
        self.on.len() + self.off.len() < before
    }
}

impl Arguments {
    fn read() -> Result<Self, Box<dyn Error>> {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let get = |name: &str| {
            let at = words.iter().position(|word| word == name);
            at.and_then(|at| words.get(at + 1)).cloned()
        };
        let path = |name: &str| {
            get(name)
                .map(PathBuf::from)
                .ok_or(format!("{name} is missing"))
        };
        let number = |name: &str, otherwise| get(name).map_or(Ok(otherwise), |it| it.parse());
        Ok(Self {
            tree: path("--tree")?,
            recorded: path("--recorded")?,
            config: path("--config")?,
            count: number("--count", 200)?,
            seed: number("--seed", 1)?,
        })
    }
}
