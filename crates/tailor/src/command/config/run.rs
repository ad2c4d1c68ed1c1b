// SPDX-License-Identifier: Apache-2.0
//! The steps of `tailor config`, one after the other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use ftrace::import::Context;
use ftrace::inventory::Folder;
use ftrace::{Trace, import};
use locate::{Symbols, UnitTable};
use tailor::evidence::{executed, inventory};
use tailor::floor::Rules;
use tailor::host::System;
use tailor::input;
use tailor::kernel::{Kernel, toolchain};
use tailor::minimise::{Modules, Task, Units};
use tailor::pipeline::harden;
use tailor::pipeline::locating::{self, Hints};
use tailor::pipeline::require::{Decision, Evidence, decide, module_name};
use tailor::pipeline::{Compiled, Replaced, compiled, values};
use tailor::policy::{Policies, Profile};
use tailor::registry::Registry;
use tailor::requirement::{Demand, Reason, Requirements};

use crate::conf::environment::Environment;

use super::{ConfigArguments, ModulesName, ProfileName};

/// What a step printed, and how long it took.
struct Steps {
    since: Instant,
}

impl Steps {
    fn done(&mut self, what: &str) {
        let took = self.since.elapsed().as_secs_f64();
        super::super::complain(&format!("{what} ({took:.1} s)"));
        self.since = Instant::now();
    }
}

pub(super) fn answer(arguments: &ConfigArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let mut steps = Steps {
        since: Instant::now(),
    };
    let tree = arguments.tree.tree.as_path();
    let variables = toolchain::variables(tree, &arguments.tree.arch, &arguments.cross_compile)
        .map_err(|error| error.to_string())?;
    let host = System::new(with_recorded(variables))?;
    let kernel = Kernel::load(tree, &arguments.tree.arch, &host).map_err(|it| it.to_string())?;
    host.save_record()?;
    let units = Units::of(&kernel, |_| 1);
    steps.done(&format!("model of Linux {}", kernel.release));
    let replaced = Replaced::read(&kernel, &input::read(&arguments.baseline)?);
    let built = compiled(&kernel, &units, &replaced.values);
    steps.done(&format!(
        "the replaced kernel compiles {} files",
        built.len()
    ));
    let requirements = match &arguments.requirements {
        Some(file) => stored(file)?,
        None => observed(arguments, &kernel, &replaced, &built, &mut steps)?,
    };
    let mut requirements = with_lists(requirements, arguments);
    let rules = Rules::shipped().map_err(|error| error.to_string())?;
    harden::floor(&kernel, &replaced, &rules, &mut requirements)?;
    let demanded = (&requirements, &rules);
    let task = Task::new(
        &kernel,
        &units,
        replaced.baseline.clone(),
        demanded,
        modules(arguments),
    );
    tell_of_the_rest(&task);
    steps.done(&format!("{} requirements stated", task.requirements.len()));
    fs::create_dir_all(&arguments.run).map_err(|error| failed(&arguments.run, &error))?;
    let stated = super::super::to_json(&requirements);
    write(&arguments.run, "requirements.json", &stated)?;
    solve(arguments, (&kernel, &units), &task, &mut steps)
}

fn tell_of_the_rest(task: &Task<'_>) {
    for one in &task.unknown {
        super::super::complain(&format!("not in this tree: {:?}", one.demand));
    }
    for one in &task.needs_modules {
        super::super::complain(&format!("not without modules: {:?}", one.demand));
    }
}

fn solve(
    arguments: &ConfigArguments,
    (kernel, units): (&Kernel, &Units),
    task: &Task<'_>,
    steps: &mut Steps,
) -> Result<(Vec<u8>, ExitCode), String> {
    let Some(solution) = solver::minimise(&task.problem).solution() else {
        return Err("the requirements contradict each other".to_owned());
    };
    steps.done(&format!("solved: {:?}", solution.costs));
    let baseline = task.problem.baseline();
    let mut result = solver::complete::complete(&kernel.model, baseline, &solution.assignment);
    for difference in solver::complete::differences(&result, &solution.assignment) {
        let name = kernel.model.symbol(difference.symbol).display_name();
        super::super::complain(&format!("{name}: {difference}"));
    }
    let config = kconfig::dotconfig::write(&mut result);
    write(&arguments.run, "config", &kconfig::text::encode(&config))?;
    let after = compiled(kernel, units, &values(&mut result));
    steps.done(&format!("{} files compiled", after.len()));
    Ok((Vec::new(), ExitCode::SUCCESS))
}

/// The recording of shell answers is the user's to ask for, by two environment variables.
fn with_recorded(mut variables: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let environment = Environment::of_process();
    for name in ["KAAS_SHELL_ANSWERS", "KAAS_SHELL_RECORD"] {
        if let Some(value) = environment.get(name) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    variables
}

fn observed(
    arguments: &ConfigArguments,
    kernel: &Kernel,
    replaced: &Replaced,
    built: &[Compiled<'_>],
    steps: &mut Steps,
) -> Result<Requirements, String> {
    let folder = match &arguments.inventory {
        Some(path) => input::folder(path)?,
        None => empty_folder()?,
    };
    let trace = traces(arguments, &folder)?;
    steps.done(&format!("{} functions traced", trace.functions.len()));
    let hints = hints(arguments, &folder)?;
    let location = locating::locate(kernel, replaced, built, &trace, &hints);
    let (found, lost) = (location.located.len(), location.lost.len());
    steps.done(&format!("{found} located, {lost} not"));
    let pairs = location.located.iter();
    let pairs = pairs.map(|it| (&trace.functions[it.function], it.source.as_str()));
    // What the tracer does for itself is no evidence of anybody else's doing.
    let pairs = pairs.filter(|(function, _)| !ftrace::tracer::calls(&function.entry.name));
    let executed = executed::by_file(pairs);
    let registry = registry(kernel, built);
    let uses = inventory::uses(&folder.inventory, &registry);
    steps.done(&format!(
        "{} files executed, {} uses",
        executed.len(),
        uses.len()
    ));
    let evidence = Evidence {
        executed: &executed,
        uses: &uses,
        inventory: &folder.inventory,
    };
    let policies = Policies::shipped()?;
    let decision = decide(
        kernel,
        replaced,
        built,
        &evidence,
        (&policies, profile(arguments)),
    );
    tell(&decision, steps);
    let dropped = super::super::to_json(&decision.dropped);
    fs::create_dir_all(&arguments.run).map_err(|error| failed(&arguments.run, &error))?;
    write(&arguments.run, "dropped.json", &dropped)?;
    Ok(decision.requirements)
}

/// The traced machine's symbols, and the table of debug information.
fn hints(arguments: &ConfigArguments, folder: &Folder) -> Result<Hints, String> {
    let mut hints = Hints::default();
    if let Some(path) = &arguments.inventory {
        hints.symbols = symbols(path, folder)?;
    }
    if let Some(path) = &arguments.debug {
        let text = input::read(path)?;
        let table = UnitTable::parse(&String::from_utf8_lossy(&text));
        let wrong = |line: locate::WrongLine| format!("{}: {line}", path.display());
        hints.table = Some(table.map_err(wrong)?);
    }
    Ok(hints)
}

fn symbols(path: &Path, folder: &Folder) -> Result<Option<Symbols>, String> {
    let names = ["kallsyms", "kallsyms.xz"].map(|name| path.join(name));
    let Some(file) = names.iter().find(|file| file.is_file()) else {
        return Ok(None);
    };
    let text = input::read(file)?;
    let ranges = folder.inventory.module_ranges().into_iter();
    let bases = ranges.map(|(name, range)| (name, range.start)).collect();
    Ok(Some(Symbols::parse(
        &String::from_utf8_lossy(&text),
        &bases,
    )))
}

fn tell(decision: &Decision, steps: &mut Steps) {
    for reason in &decision.unexplained {
        if let Reason::Inventory { fact, .. } = reason {
            super::super::complain(&format!("no compiled file provides: {fact}"));
        }
    }
    let (required, dropped) = (decision.requirements.len(), decision.dropped.len());
    steps.done(&format!(
        "{required} requirements, {dropped} executed files dropped"
    ));
}

fn empty_folder() -> Result<Folder, String> {
    ftrace::inventory::from_folder(&[]).map_err(|error| error.to_string())
}

fn traces(arguments: &ConfigArguments, folder: &Folder) -> Result<Trace, String> {
    let mut all = Vec::new();
    for path in &arguments.trace {
        let bytes = input::read(path)?;
        let name = path.display().to_string();
        let context = Context::of(&name, &folder.inventory, folder.kallsyms.as_ref());
        let imported = import::import(bytes.as_slice(), &context);
        all.push(imported.map_err(|error| format!("{name}: {error}"))?.trace);
    }
    Trace::merge(&all).map_err(|error| error.to_string())
}

fn registry(kernel: &Kernel, built: &[Compiled<'_>]) -> Registry {
    let mut registry = Registry::default();
    for one in built.iter().filter(|one| is_c(&one.unit.source)) {
        let text = fs::read(kernel.tree.join(&one.unit.source)).unwrap_or_default();
        let mut modules: Vec<String> = one.unit.modules.iter().map(|it| module_name(it)).collect();
        modules.push(module_name(one.unit.source.trim_end_matches(".c")));
        registry.read(&one.unit.source, &text, &modules);
    }
    registry
}

fn is_c(source: &str) -> bool {
    Path::new(source).extension().is_some_and(|it| it == "c")
}

fn with_lists(mut requirements: Requirements, arguments: &ConfigArguments) -> Requirements {
    let name = |symbol: &String| symbol.trim_start_matches("CONFIG_").to_owned();
    for symbol in &arguments.keep {
        requirements.add(Demand::On(name(symbol)), Reason::User);
    }
    for symbol in &arguments.drop {
        requirements.add(Demand::Off(name(symbol)), Reason::User);
    }
    requirements
}

fn stored(file: &Path) -> Result<Requirements, String> {
    let bytes = input::read(file)?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", file.display()))
}

fn profile(arguments: &ConfigArguments) -> Profile {
    match arguments.profile {
        ProfileName::Conservative => Profile::Conservative,
        ProfileName::Balanced => Profile::Balanced,
        ProfileName::Minimal => Profile::Minimal,
    }
}

fn modules(arguments: &ConfigArguments) -> Modules {
    match arguments.modules {
        ModulesName::Monolithic => Modules::Monolithic,
        ModulesName::Modular => Modules::Modular,
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let path = folder.join(name);
    fs::write(&path, bytes).map_err(|error| failed(&path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
