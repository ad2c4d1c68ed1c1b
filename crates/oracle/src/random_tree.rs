// SPDX-License-Identifier: Apache-2.0
//! Random trees with random configurations: the kernel's own `conf` against the product's,
//! by all that they say and write. What differs is made small, shown, and kept.

mod batch;
mod case;
mod compare;
mod grow;
mod shrink;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use self::batch::{Batch, Outcome};
use self::case::Case;
use self::compare::{Difference, Verdict, verdict};
use self::grow::Language;
use crate::failure::{About as _, Result};
use crate::kconfig::{ctool, kernel::VERSIONS};
use crate::product::Product;
use crate::report::line as say;
use crate::tree::{Cache, Tree};

/// So many cases are run by one shell.
const BATCH: u64 = 250;

/// How many trees, and which.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    product: Product,
    /// How many trees per kernel.
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// The seed of the first tree; each further one has the next.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this kernel, such as 6.1.
    #[arg(long)]
    version: Option<String>,
    /// Stop a kernel after so many differences.
    #[arg(long, default_value_t = 10)]
    stop_after: usize,
}

/// Exit code 1 on any difference.
pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    let product = args.product.tailor()?;
    let mut good = true;
    for version in VERSIONS {
        if args.version.as_ref().is_some_and(|only| only != version) {
            continue;
        }
        let tree = cache.tree(version)?;
        let contest = Contest {
            truth: ctool::build(cache, &tree)?.plain,
            ours: product.clone(),
            tree,
            kept: cache.folder(format!("oracle/random/{version}"))?,
        };
        good &= contest.run(args)?;
    }
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Two tools, and the tree whose language they speak.
struct Contest {
    truth: PathBuf,
    ours: PathBuf,
    tree: Tree,
    /// Where small cases of differences are written.
    kept: PathBuf,
}

/// What came of all cases so far.
#[derive(Default)]
struct Tally {
    cases: usize,
    runs: usize,
    accepted: usize,
    crashes: usize,
    endless: usize,
    different: usize,
}

impl Tally {
    fn line(&self, version: &str) -> String {
        format!(
            "Linux {version}: {} trees, {} runs, {} trees accepted: {} differ \
             (the C tool crashed on {} and never ended on {})",
            self.cases, self.runs, self.accepted, self.different, self.crashes, self.endless
        )
    }
}

impl Contest {
    /// True when nothing differs.
    fn run(&self, args: &Args) -> Result<bool> {
        let language = Language {
            choice_modes: self.tree.version == "6.1",
            unequal_to_yes: self.tree.version == "6.1",
        };
        let mut tally = Tally::default();
        let mut first = args.seed;
        let end = args.seed.saturating_add(args.count);
        while first < end && tally.different < args.stop_after {
            let seeds: Vec<u64> = (first..end.min(first + BATCH)).collect();
            first += BATCH;
            let cases: Vec<Case> = seeds
                .iter()
                .map(|seed| grow::case(*seed, language))
                .collect();
            for ((seed, case), verdict) in seeds.iter().zip(&cases).zip(self.verdicts(&cases)?) {
                self.count(&mut tally, *seed, case, verdict)?;
            }
        }
        say(&tally.line(&self.tree.version));
        Ok(tally.different == 0)
    }

    fn count(&self, tally: &mut Tally, seed: u64, case: &Case, verdict: Verdict) -> Result<()> {
        tally.cases += 1;
        tally.runs += case.steps.len();
        match verdict {
            Verdict::Same { accepted } => tally.accepted += usize::from(accepted),
            Verdict::Crash => tally.crashes += 1,
            Verdict::Endless => tally.endless += 1,
            Verdict::Different(difference) => {
                tally.different += 1;
                self.show(seed, case, &difference)?;
            }
        }
        Ok(())
    }

    /// Both tools at the same time.
    fn verdicts(&self, cases: &[Case]) -> Result<Vec<Verdict>> {
        let truth = Batch::start(&self.truth, &self.tree.path, cases)?;
        let ours = Batch::start(&self.ours, &self.tree.path, cases)?;
        let outcomes: [Vec<Outcome>; 2] = [truth.finish()?, ours.finish()?];
        let [truth, ours] = &outcomes;
        Ok(truth
            .iter()
            .zip(ours)
            .map(|(truth, ours)| verdict(truth, ours))
            .collect())
    }

    fn show(&self, seed: u64, case: &Case, difference: &Difference) -> Result<()> {
        let judge = |cases: &[Case]| {
            let shows = |verdict| matches!(verdict, Verdict::Different(d) if d.channel == difference.channel);
            Ok(self.verdicts(cases)?.into_iter().map(shows).collect())
        };
        let case = shrink::smallest(case.clone(), &judge)?;
        let difference = match self.verdicts(std::slice::from_ref(&case))?.pop() {
            Some(Verdict::Different(difference)) => difference,
            _ => difference.clone(),
        };
        let text = describe(&case, &difference);
        let path = self.kept.join(seed.to_string());
        fs::write(&path, &text).about(&path)?;
        say(&format!(
            "Linux {}, seed {seed}:\n{text}",
            self.tree.version
        ));
        Ok(())
    }
}

/// The files, the commands, and what differs (- the C tool, + the product).
fn describe(case: &Case, difference: &Difference) -> String {
    let mut text = String::new();
    for (name, content) in &case.files {
        text.push_str(&format!(
            "---- {name}\n{}",
            String::from_utf8_lossy(content)
        ));
    }
    for command in case.commands() {
        text.push_str(&format!("$ {command}\n"));
    }
    text.push_str(&format!(
        "==== {}\n{}",
        difference.channel,
        difference.lines()
    ));
    text
}
