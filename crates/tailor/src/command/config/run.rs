// SPDX-License-Identifier: Apache-2.0
//! The steps of `tailor config`, one after the other.

use std::process::ExitCode;

use ftrace::Inventory;
use solver::Solution;
use tailor::floor::Rules;
use tailor::kernel::Kernel;
use tailor::minimise::{Task, Units};
use tailor::pipeline::initramfs::{self, Initramfs};
use tailor::pipeline::locating::Lost;
use tailor::pipeline::observe::{self, Observation, observe};
use tailor::pipeline::require::Dropped;
use tailor::pipeline::{Compiled, Replaced, admission, compiled, harden, proof};
use tailor::policy::Policies;
use tailor::report::{self, Trace};
use tailor::requirement::{Reason, Requirements};

use crate::command::complain;
use crate::command::progress::Steps;

use super::{ConfigArguments, read, save};

/// What the result is made from, and what the reader is told of it.
pub(super) struct Problem<'p> {
    pub(super) kernel: &'p Kernel,
    pub(super) units: &'p Units,
    pub(super) rules: &'p Rules,
    pub(super) replaced: &'p Replaced,
    pub(super) built: &'p [Compiled<'p>],
    pub(super) found: &'p Found,
}

/// What the evidence came to.
pub(super) struct Found {
    pub(super) requirements: Requirements,
    pub(super) dropped: Vec<Dropped>,
    pub(super) lost: Vec<Lost>,
    pub(super) traces: Vec<Trace>,
    pub(super) initramfs: Initramfs,
}

/// How many steps are told of.
const STEPS: usize = 8;

pub(super) fn answer(arguments: &ConfigArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let mut steps = Steps::new(STEPS);
    steps.begin("reading the kernel tree");
    let kernel = read::kernel(&arguments.tree, &arguments.cross_compile)?;
    let units = Units::of(&kernel, |_| 1);
    steps.end(&format!("Linux {}, {}", kernel.release, kernel.arch));
    steps.begin("evaluating the replaced configuration");
    let replaced = read::replaced(&kernel, &arguments.baseline, arguments.evaluated)?;
    let built = compiled(&kernel, &units, &replaced.values);
    let count = built.len();
    steps.end(&format!("the replaced kernel compiles {count} files"));
    let mut found = found(arguments, &kernel, (&replaced, &built), &mut steps)?;
    read::lists(arguments, &kernel, &mut found.requirements)?;
    let rules = Rules::shipped().map_err(|error| error.to_string())?;
    let floor = (&rules, arguments.floor());
    harden::demand(&kernel, &replaced, floor, &mut found.requirements)?;
    let problem = Problem {
        kernel: &kernel,
        units: &units,
        rules: &rules,
        replaced: &replaced,
        built: &built,
        found: &found,
    };
    solve(arguments, &problem, &mut steps)
}

fn found(
    arguments: &ConfigArguments,
    kernel: &Kernel,
    before: (&Replaced, &[Compiled<'_>]),
    steps: &mut Steps,
) -> Result<Found, String> {
    let mut found = match &arguments.requirements {
        Some(file) => stored(arguments, read::stored(file)?),
        None => observed(arguments, kernel, before, steps)?,
    };
    let was_on = |name: &str| before.0.values.contains_key(name);
    initramfs::demand(&found.initramfs, was_on, &mut found.requirements);
    Ok(found)
}

fn stored(arguments: &ConfigArguments, requirements: Requirements) -> Found {
    let nothing = Inventory::default();
    Found {
        requirements,
        dropped: Vec::new(),
        lost: Vec::new(),
        traces: Vec::new(),
        initramfs: initramfs::decide(&nothing, arguments.modules(), arguments.initramfs()),
    }
}

fn observed(
    arguments: &ConfigArguments,
    kernel: &Kernel,
    before: (&Replaced, &[Compiled<'_>]),
    steps: &mut Steps,
) -> Result<Found, String> {
    steps.begin("reading what was recorded");
    let read::Recorded {
        trace,
        folder,
        hints,
    } = read::recorded(arguments.recordings(), kernel)?;
    let functions = trace.functions.len();
    steps.end(&format!("{functions} functions traced"));
    steps.begin("locating them in the sources");
    let recorded = observe::Recorded {
        trace: &trace,
        folder: &folder,
        hints: &hints,
    };
    let policies = (&Policies::shipped()?, arguments.profile());
    let observation = observe(kernel, before, &recorded, policies);
    let (files, lost) = (observation.files, observation.lost.len());
    steps.end(&format!("in {files} files; {lost} functions not located"));
    admission::located(&observation)?;
    tell_unexplained(&observation);
    if folder.inventory.evidence.is_empty() {
        complain(
            "warning: without --inventory nothing tells what is in use: all that was executed is kept",
        );
    }
    let (modules, wanted) = (arguments.modules(), arguments.initramfs());
    Ok(Found {
        traces: save::traces(&trace, &observation.located),
        initramfs: initramfs::decide(&folder.inventory, modules, wanted),
        requirements: observation.decision.requirements,
        dropped: observation.decision.dropped,
        lost: observation.lost,
    })
}

fn tell_unexplained(observation: &Observation) {
    for reason in &observation.decision.unexplained {
        if let Reason::Inventory { fact, .. } = reason {
            complain(&format!("warning: no compiled file provides: {fact}"));
        }
    }
}

fn solve(
    arguments: &ConfigArguments,
    problem: &Problem<'_>,
    steps: &mut Steps,
) -> Result<(Vec<u8>, ExitCode), String> {
    steps.begin("stating the problem");
    let Problem {
        kernel,
        units,
        rules,
        replaced,
        found,
        ..
    } = *problem;
    let demanded = (&found.requirements, rules);
    let baseline = replaced.baseline.clone();
    let task = Task::new(kernel, units, baseline, demanded, arguments.modules());
    tell_what_cannot_be(&task);
    let count = task.requirements.len();
    steps.end(&format!("{count} requirements"));
    steps.begin("searching for the smallest configuration");
    let Some(solution) = solver::minimise(&task.problem).solution() else {
        return Ok((Vec::new(), contradiction(&task)));
    };
    steps.end(&cost(&solution));
    steps.begin("checking and explaining the result");
    let report = save::save(arguments, problem, &task, &solution)?;
    steps.end("checked: the configuration is the solution, symbol by symbol");
    let text = if arguments.json {
        crate::command::to_json(&report)
    } else {
        report::text(&report).into_bytes()
    };
    Ok((text, ExitCode::SUCCESS))
}

fn cost(solution: &Solution) -> String {
    let [surface, deviation] = [0, 1].map(|level| {
        let bounds = solution.costs.get(level).copied().unwrap_or_default();
        (bounds.upper, bounds.lower)
    });
    format!(
        "cost {}, proven to be at least {}; {} other symbols changed, at least {}",
        surface.0, surface.1, deviation.0, deviation.1
    )
}

fn tell_what_cannot_be(task: &Task<'_>) {
    for one in &task.unknown {
        complain(&format!(
            "warning: not in this tree: {}",
            one.demand.words()
        ));
    }
    for one in task.needs_modules.iter().chain(&task.refused) {
        complain(&format!("can't be had: {}", one.words()));
    }
}

/// Says which requirements can't be met together, and by which rules of the tree.
fn contradiction(task: &Task<'_>) -> ExitCode {
    complain("the requirements contradict each other; none of these can be left out:");
    for step in proof::conflict(task).unwrap_or_default() {
        complain(&format!("  {step}"));
    }
    ExitCode::FAILURE
}
