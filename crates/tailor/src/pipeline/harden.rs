// SPDX-License-Identifier: Apache-2.0
//! The hardening floor: what the replaced kernel passes or protects stays so.

use kconfig::SymbolType;
use serde::{Deserialize, Serialize};

use super::Replaced;
use crate::cve::Version;
use crate::floor::{Rules, Values, Verdict};
use crate::kernel::Kernel;
use crate::requirement::{Demand, Reason, Requirements};

/// How safe the result has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Floor {
    /// Nothing is asked for.
    None,
    /// What the replaced kernel passes still passes, and what it protects stays protected.
    #[default]
    Keep,
    /// That, and every recommendation of the Kernel Self-Protection Project that the
    /// workload leaves room for.
    Kspp,
}

impl Floor {
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Keep => "keep",
            Self::Kspp => "kspp",
        }
    }
}

/// The rules that are recommended, by the beginning of their identifiers.
const RECOMMENDED: &str = "kspp/";

/// Demands every rule that the replaced kernel passes, and every protection that it has.
///
/// # Errors
/// When the tree's release is no version.
pub fn demand(
    kernel: &Kernel,
    replaced: &Replaced,
    (rules, floor): (&Rules, Floor),
    requirements: &mut Requirements,
) -> Result<(), String> {
    if floor == Floor::None {
        return Ok(());
    }
    let release: Version = kernel.release.parse().map_err(|_| {
        let release = &kernel.release;
        format!("{release}: not a release that hardening rules can be told for")
    })?;
    let values = Values {
        value: &|name| replaced.values.get(name).cloned(),
        exists: &|name| kernel.model.find(name).is_some(),
    };
    for rule in rules.of(&kernel.arch, &release) {
        let reason = match rule.verdict(values) {
            Verdict::Passed { .. } => Reason::Floor(rule.protects.clone()),
            Verdict::Failed if floor == Floor::Kspp && rule.id.starts_with(RECOMMENDED) => {
                Reason::Recommended(rule.protects.clone())
            }
            _ => continue,
        };
        requirements.add(Demand::Rule(rule.id.clone()), reason);
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
