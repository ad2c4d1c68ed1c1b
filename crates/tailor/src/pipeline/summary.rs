// SPDX-License-Identifier: Apache-2.0
//! The report of a finished run: what each configuration makes of the tree, and what that
//! means.

use kconfig::{Configuration, Tristate};

use super::explain::Explanations;
use super::locating::Lost;
use super::require::Dropped;
use crate::cve::Cves;
use crate::floor::Rules;
use crate::kernel::Kernel;
use crate::report::{self, Counts, Kept, KeptSymbol, ReasonKind, Report, Subject, Unlocated};
use crate::run::{Files, Run};

mod exposure;
mod hardening;
mod measure;

pub use exposure::expose;
pub(crate) use measure::included;
pub use measure::{Measured, Sources};

/// What the report of a run is made from.
pub struct Parts<'p> {
    pub kernel: &'p Kernel,
    pub rules: &'p Rules,
    pub run: &'p Run,
    pub explanations: &'p Explanations,
    pub dropped: &'p [Dropped],
    pub lost: &'p [Lost],
    pub before: &'p Measured,
    pub after: &'p Measured,
}

/// The report, without CVEs.
pub fn report(parts: &Parts<'_>) -> Result<Report, String> {
    let (before, after) = (parts.before, parts.after);
    let configuration = |name: &str, source: String, measured: &Measured| {
        let passed = hardening::passed((parts.kernel, parts.rules), measured)?;
        Ok::<_, String>(configuration((name.to_owned(), source), measured, passed))
    };
    let replaced = configuration("replaced", parts.run.baseline.clone(), before)?;
    let profile = format!("{} profile", parts.run.profile);
    let result = configuration("tailored", profile, after)?;
    Ok(Report {
        schema: report::Version,
        subject: subject(parts.run),
        baselines: vec![replaced],
        result,
        surface: measure::surface(before, after),
        cves: None,
        kept: kept(parts.explanations),
        dropped_though_executed: dropped(parts),
        hardening: hardening::rules(parts)?,
        unlocated: parts.lost.iter().map(unlocated).collect(),
        notes: notes(parts),
    })
}

/// What a report tells of one configuration, called `name` and read from `source`.
fn configuration(
    (name, source): (String, String),
    measured: &Measured,
    [self_protection, attack_surface]: [report::Passed; 2],
) -> report::Configuration {
    let size = measured.size();
    report::Configuration {
        name,
        source,
        counts: Counts {
            symbols_y: measured.symbols_y,
            symbols_m: measured.symbols_m,
            files: size.files,
            lines: size.lines,
            functions: Some(measured.functions),
            cves: None,
            self_protection: Some(self_protection),
            attack_surface: Some(attack_surface),
        },
    }
}

/// A configuration to show beside the others.
///
/// # Errors
/// When the tree's release is no version.
pub fn beside(
    (kernel, rules): (&Kernel, &Rules),
    named: (String, String),
    measured: &Measured,
    cves: Option<&Cves>,
) -> Result<report::Configuration, String> {
    let passed = hardening::passed((kernel, rules), measured)?;
    let mut told = configuration(named, measured, passed);
    if let Some(cves) = cves {
        let compiled = exposure::compiled(cves, &kernel.release, &measured.all_sources())?;
        told.counts.cves = Some(compiled.len() as u64);
    }
    Ok(told)
}

/// The sources that both configurations compile, for questions that come later.
pub fn files(before: &Measured, after: &Measured) -> Files {
    Files {
        before: before.all_sources(),
        after: after.all_sources(),
    }
}

/// How many bools and tristates are y, and how many m.
fn symbols(configuration: &Configuration<'_>) -> [u64; 2] {
    let mut counts = [0, 0];
    for (id, symbol) in configuration.model().symbols() {
        let counted = symbol.kind.is_logical() && !symbol.is_constant && !symbol.is_choice;
        match configuration.tristate(id) {
            _ if !counted || symbol.name.is_none() => {}
            Tristate::Yes => counts[0] += 1,
            Tristate::Module => counts[1] += 1,
            Tristate::No => {}
        }
    }
    counts
}

fn subject(run: &Run) -> Subject {
    Subject {
        release: run.release.clone(),
        source: run.tree.display().to_string(),
        architecture: run.arch.clone(),
        profile: run.profile.clone(),
        linking: run.linking,
        floor: run.floor.clone(),
        traces: run.traces.clone(),
        tool: concat!("tailor ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

fn kept(explanations: &Explanations) -> Vec<Kept> {
    let group = |kind: ReasonKind| {
        let of_kind = explanations.on.iter().filter(|(_, on)| on.kind == kind);
        let symbols: Vec<KeptSymbol> = of_kind
            .map(|(name, on)| KeptSymbol {
                symbol: name.clone(),
                value: on.value.clone(),
                reason: explanations.reason(name, on),
            })
            .collect();
        (!symbols.is_empty()).then_some(Kept { kind, symbols })
    };
    ReasonKind::ALL.into_iter().filter_map(group).collect()
}

fn dropped(parts: &Parts<'_>) -> Vec<report::Dropped> {
    let dropped = parts.dropped.iter().map(|one| report::Dropped {
        file: one.source.clone(),
        functions: one.functions as u64,
        example: one.example.clone(),
        phases: one.phases.clone(),
        reason: one.why.clone(),
    });
    dropped.chain(modules_only(parts.explanations)).collect()
}

/// What was executed of the support for modules goes with it.
fn modules_only(explanations: &Explanations) -> Vec<report::Dropped> {
    use crate::requirement::{Demand, Reason};
    let mut found = Vec::new();
    for demand in &explanations.needs_modules {
        let requirement = explanations.requirements.get(demand);
        let (Demand::File(file), Some(requirement)) = (demand, requirement) else {
            continue;
        };
        for reason in &requirement.reasons {
            if let Reason::Executed {
                phases,
                functions,
                example,
            } = reason
            {
                found.push(report::Dropped {
                    file: file.clone(),
                    functions: *functions as u64,
                    example: example.clone(),
                    phases: phases.clone(),
                    reason: "only a kernel with modules can have it".to_owned(),
                });
            }
        }
    }
    found
}

fn unlocated(lost: &Lost) -> Unlocated {
    Unlocated {
        function: lost.name.clone(),
        module: lost.module.clone(),
        reason: lost.why.clone(),
    }
}

fn notes(parts: &Parts<'_>) -> Vec<String> {
    let mut notes = vec![
        "A file counts when the kernel's own build would compile it; lines and functions are \
         those of the file: of headers none, comments and what conditionals leave out included."
            .to_owned(),
    ];
    if parts.run.traces.is_empty() {
        notes.push("The evidence came as requirements of an earlier run.".to_owned());
    }
    for demand in &parts.explanations.unknown {
        notes.push(format!(
            "Not in this tree, and so not required: {}.",
            demand.words()
        ));
    }
    notes
}
