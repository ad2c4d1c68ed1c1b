// SPDX-License-Identifier: Apache-2.0
//! Whether a machine is well with a kernel on trial. Nothing is asked that its stock kernel did
//! not fulfil: units that had failed there may fail here.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kaas_types::release::{Demand, Health, Probe};

use super::machine::Machine;
use super::request::REACHED;
use super::tool::{Tool, User};
use crate::failure::{About as _, Failure, Result};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Healthy,
    /// Not yet, and why.
    Unsettled(String),
    /// And waiting won't help.
    Unhealthy(String),
}

/// Asks once for everything.
pub(super) fn examine(machine: &mut Machine, health: &Health, failed: &[String]) -> Verdict {
    let units = match health.units {
        Demand::Required => units(machine, failed),
        Demand::Ignored => Verdict::Healthy,
    };
    if units != Verdict::Healthy {
        return units;
    }
    if health.agent == Demand::Required && machine.word(REACHED) != machine.boot() {
        return Verdict::Unsettled("the agent has not reached the service".to_owned());
    }
    let probe = health
        .probe
        .as_ref()
        .map_or(Ok(()), |probe| run(machine, probe));
    probe.map_or_else(
        |why| Verdict::Unsettled(why.to_string()),
        |()| Verdict::Healthy,
    )
}

fn units(machine: &mut Machine, before: &[String]) -> Verdict {
    let jobs = Tool::new("systemctl", &["list-jobs", "--no-legend", "--plain"]);
    match machine.tools.run(&jobs) {
        Ok(jobs) if jobs.trim().is_empty() => {}
        Ok(_) => return Verdict::Unsettled("units are still being started".to_owned()),
        Err(error) => return Verdict::Unsettled(error.to_string()),
    }
    match failed_units(machine) {
        Ok(now) => {
            let new: Vec<_> = now
                .into_iter()
                .filter(|unit| !before.contains(unit))
                .collect();
            if new.is_empty() {
                return Verdict::Healthy;
            }
            let names = new.join(", ");
            Verdict::Unhealthy(format!("units failed that had not failed before: {names}"))
        }
        Err(error) => Verdict::Unsettled(error.to_string()),
    }
}

/// Units that have failed, by name; bounded, since somebody may have made thousands.
pub(super) fn failed_units(machine: &mut Machine) -> Result<Vec<String>> {
    const MOST: usize = 200;
    let arguments = [
        "list-units",
        "--state=failed",
        "--no-legend",
        "--plain",
        "--full",
        "--all",
    ];
    let list = machine.tools.run(&Tool::new("systemctl", &arguments))?;
    let names = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(names.take(MOST).map(str::to_owned).collect())
}

/// The user's own program, as a user who owns nothing.
fn run(machine: &mut Machine, probe: &Probe) -> Result<()> {
    let path = find(machine, probe)?;
    let tool = Tool {
        program: path,
        arguments: vec![],
        limit: Duration::from_secs(probe.timeout_seconds),
        user: User::Nobody,
    };
    machine.tools.run(&tool).map(drop)
}

/// Only what nobody but root could have put there.
fn find(machine: &Machine, probe: &Probe) -> Result<PathBuf> {
    let folder = machine.layout.probes();
    let path = folder.join(&probe.name);
    let owner = machine.layout.state().metadata().about(&folder)?.uid();
    for part in [&folder, &path] {
        check_owner(part, owner)?;
    }
    Ok(path)
}

fn check_owner(path: &Path, owner: u32) -> Result<()> {
    let there = path.symlink_metadata().about(path)?;
    if there.is_symlink() || there.uid() != owner || there.permissions().mode() & 0o022 != 0 {
        let message = format!("{}: others could have changed it", path.display());
        return Err(Failure::new(message));
    }
    Ok(())
}
