// SPDX-License-Identifier: Apache-2.0
//! Whether a result passes its own checks, and whether every symbol has its reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::cell::{Profile, Surroundings};
use crate::failure::{About, Result};
use crate::program;

pub(super) fn faults(with: &Surroundings, profile: Profile, run: &Path) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut check = asked(with, "check", run);
    if profile == Profile::Minimal {
        check.arg("--smallest");
    }
    faults.extend(denied(&mut check)?);
    let (before, after) = (
        values(&run.join("baseline.config"))?,
        values(&run.join("config"))?,
    );
    let on: Vec<&String> = after.keys().collect();
    let off: Vec<&String> = before
        .keys()
        .filter(|it| !after.contains_key(*it))
        .collect();
    faults.extend(denied(asked(with, "why", run).args(on))?);
    faults.extend(denied(asked(with, "why", run).arg("--not").args(off))?);
    Ok(faults)
}

fn asked(with: &Surroundings, question: &str, run: &Path) -> Command {
    let mut command = program::clean(&with.tailor);
    command.arg(question).arg("--run").arg(run);
    command
}

/// What a command prints whose answer is no.
fn denied(command: &mut Command) -> Result<Vec<String>> {
    let output = command.output();
    let output = output.map_err(|error| program::not_started(command, &error))?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let told = said
        .lines()
        .filter(|line| !line.contains(" is y (it") && !line.starts_with("  "));
    Ok(told.take(10).map(str::to_owned).collect())
}

/// The bools and tristates that are on.
fn values(config: &Path) -> Result<BTreeMap<String, String>> {
    let text = fs::read_to_string(config).about(config)?;
    let assigned = text
        .lines()
        .filter_map(|line| line.strip_prefix("CONFIG_")?.split_once('='));
    let on = assigned.filter(|(_, value)| matches!(*value, "y" | "m"));
    Ok(on
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}
