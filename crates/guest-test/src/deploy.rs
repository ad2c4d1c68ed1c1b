// SPDX-License-Identifier: Apache-2.0
//! The deployment matrix: kernels and releases, good and bad ones, in a machine that GRUB
//! starts, and how each deployment ends.

mod case;
mod recipe;
mod signer;
mod site;
mod supply;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use virtual_machine::cache::Cache;
use virtual_machine::{Failure, Result, report};

use crate::image::grub::Bootable;
use case::Case;
use site::Site;
use supply::Supply;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this case; may be given several times.
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<String>,
    /// Only the few cases that take little time.
    #[arg(long)]
    quick: bool,
    /// A kernel that was really tailored, as `boot kernel` makes it; its cases are left out when
    /// it isn't given.
    #[arg(long, value_name = "DIR")]
    tailored: Option<PathBuf>,
}

/// How a case ended.
struct Outcome {
    name: &'static str,
    /// What was seen, or what was wrong.
    end: std::result::Result<String, Failure>,
    boots: u32,
    cost: Duration,
}

pub(crate) fn run(cache: &Cache, agent: &Path, args: &Args) -> Result<ExitCode> {
    let cases = chosen(args)?;
    let bootable = Bootable::made(cache)?;
    let folder = cache.folder(format!("guest-test/{}", std::process::id()))?;
    let package = args.tailored.as_ref().map(|_| bootable.package(cache));
    let package = package.transpose()?;
    let extra = args.tailored.as_deref().zip(package.as_deref());
    let supply = Supply::made(&folder, agent, &bootable, extra)?;
    let mut outcomes = Vec::new();
    let mut place = None;
    for case in &cases {
        report::step(&format!("{}: {}", case.name, case.expected));
        let outcome = try_one(case, &mut place, || {
            let folder = cache.folder(folder.join(case.name))?;
            report::step(&format!("    a new machine, in {}", folder.display()));
            Site::start(&folder, &bootable, &supply)
        });
        report::step(&format!("    {}", outcome.words()));
        outcomes.push(outcome);
    }
    virtual_machine::cache::remove(&supply.disk)?;
    Ok(verdict(&outcomes))
}

fn chosen(args: &Args) -> Result<Vec<Case>> {
    let all = case::all();
    let is_known = |name: &&String| all.iter().any(|case| case.name == **name);
    if let Some(unknown) = args.cases.iter().find(|name| !is_known(name)) {
        let names: Vec<&str> = all.iter().map(|case| case.name).collect();
        let message = format!(
            "no case is called {unknown:?}; there are: {}",
            names.join(", ")
        );
        return Err(Failure::new(message));
    }
    let is_wanted = |case: &Case| {
        let is_named = args.cases.is_empty() || args.cases.iter().any(|name| name == case.name);
        is_named && (case.is_quick || !args.quick)
    };
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// In the machine of the case before, or in a new one where that failed.
fn try_one<'a>(
    case: &Case,
    place: &mut Option<Site<'a>>,
    start: impl FnOnce() -> Result<Site<'a>>,
) -> Outcome {
    let mut outcome = Outcome {
        name: case.name,
        end: Err(Failure::new("not tried")),
        boots: 0,
        cost: Duration::ZERO,
    };
    let site = match place.take().map_or_else(start, Ok) {
        Ok(site) => place.insert(site),
        Err(failure) => {
            outcome.end = Err(failure);
            return outcome;
        }
    };
    let (boots, cost) = (site.boots, site.cost());
    outcome.end = (case.run)(site);
    outcome.boots = site.boots - boots;
    if let (Ok(before), Ok(after)) = (cost, site.cost()) {
        outcome.cost = after.saturating_sub(before);
    }
    if outcome.end.is_err() {
        *place = None;
    }
    outcome
}

impl Outcome {
    fn words(&self) -> String {
        match &self.end {
            Ok(end) => end.clone(),
            Err(failure) => format!("FAILED: {failure}"),
        }
    }
}

fn verdict(outcomes: &[Outcome]) -> ExitCode {
    report::line("case                  boots  CPU s  end");
    for outcome in outcomes {
        let (name, boots) = (outcome.name, outcome.boots);
        let seconds = outcome.cost.as_secs();
        let end = outcome.words();
        report::line(&format!("{name:20} {boots:6} {seconds:6}  {end}"));
    }
    let failed = outcomes.iter().filter(|outcome| outcome.end.is_err());
    let failed = failed.count();
    report::line(&format!(
        "{} cases as they should be, {failed} not",
        outcomes.len() - failed
    ));
    ExitCode::from(u8::from(failed > 0))
}
