// SPDX-License-Identifier: Apache-2.0
//! From evidence to the smallest configuration that carries it, step by step, with all that
//! is known of the result in the folder of a run.

use std::path::PathBuf;

use ftrace::Inventory;
use solver::Solution;

use crate::floor::Rules;
use crate::kernel::Kernel;
use crate::minimise::{Modules, Task, Units};
use crate::pipeline::harden::{self, Floor};
use crate::pipeline::initramfs::{self, Initramfs, Wanted};
use crate::pipeline::locating::Lost;
use crate::pipeline::observe::{self, Observation, observe};
use crate::pipeline::require::Dropped;
use crate::pipeline::{Compiled, Replaced, admission, compiled, proof};
use crate::policy::{Policies, Profile};
use crate::report::{Report, Trace};
use crate::requirement::{Reason, Requirements};

mod read;
mod save;

pub use read::{Recorded, Recordings, recorded, replaced};

/// What is wanted, and from which evidence.
#[derive(Clone, Debug)]
pub struct Request {
    /// The configuration of the kernel that was traced; a .config, perhaps .xz.
    pub baseline: PathBuf,
    /// Whether what the tree's rules make of the baseline is accepted, whatever they switch off.
    pub evaluated: bool,
    pub traces: Vec<PathBuf>,
    /// A folder of files as `kaas-guest` saves them.
    pub inventory: Option<PathBuf>,
    /// What an earlier run found to be required, in the place of traces.
    pub requirements: Option<PathBuf>,
    /// Where debug information places code.
    pub debug: Option<PathBuf>,
    pub profile: Profile,
    pub modules: Modules,
    pub floor: Floor,
    pub initramfs: Wanted,
    /// Symbols that must be on.
    pub keep: Vec<String>,
    /// Symbols that must be off.
    pub drop: Vec<String>,
    /// The prefix of the compiler's name.
    pub cross_compile: String,
    /// Where the results go; made when it isn't there.
    pub run: PathBuf,
}

/// Who is told how far it has come.
pub trait Listener {
    /// What goes on now.
    fn begin(&mut self, what: &str);
    /// What came of it.
    fn end(&mut self, what: &str);
    /// Something that a person should know.
    fn warn(&mut self, what: &str);
}

/// How it ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// The results are in the folder of the run.
    Made(Box<Report>),
    /// No configuration meets all requirements; these, with the tree's rules, can't be met
    /// together, and none of them can be left out.
    Contradiction(Vec<String>),
}

/// How many steps a listener is told of where traces are read, beside the reading of the tree.
pub const STEPS: usize = 6;

/// What the result is made from, and what the reader is told of it.
struct Problem<'p> {
    kernel: &'p Kernel,
    units: &'p Units,
    rules: &'p Rules,
    replaced: &'p Replaced,
    built: &'p [Compiled<'p>],
    found: &'p Found,
}

/// What the evidence came to.
struct Found {
    requirements: Requirements,
    dropped: Vec<Dropped>,
    lost: Vec<Lost>,
    traces: Vec<Trace>,
    initramfs: Initramfs,
}

/// Makes the configuration of `request` for a kernel tree; an error is an input that can't
/// be used, in words for who gave it.
pub fn tailor(
    request: &Request,
    kernel: &Kernel,
    listener: &mut dyn Listener,
) -> Result<Ending, String> {
    let units = Units::of(kernel, |_| 1);
    listener.begin("evaluating the replaced configuration");
    let mut warn = |warning: &str| listener.warn(warning);
    let replaced = replaced(kernel, &request.baseline, request.evaluated, &mut warn)?;
    let built = compiled(kernel, &units, &replaced.values);
    let count = built.len();
    listener.end(&format!("the replaced kernel compiles {count} files"));
    let mut found = found(request, kernel, (&replaced, &built), listener)?;
    read::lists(request, kernel, &mut found.requirements)?;
    let rules = Rules::shipped().map_err(|error| error.to_string())?;
    let floor = (&rules, request.floor);
    harden::demand(kernel, &replaced, floor, &mut found.requirements)?;
    let problem = Problem {
        kernel,
        units: &units,
        rules: &rules,
        replaced: &replaced,
        built: &built,
        found: &found,
    };
    solve(request, &problem, listener)
}

fn found(
    request: &Request,
    kernel: &Kernel,
    before: (&Replaced, &[Compiled<'_>]),
    listener: &mut dyn Listener,
) -> Result<Found, String> {
    let mut found = match &request.requirements {
        Some(file) => stored(request, read::stored(file)?),
        None => observed(request, kernel, before, listener)?,
    };
    let was_on = |name: &str| before.0.values.contains_key(name);
    initramfs::demand(&found.initramfs, was_on, &mut found.requirements);
    Ok(found)
}

fn stored(request: &Request, requirements: Requirements) -> Found {
    let nothing = Inventory::default();
    Found {
        requirements,
        dropped: Vec::new(),
        lost: Vec::new(),
        traces: Vec::new(),
        initramfs: initramfs::decide(&nothing, request.modules, request.initramfs),
    }
}

fn observed(
    request: &Request,
    kernel: &Kernel,
    before: (&Replaced, &[Compiled<'_>]),
    listener: &mut dyn Listener,
) -> Result<Found, String> {
    listener.begin("reading what was recorded");
    let Recorded {
        trace,
        folder,
        hints,
    } = recorded(request.recordings(), kernel)?;
    let functions = trace.functions.len();
    listener.end(&format!("{functions} functions traced"));
    listener.begin("locating them in the sources");
    let recorded = observe::Recorded {
        trace: &trace,
        folder: &folder,
        hints: &hints,
    };
    let policies = (&Policies::shipped()?, request.profile);
    let observation = observe(kernel, before, &recorded, policies);
    let (files, lost) = (observation.files, observation.lost.len());
    listener.end(&format!("in {files} files; {lost} functions not located"));
    admission::located(&observation)?;
    tell_unexplained(&observation, listener);
    if folder.inventory.evidence.is_empty() {
        listener.warn(
            "without an inventory nothing tells what is in use: all that was executed is kept",
        );
    }
    let (modules, wanted) = (request.modules, request.initramfs);
    Ok(Found {
        traces: save::traces(&trace, &observation.located),
        initramfs: initramfs::decide(&folder.inventory, modules, wanted),
        requirements: observation.decision.requirements,
        dropped: observation.decision.dropped,
        lost: observation.lost,
    })
}

fn tell_unexplained(observation: &Observation, listener: &mut dyn Listener) {
    for reason in &observation.decision.unexplained {
        if let Reason::Inventory { fact, .. } = reason {
            listener.warn(&format!("no compiled file provides: {fact}"));
        }
    }
}

fn solve(
    request: &Request,
    problem: &Problem<'_>,
    listener: &mut dyn Listener,
) -> Result<Ending, String> {
    listener.begin("stating the problem");
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
    let task = Task::new(kernel, units, baseline, demanded, request.modules);
    tell_what_cannot_be(&task, listener);
    let count = task.requirements.len();
    listener.end(&format!("{count} requirements"));
    listener.begin("searching for the smallest configuration");
    let Some(solution) = solver::minimise(&task.problem).solution() else {
        return Ok(Ending::Contradiction(
            proof::conflict(&task).unwrap_or_default(),
        ));
    };
    listener.end(&cost(&solution));
    listener.begin("checking and explaining the result");
    let report = save::save(request, problem, &task, &solution)?;
    listener.end("checked: the configuration is the solution, symbol by symbol");
    Ok(Ending::Made(Box::new(report)))
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

fn tell_what_cannot_be(task: &Task<'_>, listener: &mut dyn Listener) {
    for one in &task.unknown {
        listener.warn(&format!("not in this tree: {}", one.demand.words()));
    }
    for one in task.needs_modules.iter().chain(&task.refused) {
        listener.warn(&format!("can't be had: {}", one.words()));
    }
}
