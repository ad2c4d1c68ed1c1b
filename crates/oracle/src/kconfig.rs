// SPDX-License-Identifier: Apache-2.0
//! The Kconfig oracle: every mode of the kernel's own `conf` against the product's, file
//! by file and byte by byte. To add a comparison: a file in `data/kconfig`.

pub(crate) mod case;
mod compare;
pub(crate) mod ctool;
mod digest;
pub(crate) mod kernel;
mod matrix;
mod random_cases;
pub(crate) mod recording;
mod report;
pub(crate) mod sandbox;
mod scramble;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use self::case::Case;
use self::compare::{Comparison, Places};
use self::kernel::{ARCHS, Kernel, VERSIONS};
use self::report::Report;
use crate::failure::{Failure, Result};
use crate::product::Product;
use crate::report::line as say;
use crate::tree::{Cache, Tree};

/// What to compare; everything by default.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    product: Product,
    /// Only cases of this mode: a file of data/kconfig, or random, randconfig, every-defconfig.
    #[arg(long)]
    mode: Option<String>,
    /// Only cases whose name contains this.
    #[arg(long)]
    case: Option<String>,
    /// The mixed subset that `make test` runs.
    #[arg(long)]
    quick: bool,
    /// How many comparisons at the same time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Decides everything random.
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// The folder whose `configs/` has the distributions' configurations.
    #[arg(long, env = "KAAS_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Which shell to record.
#[derive(clap::Args)]
pub(crate) struct RecordArgs {
    #[command(flatten)]
    which: Which,
}

#[derive(clap::Args)]
struct Which {
    /// Only this kernel, such as 6.1.
    #[arg(long)]
    version: Option<String>,
    /// Only this architecture, such as x86.
    #[arg(long)]
    arch: Option<String>,
}

impl Which {
    fn trees(&self, cache: &Cache) -> Result<Vec<Tree>> {
        let wanted = |name: &&&str| self.version.as_ref().is_none_or(|only| only == **name);
        VERSIONS
            .iter()
            .filter(wanted)
            .map(|version| cache.tree(version))
            .collect()
    }

    fn kernels(&self, tree: &Tree) -> impl Iterator<Item = Kernel> {
        let wanted = |arch: &&kernel::Arch| self.arch.as_ref().is_none_or(|only| only == arch.name);
        ARCHS.iter().filter(wanted).map(|arch| Kernel {
            version: tree.version.clone(),
            arch: *arch,
            tree: tree.path.clone(),
        })
    }
}

/// Exit code 1 on any difference.
pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    let places = Places {
        product: args.product.tailor()?,
        data: args.data.clone(),
        memory: cache.folder("oracle/kconfig/truth")?,
        differences: cache.folder("oracle/kconfig/differences")?,
    };
    let mut comparisons = Vec::new();
    for tree in args.which.trees(cache)? {
        let truth = ctool::build(cache, &tree)?;
        for kernel in args.which.kernels(&tree) {
            comparisons.push(Comparison::new(kernel, truth.clone(), places.clone())?);
        }
    }
    let work = work(args, &comparisons)?;
    say(&format!("{} cases", work.len()));
    let good = in_parallel(&work, args.jobs)?.finish();
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Records the shell's answers anew, with the compilers of this machine.
pub(crate) fn record(cache: &Cache, args: &RecordArgs) -> Result<ExitCode> {
    for tree in args.which.trees(cache)? {
        let tool = ctool::build(cache, &tree)?;
        for kernel in args.which.kernels(&tree) {
            recording::record(&kernel, &tool)?;
            say(&format!("recorded {}", kernel.name()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn work<'a>(args: &Args, comparisons: &'a [Comparison]) -> Result<Vec<(&'a Comparison, Case)>> {
    let mut work = Vec::new();
    for comparison in comparisons {
        let mut cases = matrix::cases(&comparison.kernel, args.quick, args.seed)?;
        cases.retain(|case| args.mode.as_ref().is_none_or(|mode| *mode == case.mode));
        cases.retain(|case| {
            args.case
                .as_ref()
                .is_none_or(|name| case.name.contains(name))
        });
        work.extend(cases.into_iter().map(|case| (comparison, case)));
    }
    if work.is_empty() {
        return Err(Failure::new("no such case"));
    }
    Ok(work)
}

fn in_parallel(work: &[(&Comparison, Case)], jobs: usize) -> Result<Report> {
    let report = Mutex::new(Report::of(work.len()));
    let next = AtomicUsize::new(0);
    let worker = || -> Result<()> {
        while let Some((comparison, case)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
            let verdict = comparison.verdict(case)?;
            let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
            report.add(&comparison.kernel.name(), case, verdict);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        let died = |_| Err(Failure::new("a worker died"));
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(died))
    })?;
    Ok(report.into_inner().unwrap_or_else(PoisonError::into_inner))
}
