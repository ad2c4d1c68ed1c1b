// SPDX-License-Identifier: Apache-2.0
//! Makes the machine what the record says, and the record what the machine shows. It takes no
//! input and may run at any time, as often as anybody likes: after a power cut, after an
//! update of packages, before every request.

use kaas_types::release::{Event, Status};

use super::files;
use super::loader::{Loader, Wanted};
use super::machine::Machine;
use super::record::{Kernel, Record};
use crate::failure::Result;

/// The record as it is afterwards.
pub(super) fn reconcile(machine: &mut Machine) -> Result<Record> {
    let mut record = Record::read(machine)?;
    if record == Record::default() {
        return Ok(record);
    }
    if let Some((event, reason)) = happened(machine, &record) {
        record.advance(event, reason)?;
        record.discard();
        settle(machine, &mut record)?;
    } else {
        set_loader(machine, &record)?;
        remove_garbage(machine, &mut record)?;
    }
    Ok(record)
}

/// Writes down that a kernel is unwanted, and makes it so. Where the disk is too full for the
/// first, the second makes room.
pub(super) fn settle(machine: &mut Machine, record: &mut Record) -> Result<()> {
    let written = record.write(machine);
    set_loader(machine, record)?;
    remove_garbage(machine, record)?;
    if written.is_err() {
        record.write(machine)
    } else {
        Ok(())
    }
}

/// What has happened to the deployment since it was written down.
fn happened(machine: &Machine, record: &Record) -> Option<(Event, &'static str)> {
    let current = record.current.as_ref()?;
    let runs = machine.serial() == Some(current.kernel.serial);
    match (current.status, &current.trial) {
        (Status::Installing, _) if current.kernel.entry.is_empty() => {
            Some((Event::Refuse, "the installation was interrupted"))
        }
        (Status::Trial, Some(trial)) if !runs && trial.boot != machine.boot() => {
            let reason = "the machine came back with the kernel before: the one on trial was \
                not started, or ended before it could be judged";
            Some((Event::RollBack, reason))
        }
        _ => None,
    }
}

/// Whether the machine has to be restarted to leave a kernel that is unwanted: once, since a
/// boot loader that starts it all the same would do so for ever.
pub(super) fn leave(machine: &mut Machine) -> Result<bool> {
    let mut record = Record::read(machine)?;
    let boot = machine.boot();
    let runs = machine.serial();
    let is_unwanted = |kernel: &Kernel| Some(kernel.serial) == runs;
    if !record.garbage.iter().any(is_unwanted) {
        return Ok(false);
    }
    let current = record
        .current
        .as_mut()
        .filter(|current| is_unwanted(&current.kernel));
    let Some(trial) = current.and_then(|current| current.trial.as_mut()) else {
        return Ok(false);
    };
    if trial.left.is_some() {
        return Ok(false);
    }
    trial.left = Some(boot);
    record.write(machine)?;
    Ok(true)
}

pub(super) fn set_loader(machine: &mut Machine, record: &Record) -> Result<()> {
    let wanted = Wanted::of(record, &machine.boot());
    match Loader::find(machine) {
        Ok(loader) => loader.set(machine, &wanted),
        // Nothing was ever installed where there is none.
        Err(_) if wanted.kernels.is_empty() => Ok(()),
        Err(why) => Err(why),
    }
}

/// Removes the files of kernels that are wanted no longer, except of the one that runs.
pub(super) fn remove_garbage(machine: &mut Machine, record: &mut Record) -> Result<()> {
    let runs = machine.serial();
    let removable = |kernel: &&Kernel| Some(kernel.serial) != runs;
    let garbage: Vec<Kernel> = record.garbage.iter().filter(removable).cloned().collect();
    if garbage.is_empty() {
        return Ok(());
    }
    for kernel in &garbage {
        files::remove(machine, kernel)?;
    }
    record.garbage.retain(|kernel| Some(kernel.serial) == runs);
    record.write(machine)
}
