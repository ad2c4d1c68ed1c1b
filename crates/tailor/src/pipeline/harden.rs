// SPDX-License-Identifier: Apache-2.0
//! The hardening floor: what the replaced kernel passes or protects stays so.

use kconfig::SymbolType;

use super::Replaced;
use crate::cve::Version;
use crate::floor::{Rules, Values, Verdict};
use crate::kernel::Kernel;
use crate::requirement::{Demand, Reason, Requirements};

/// Demands every rule that the replaced kernel passes, and every protection that it has.
pub fn floor(
    kernel: &Kernel,
    replaced: &Replaced,
    rules: &Rules,
    requirements: &mut Requirements,
) -> Result<(), String> {
    let release: Version = kernel.release.parse().map_err(|_| {
        let release = &kernel.release;
        format!("{release}: not a release that hardening rules can be told for")
    })?;
    let values = Values {
        value: &|name| replaced.values.get(name).cloned(),
        exists: &|name| kernel.model.find(name).is_some(),
    };
    for rule in rules.of(&kernel.arch, &release) {
        if let Verdict::Passed { .. } = rule.verdict(values) {
            let reason = Reason::Floor(rule.protects.clone());
            requirements.add(Demand::Rule(rule.id.clone()), reason);
        }
    }
    protections(kernel, replaced, rules, requirements);
    Ok(())
}

fn protections(
    kernel: &Kernel,
    replaced: &Replaced,
    rules: &Rules,
    requirements: &mut Requirements,
) {
    for (_, symbol) in kernel.model.symbols() {
        let Some(name) = symbol
            .name
            .as_deref()
            .filter(|_| symbol.kind == SymbolType::Bool)
        else {
            continue;
        };
        let was_on = replaced.values.get(name).is_some_and(|value| value == "y");
        if let Some(keep) = rules.keep_of(name, &kernel.arch).filter(|_| was_on) {
            let reason = Reason::Floor(keep.id.clone());
            requirements.add(Demand::Protection(name.to_owned()), reason);
        }
    }
}
