// SPDX-License-Identifier: Apache-2.0
//! What a result comes to, as `tailor report` tells it.

use std::path::Path;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::program;

/// Before and after, and what is wrong with the result.
pub(super) struct Figures {
    pub(super) files: [u64; 2],
    pub(super) cves: [u64; 2],
    symbols: [u64; 2],
    self_protection: [u64; 2],
    pub(super) faults: Vec<String>,
}

impl Figures {
    pub(super) const HEAD: &str = "trace, profile, linking                         files         \
                                   CVEs  symbols  self-protection";

    pub(super) fn read(tailor: &Path, run: &Path, data: &Path) -> Result<Self> {
        let mut command = program::clean(tailor);
        command.args(["report", "--json", "--run"]).arg(run);
        command
            .arg("--cves")
            .arg(data.join("cve/kernel_cves.jsonl.xz"));
        let text = program::answer(&mut command)?;
        let report: Value = serde_json::from_str(&text)
            .map_err(|error| Failure::new(format!("tailor report --json: {error}")))?;
        let both = |path: &str| {
            let of = |root: &str| number(&report, &format!("{root}/counts/{path}"));
            [of("/baselines/0"), of("/result")]
        };
        let (y, m) = (both("symbols_y"), both("symbols_m"));
        Ok(Self {
            files: both("files"),
            cves: both("cves"),
            symbols: [y[0] + m[0], y[1] + m[1]],
            self_protection: both("self_protection/passed"),
            faults: lost(&report),
        })
    }

    pub(super) fn row(&self, name: &str) -> String {
        let Self {
            files,
            cves,
            symbols,
            self_protection,
            ..
        } = self;
        format!(
            "{name:<40} {:>6} {:>5.1} % {:>6} {:>5.1} % {:>6} {:>8} (was {})",
            files[1],
            less(*files),
            cves[1],
            less(*cves),
            symbols[1],
            self_protection[1],
            self_protection[0],
        )
    }
}

fn number(report: &Value, path: &str) -> u64 {
    report.pointer(path).and_then(Value::as_u64).unwrap_or(0)
}

/// By how many percent the second is less than the first.
#[expect(clippy::cast_precision_loss, reason = "counts of files and symbols")]
pub(super) fn less([before, after]: [u64; 2]) -> f64 {
    100.0 * (1.0 - after as f64 / before.max(1) as f64)
}

/// Hardening rules that the replaced kernel passes and the result does not.
fn lost(report: &Value) -> Vec<String> {
    let rules = report.pointer("/hardening").and_then(Value::as_array);
    let rules = rules.into_iter().flatten();
    let verdict = |rule: &Value, of: &str| rule[of].as_str().unwrap_or_default().to_owned();
    let lost = rules.filter(|rule| {
        verdict(rule, "baseline") == "passed" && verdict(rule, "result") == "failed"
    });
    lost.map(|rule| format!("hardening rule {} is lost", rule["id"]))
        .collect()
}
