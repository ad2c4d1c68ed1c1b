// SPDX-License-Identifier: Apache-2.0
//! The Kbuild oracle: the objects that the kernel's own make compiles for a `.config`.

mod answer;
mod case;
mod comparison;
mod listing;
mod make_output;
mod order;
mod recipe;
mod truth;

use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::failure::{Failure, Result};
use crate::product::Product;
use crate::report;
use crate::tree::Cache;
use case::Case;
use comparison::Comparison;

/// What to compare; everything by default.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    product: Product,
    /// Only this kernel, such as 6.1.
    #[arg(long)]
    version: Option<String>,
    /// Only this case, such as defconfig or randconfig-3; may be given several times.
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<String>,
    /// Only the cases that take little time.
    #[arg(long)]
    quick: bool,
    /// Instead: random configurations of x86 and arm64 with these seeds, such as 11-30.
    #[arg(long, value_name = "FIRST-LAST", value_parser = range, conflicts_with = "quick")]
    seeds: Option<RangeInclusive<u32>>,
    /// How many cases at the same time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Only ask make, and compare nothing.
    #[arg(long)]
    record: bool,
}

const VERSIONS: [&str; 2] = ["6.1", "6.12"];

/// The name by which `--case` knows the comparison with the distribution's own package.
const PACKAGE: &str = "package";

/// Exit code 1 on any difference, 2 when an answer could not be had.
pub(crate) fn run(cache: &Cache, args: &Args) -> Result<ExitCode> {
    args.check_names()?;
    let comparisons = comparisons(cache, args)?;
    let tailor = if args.record {
        None
    } else {
        Some(args.product.tailor()?)
    };
    let outcomes = in_parallel(&comparisons, args.jobs, |comparison| {
        let outcome = comparison.run(cache, tailor.as_deref());
        report::line(&outcome.progress());
        outcome
    });
    report::line(&comparison::table(&outcomes));
    Ok(comparison::exit_code(&outcomes))
}

fn comparisons(cache: &Cache, args: &Args) -> Result<Vec<Comparison>> {
    let mut comparisons = Vec::new();
    for version in VERSIONS
        .into_iter()
        .filter(|version| args.wants_version(version))
    {
        let tree = cache.tree(version)?;
        comparisons.extend(args.chosen().map(|case| Comparison::case(&tree, case)));
        if args.seeds.is_none() && args.wants(PACKAGE, false) {
            comparisons.push(Comparison::package(&tree));
        }
    }
    if comparisons.is_empty() {
        return Err(Failure::new("nothing to compare"));
    }
    Ok(comparisons)
}

impl Args {
    /// The cases that are asked for.
    fn chosen(&self) -> impl Iterator<Item = Case> {
        let cases = match &self.seeds {
            Some(seeds) => case::random_ones(seeds.clone()),
            None => case::all(),
        };
        cases
            .into_iter()
            .filter(|case| self.wants(&case.name, case.quick))
    }

    /// A misspelt name would be a comparison that silently does not happen.
    fn check_names(&self) -> Result<()> {
        if let Some(version) = &self.version {
            known("version", version, &VERSIONS.map(str::to_owned))?;
        }
        let all = case::all().into_iter().map(|case| case.name);
        let random = self
            .seeds
            .iter()
            .flat_map(|seeds| case::random_ones(seeds.clone()));
        let names: Vec<String> = all
            .chain(random.map(|case| case.name))
            .chain([PACKAGE.to_owned()])
            .collect();
        self.cases
            .iter()
            .try_for_each(|name| known("case", name, &names))
    }

    fn wants_version(&self, version: &str) -> bool {
        self.version
            .as_deref()
            .is_none_or(|wanted| wanted == version)
    }

    fn wants(&self, name: &str, is_quick: bool) -> bool {
        let named = self.cases.is_empty() || self.cases.iter().any(|wanted| wanted == name);
        named && (is_quick || !self.quick)
    }
}

fn known(kind: &str, name: &str, names: &[String]) -> Result<()> {
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "no {kind} {name}; there are: {}",
        names.join(" ")
    )))
}

fn range(text: &str) -> std::result::Result<RangeInclusive<u32>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..=last),
        _ => Err("not a range such as 11-30".to_owned()),
    }
}

/// The results in the order of `items`; `jobs` of them are worked on at a time.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, items.len()) {
            scope.spawn(|| {
                while let Some((at, item)) = take(items, &next) {
                    let result = work(item);
                    lock(&done).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn take<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    items.get(at).map(|item| (at, item))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
