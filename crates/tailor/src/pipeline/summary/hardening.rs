// SPDX-License-Identifier: Apache-2.0
//! Every hardening rule and every protection, before and after.

use std::collections::HashMap;

use super::{Measured, Parts};
use crate::cve::Version;
use crate::floor::{self, Atom, Kind, Rules, Values};
use crate::kernel::Kernel;
use crate::report::{Passed, Rule, Verdict};

/// Every rule and every protection, before and after.
pub(super) fn rules(parts: &Parts<'_>) -> Result<Vec<Rule>, String> {
    let kernel = parts.kernel;
    let release = version(kernel)?;
    let both = [parts.before, parts.after];
    let rules = parts.rules.of(&kernel.arch, &release);
    let told = |rule| told(rule, both.map(|it| verdict(kernel, rule, &it.values)));
    Ok(rules.map(told).chain(protections(parts)).collect())
}

/// How many rules of self-protection are passed, and how many on attack surface.
pub(super) fn passed(
    (kernel, rules): (&Kernel, &Rules),
    measured: &Measured,
) -> Result<[Passed; 2], String> {
    let mut passed = [Passed::default(); 2];
    for rule in rules.of(&kernel.arch, &version(kernel)?) {
        let list = match rule.kind {
            Kind::SelfProtection => 0,
            Kind::AttackSurface => 1,
            Kind::Policy | Kind::Userspace | Kind::Network => continue,
        };
        let verdict = verdict(kernel, rule, &measured.values);
        passed[list].of += 1;
        passed[list].passed += u64::from(matches!(verdict, Verdict::Passed | Verdict::Gone));
    }
    Ok(passed)
}

fn version(kernel: &Kernel) -> Result<Version, String> {
    let release = &kernel.release;
    release
        .parse()
        .map_err(|error| format!("{release}: {error}"))
}

/// Passing only because what is protected is absent is no protection; where absence is all
/// that a rule asks for, it is.
fn verdict(kernel: &Kernel, rule: &floor::Rule, values: &HashMap<String, String>) -> Verdict {
    let asked = Values {
        value: &|name| values.get(name).cloned(),
        exists: &|name| kernel.model.find(name).is_some(),
    };
    let is_absence = |index: usize| rule.alternatives[index].iter().all(Atom::is_absence);
    match rule.verdict(asked) {
        floor::Verdict::Passed { alternative } if alternative > 0 && is_absence(alternative) => {
            Verdict::Gone
        }
        floor::Verdict::Passed { .. } => Verdict::Passed,
        floor::Verdict::Failed => Verdict::Failed,
        floor::Verdict::NotApplicable => Verdict::NotApplicable,
    }
}

fn told(rule: &floor::Rule, [baseline, result]: [Verdict; 2]) -> Rule {
    Rule {
        id: rule.id.clone(),
        kind: kind(rule.kind).to_owned(),
        protects: rule.protects.clone(),
        source: rule.source.title.clone(),
        baseline,
        result,
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::SelfProtection => "self-protection",
        Kind::AttackSurface => "attack surface",
        Kind::Policy => "policy",
        Kind::Userspace => "userspace",
        Kind::Network => "network",
    }
}

/// The mitigations and security symbols that the replaced kernel has.
fn protections(parts: &Parts<'_>) -> Vec<Rule> {
    let (kernel, rules): (&Kernel, &Rules) = (parts.kernel, parts.rules);
    let after = |name: &str| parts.after.values.get(name).cloned();
    let mut found = Vec::new();
    for (_, symbol) in kernel.model.symbols() {
        let name = symbol.name.as_deref().unwrap_or_default();
        let was_on = parts
            .before
            .values
            .get(name)
            .is_some_and(|value| value == "y");
        let is_bool = symbol.kind == kconfig::SymbolType::Bool;
        let Some(keep) = rules
            .keep_of(name, &kernel.arch)
            .filter(|_| was_on && is_bool)
        else {
            continue;
        };
        found.push(Rule {
            id: format!("{}/{name}", keep.id),
            kind: "kept symbol".to_owned(),
            protects: keep.protects.clone(),
            source: keep.source.title.clone(),
            baseline: Verdict::Passed,
            result: match after(name) {
                Some(_) => Verdict::Passed,
                None if keep.is_void(&after) => Verdict::Gone,
                None => Verdict::Failed,
            },
        });
    }
    found
}
