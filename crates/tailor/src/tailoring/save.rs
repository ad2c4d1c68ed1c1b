// SPDX-License-Identifier: Apache-2.0
//! The folder of a run: the result, where it came from, and why it is as it is.

use crate::minimise::Modules;
use crate::minimise::Task;
use crate::pipeline::explain::{self, explain};
use crate::pipeline::summary::{self, Measured};
use crate::report::{Linking, Report, Trace};
use crate::run::{Folder, Part, Run};
use ftrace::Phase;
use kconfig::{Configuration, Origin, dotconfig, text};
use solver::Solution;

use super::{Problem, Request};

/// Completes the solution by the tree's own rules, and writes all that is known of it.
pub(super) fn save(
    request: &Request,
    problem: &Problem<'_>,
    task: &Task<'_>,
    solution: &Solution,
) -> Result<Report, String> {
    let kernel = problem.kernel;
    let baseline = task.problem.baseline();
    let mut result = solver::complete::complete(&kernel.model, baseline, &solution.assignment);
    agree(&result, solution)?;
    let sources = explain::Sources {
        kernel,
        units: problem.units,
        rules: problem.rules,
        replaced: problem.replaced,
        built: problem.built,
        requirements: &problem.found.requirements,
        task,
        dropped: &problem.found.dropped,
    };
    let explanations = explain(&sources, &mut result);
    let [before, after] = measure(problem, &mut result);
    let run = described(request, problem)?;
    let report = summary::report(&summary::Parts {
        kernel,
        rules: problem.rules,
        run: &run,
        explanations: &explanations,
        dropped: &problem.found.dropped,
        lost: &problem.found.lost,
        before: &before,
        after: &after,
    })?;
    let folder = Folder::create(&request.run)?;
    let replaced = text::encode(&problem.replaced.written);
    folder.write(Part::Baseline, &replaced)?;
    folder.write(Part::Config, &text::encode(&dotconfig::write(&mut result)))?;
    folder.write_json(Part::Requirements, &problem.found.requirements)?;
    folder.write_json(Part::Explain, &explanations)?;
    folder.write_json(Part::Files, &summary::files(&before, &after))?;
    folder.write_json(Part::Report, &report)?;
    folder.write_json(Part::Run, &run)?;
    Ok(report)
}

/// What the tree's rules make of the solution has to be the solution.
fn agree(result: &Configuration<'_>, solution: &Solution) -> Result<(), String> {
    let differences = solver::complete::differences(result, &solution.assignment);
    let Some(first) = differences.first() else {
        return Ok(());
    };
    let model = result.model();
    let name = model.symbol(first.symbol).display_name();
    let count = differences.len();
    Err(format!(
        "the solver and the tree's rules disagree on {count} symbols, first on {name}: {first}; \
         this is an error of the program, and nothing was written"
    ))
}

fn measure(problem: &Problem<'_>, result: &mut Configuration<'_>) -> [Measured; 2] {
    let mut sources = summary::Sources::of(problem.kernel);
    let mut replaced = Configuration::new(&problem.kernel.model);
    let written = text::encode(&problem.replaced.written);
    dotconfig::read(&mut replaced, Origin::User, ("", &written), false);
    let (kernel, units) = (problem.kernel, problem.units);
    let before = sources.measure(kernel, units, &mut replaced);
    [before, sources.measure(kernel, units, result)]
}

fn described(request: &Request, problem: &Problem<'_>) -> Result<Run, String> {
    let tree = &problem.kernel.tree;
    let absolute = std::path::absolute(tree);
    Ok(Run {
        tree: absolute.map_err(|error| format!("{}: {error}", tree.display()))?,
        arch: problem.kernel.arch.clone(),
        cross_compile: request.cross_compile.clone(),
        release: problem.kernel.release.clone(),
        profile: request.profile.name().to_owned(),
        linking: linking(request.modules),
        floor: request.floor.name().to_owned(),
        baseline: request.baseline.display().to_string(),
        traces: problem.found.traces.clone(),
        initramfs: problem.found.initramfs.clone(),
    })
}

fn linking(modules: Modules) -> Linking {
    match modules {
        Modules::Monolithic => Linking::Monolithic,
        Modules::Modular => Linking::Modular,
    }
}

/// What each recording holds; `located` is by function.
pub(super) fn traces(trace: &ftrace::Trace, located: &[bool]) -> Vec<Trace> {
    let recordings = (0..).zip(&trace.recordings);
    recordings
        .map(|(index, recording)| of_recording(trace, located, (index, recording)))
        .collect()
}

fn of_recording(
    trace: &ftrace::Trace,
    located: &[bool],
    (index, recording): (u32, &ftrace::Recording),
) -> Trace {
    let mut told = Trace {
        name: recording.name.clone(),
        functions: 0,
        located: 0,
        phases: Vec::new(),
        lost: lost(recording),
        recorded: None,
    };
    let mut phases = ftrace::Phases::NONE;
    for (function, located) in trace.functions.iter().zip(located) {
        let seen = function.sightings.iter().find(|it| it.recording == index);
        if let Some(sighting) = seen {
            told.functions += 1;
            told.located += u64::from(*located);
            phases = phases.union(sighting.phases);
        }
    }
    let seen = Phase::ALL.into_iter().filter(|it| phases.contains(*it));
    told.phases = seen.map(|phase| phase.name().to_owned()).collect();
    told
}

/// Known only where it is known of some phase.
fn lost(recording: &ftrace::Recording) -> Option<u64> {
    let known = recording.lost.iter().filter_map(|(_, lost)| *lost);
    known.reduce(u64::saturating_add)
}
