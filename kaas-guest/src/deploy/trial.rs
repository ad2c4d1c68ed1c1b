// SPDX-License-Identifier: Apache-2.0
//! A trial: starts the installed kernel once, judges it after that, and keeps it or goes back.

use kaas_types::release::{Event, Status};

use super::health::{self, Verdict};
use super::loader::Loader;
use super::machine::Machine;
use super::record::{Once, Record, Trial};
use super::{kexec, reconcile};
use crate::failure::{Failure, Result};

/// How the machine is to be restarted, once the answer was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    Orderly,
    Kexec,
}

impl Restart {
    pub(super) fn now(self, machine: &mut Machine) -> Result<()> {
        match self {
            Self::Orderly => machine.tools.restart(),
            Self::Kexec => kexec::start(machine),
        }
    }
}

/// Prepares the restart into the installed kernel.
pub(super) fn begin(machine: &mut Machine) -> Result<Restart> {
    let mut record = reconcile::reconcile(machine)?;
    let current = record.current.as_mut();
    let is_ready = current
        .as_ref()
        .is_some_and(|current| !current.kernel.entry.is_empty());
    let Some(current) = current.filter(|current| is_ready && current.status == Status::Installing)
    else {
        return Err(Failure::new(
            "no kernel is installed that was not tried yet",
        ));
    };
    let kernel = current.kernel.clone();
    let by = how(machine)?;
    let failed_units = health::failed_units(machine)?;
    current.trial = Some(Trial {
        boot: machine.boot(),
        failed_units,
        by,
        left: None,
    });
    record.advance(Event::Try, "")?;
    record.write(machine)?;
    let armed = match by {
        Once::Loader => reconcile::set_loader(machine, &record),
        Once::Kexec => kexec::load(machine, &kernel),
    };
    match armed {
        Ok(()) if by == Once::Kexec => Ok(Restart::Kexec),
        Ok(()) => Ok(Restart::Orderly),
        Err(why) => {
            let reason = format!("it could not be started once: {why}");
            roll_back(machine, record, &reason)?;
            Err(why)
        }
    }
}

/// Asked again: between installation and trial, packages may have changed the boot loader.
fn how(machine: &Machine) -> Result<Once> {
    match Loader::find(machine)?.starts_once(machine) {
        Ok(()) => Ok(Once::Loader),
        Err(_) if kexec::is_allowed(machine).is_ok() => Ok(Once::Kexec),
        Err(why) => Err(why),
    }
}

/// An operator's decision, or that of the probes.
pub(super) fn confirm(machine: &mut Machine, reason: &str) -> Result<()> {
    let mut record = reconcile::reconcile(machine)?;
    let serial = record.current.as_ref().map(|current| current.kernel.serial);
    if serial.is_none() || machine.serial() != serial {
        return Err(Failure::new("the kernel on trial does not run"));
    }
    record.advance(Event::Confirm, reason)?;
    record.keep();
    // The record first: a power cut before the boot loader knows costs a restart, nothing else.
    record.write(machine)?;
    reconcile::set_loader(machine, &record)
}

/// An operator's decision. If the kernel runs, [`reconcile::leave`] restarts the machine.
pub(super) fn end(machine: &mut Machine, reason: &str) -> Result<()> {
    let record = reconcile::reconcile(machine)?;
    roll_back(machine, record, reason)
}

/// The current kernel will not be started again.
pub(super) fn roll_back(machine: &mut Machine, mut record: Record, reason: &str) -> Result<()> {
    record.advance(Event::RollBack, reason)?;
    record.discard();
    let boot = machine.boot();
    let by_kexec = |trial: &&mut Trial| trial.by == Once::Kexec && trial.boot == boot;
    let trial = record
        .current
        .as_mut()
        .and_then(|current| current.trial.as_mut());
    if trial.as_ref().is_some_and(by_kexec) {
        let _ = kexec::unload(machine);
    }
    reconcile::settle(machine, &mut record)
}

/// Looks after a trial that runs: to be called every few seconds.
pub(super) fn watch(machine: &mut Machine) -> Result<()> {
    let record = Record::read(machine)?;
    let Some(current) = record.current.clone() else {
        return Ok(());
    };
    let runs = machine.serial() == Some(current.kernel.serial);
    if current.status != Status::Trial || !runs {
        return Ok(());
    }
    let failed = current
        .trial
        .map(|trial| trial.failed_units)
        .unwrap_or_default();
    let why = match health::examine(machine, &current.health, &failed) {
        Verdict::Healthy => return confirm(machine, ""),
        Verdict::Unsettled(_) if machine.uptime() < current.deadline_seconds => return Ok(()),
        Verdict::Unsettled(why) => format!("not healthy in time: {why}"),
        Verdict::Unhealthy(why) => why,
    };
    roll_back(machine, record, &why)
}

/// Rolls back a trial whose restart never came, though it was ordered so long ago.
pub(super) fn give_up(machine: &mut Machine, waited_seconds: u64) -> Result<()> {
    const PATIENCE: u64 = 300;
    let record = Record::read(machine)?;
    let current = record.current.as_ref();
    let trial = current.filter(|current| current.status == Status::Trial);
    let trial = trial.and_then(|current| current.trial.as_ref());
    let is_stuck = trial.is_some_and(|trial| trial.boot == machine.boot());
    if is_stuck && waited_seconds > PATIENCE {
        roll_back(machine, record, "the machine was not restarted")?;
    }
    Ok(())
}
