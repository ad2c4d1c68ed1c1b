// SPDX-License-Identifier: Apache-2.0
//! From what was recorded on a machine to what its kernel is required to have.

use ftrace::Trace;
use ftrace::inventory::Folder;

use super::locating::{self, Hints, Lost};
use super::require::{Decision, Evidence, decide, module_name};
use super::{Compiled, Replaced};
use crate::evidence::{executed, inventory};
use crate::kernel::Kernel;
use crate::policy::{Policies, Profile};
use crate::registry::Registry;

/// All recordings of one machine.
pub struct Recorded<'r> {
    pub trace: &'r Trace,
    pub folder: &'r Folder,
    pub hints: &'r Hints,
}

/// What the recordings come to.
pub struct Observation {
    pub decision: Decision,
    /// By function of the trace, in its order: whether it has a source file.
    pub located: Vec<bool>,
    pub lost: Vec<Lost>,
    /// How many files were executed.
    pub files: usize,
}

/// Locates what was traced, and decides what of all evidence is a requirement.
pub fn observe(
    kernel: &Kernel,
    (replaced, built): (&Replaced, &[Compiled<'_>]),
    recorded: &Recorded<'_>,
    (policies, profile): (&Policies, Profile),
) -> Observation {
    let Recorded {
        trace,
        folder,
        hints,
    } = *recorded;
    let location = locating::locate(kernel, replaced, built, trace, hints);
    let mut located = vec![false; trace.functions.len()];
    for one in &location.located {
        located[one.function] = true;
    }
    let pairs = location.located.iter();
    let pairs = pairs.map(|it| (&trace.functions[it.function], it.source.as_str()));
    // What the tracer does for itself is no evidence of anybody else's doing.
    let pairs = pairs.filter(|(function, _)| !ftrace::tracer::calls(&function.entry.name));
    let executed = executed::by_file(pairs);
    let functions = trace.functions.iter().map(|it| &*it.entry.name);
    let evidence = Evidence {
        executed: &executed,
        uses: &inventory::uses(&folder.inventory, &registry(kernel, built)),
        inventory: &folder.inventory,
        functions: &functions.collect::<Vec<&str>>(),
    };
    Observation {
        decision: decide(kernel, replaced, built, &evidence, (policies, profile)),
        located,
        lost: location.lost,
        files: executed.len(),
    }
}

/// The names that the compiled files register.
fn registry(kernel: &Kernel, built: &[Compiled<'_>]) -> Registry {
    let mut registry = Registry::default();
    for one in built {
        let source = kernel.facts.of(&one.unit.source);
        let mut modules: Vec<String> = one.unit.modules.iter().map(|it| module_name(it)).collect();
        modules.push(module_name(one.unit.source.trim_end_matches(".c")));
        registry.add(&one.unit.source, &source.names, &modules);
    }
    kernel.facts.keep();
    registry
}
