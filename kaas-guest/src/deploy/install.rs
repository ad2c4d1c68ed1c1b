// SPDX-License-Identifier: Apache-2.0
//! Puts a release beside the running kernel. First everything is checked; then it is written
//! down what will be done; then files are written that nothing refers to; and last the boot
//! loader hears of them.

use kaas_types::release::{Event, Release, Signed, Status};

use super::check::check;
use super::loader::{Loader, Plan, Wanted};
use super::machine::Machine;
use super::record::{Accepted, Current, Kernel, Once, Record};
use super::trust::{Trust, sha256};
use super::{files, reconcile, staging};
use crate::failure::{Failure, Result};

/// Why nothing was installed.
pub(super) enum Refusal {
    /// The request makes no sense now.
    Untimely(Failure),
    /// This release will not be installed.
    Refused(Failure),
}

/// Which files of a release are missing; changes nothing.
pub(super) fn missing(
    machine: &Machine,
    signed: &Signed,
) -> Result<Vec<super::request::MissingFile>> {
    let release = Trust::read(machine)?.release(signed)?;
    Ok(staging::missing(machine, &release))
}

/// Verifies a release and puts it in place.
pub(super) fn install(machine: &mut Machine, signed: &Signed) -> Result<(), Refusal> {
    let trust = Trust::read(machine).map_err(Refusal::Refused)?;
    let release = trust.release(signed).map_err(Refusal::Refused)?;
    let mut record = reconcile::reconcile(machine).map_err(Refusal::Untimely)?;
    if record.status().is_some_and(|status| !status.is_settled()) {
        let message = "another deployment is under way: confirm it or roll it back first";
        return Err(Refusal::Untimely(Failure::new(message)));
    }
    let sha256 = sha256(signed.document.as_bytes());
    let plan = check(machine, &record, &release, &sha256);
    let plan = match plan {
        Ok(plan) => plan,
        Err(why) => {
            note_refusal(machine, record, &release, &why);
            return Err(Refusal::Refused(why));
        }
    };
    let accepted = Accepted {
        serial: release.serial,
        sha256,
    };
    begin(machine, &mut record, &release, accepted).map_err(Refusal::Refused)?;
    put(machine, &mut record, &release, plan).map_err(|why| {
        undo(machine, &mut record, &why);
        Refusal::Refused(why)
    })
}

/// Where even this can't be written, the answer says it alone.
fn note_refusal(machine: &mut Machine, mut record: Record, release: &Release, why: &Failure) {
    record.current = Some(current(release));
    if record.advance(Event::Refuse, &why.to_string()).is_ok() {
        let _ = record.write(machine);
    }
}

fn current(release: &Release) -> Current {
    Current {
        kernel: Kernel {
            serial: release.serial,
            release: release.release.clone(),
            entry: String::new(),
            command_line: String::new(),
        },
        status: Status::Pending,
        reason: String::new(),
        health: release.health.clone(),
        deadline_seconds: release.deadline_seconds,
        trial: None,
    }
}

/// From here on, somebody who finds the record knows what to remove.
fn begin(
    machine: &mut Machine,
    record: &mut Record,
    release: &Release,
    accepted: Accepted,
) -> Result<()> {
    if record.kept.is_empty() {
        record.default_before = Loader::find(machine)?.default_now(machine);
    }
    record.accepted = accepted;
    record.current = Some(current(release));
    record.advance(Event::Install, "")?;
    record.write(machine)
}

fn put(machine: &mut Machine, record: &mut Record, release: &Release, plan: Plan) -> Result<()> {
    files::write(machine, release)?;
    let boot = machine.boot();
    if let Some(current) = &mut record.current {
        current.kernel.entry = plan.entry;
        current.kernel.command_line = plan.command_line;
        if plan.once == Once::Kexec {
            "to be tried with kexec".clone_into(&mut current.reason);
        }
    }
    record.write(machine)?;
    Loader::find(machine)?.set(machine, &Wanted::of(record, &boot))
}

/// Back to how it was. What fails here is done by the next [`reconcile::reconcile`].
fn undo(machine: &mut Machine, record: &mut Record, why: &Failure) {
    record.discard();
    if record.advance(Event::Refuse, &why.to_string()).is_ok() {
        let _ = reconcile::settle(machine, record);
    }
}
