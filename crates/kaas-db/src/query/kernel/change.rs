// SPDX-License-Identifier: Apache-2.0
//! Changes of a kernel's state, each by an event of its machine, with all that goes with it: the
//! job it had, what its project is charged for, and who is told.

use kaas_types::agent::Line;
use kaas_types::id::KernelId;
use kaas_types::kernel::{Event, Fault, Kernel, Outcome, Progress, State, Status};
use kaas_types::machine::Machine;
use kaas_types::name::Name;
use kaas_types::quota::Resource;
use serde_json::json;

use super::super::{job, notification, quota};
use super::{get, save};
use crate::error::Error;
use crate::scope::Scope;
use crate::session::Write;

/// An event, and what it leaves with the kernel.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) event: Event,
    pub(crate) fault: Option<Fault>,
}

impl From<Event> for Step {
    fn from(event: Event) -> Self {
        Self { event, fault: None }
    }
}

/// Nobody wants it any more. Its builder finds out with its next message.
pub fn cancel(write: &mut Write<'_>, scope: &Scope, id: KernelId) -> Result<Kernel, Error> {
    let mut kernel = get(write, scope, id)?;
    if let (Status::Running, Some(job)) = (kernel.state.status(), kernel.job) {
        job::revoke(write, job)?;
    }
    transition(write, &mut kernel, &Event::Cancel.into())?;
    Ok(kernel)
}

/// Tries it again, as if nothing had failed yet; it waits behind those that wait already.
pub fn retry(write: &mut Write<'_>, scope: &Scope, id: KernelId) -> Result<Kernel, Error> {
    let mut kernel = get(write, scope, id)?;
    let now = write.now()?;
    (
        kernel.failures,
        kernel.times.queued,
        kernel.times.not_before,
    ) = (0, now, now);
    transition(write, &mut kernel, &Event::Retry.into())?;
    Ok(kernel)
}

/// Ends one that waits and can't be started: by the inputs' fault, or by ours.
pub fn end(
    write: &mut Write<'_>,
    scope: &Scope,
    id: KernelId,
    outcome: Outcome,
    fault: &Fault,
) -> Result<Kernel, Error> {
    let mut kernel = get(write, scope, id)?;
    let event = match outcome {
        Outcome::Failure => Event::Fail,
        Outcome::InfraError => Event::Break,
        Outcome::Cancelled | Outcome::Success => return Err(Error::Value("result")),
    };
    if kernel.state.status() == Status::Running {
        return Err(Error::InUse(super::WHAT));
    }
    let step = Step {
        event,
        fault: Some(fault.clone()),
    };
    transition(write, &mut kernel, &step)?;
    Ok(kernel)
}

pub fn rename(
    write: &mut Write<'_>,
    scope: &Scope,
    id: KernelId,
    name: &Name,
) -> Result<Kernel, Error> {
    use diesel::prelude::*;

    use crate::schema::kernels;

    let mut kernel = get(write, scope, id)?;
    save(write, &mut kernel)?;
    diesel::update(kernels::table.filter(kernels::id.eq(id.to_string())))
        .set(kernels::name.eq(name.to_string()))
        .execute(write.connection())?;
    kernel.name = name.clone();
    Ok(kernel)
}

/// Notes the newer release of its series, or that there is none.
pub fn mark_outdated(
    write: &mut Write<'_>,
    scope: &Scope,
    id: KernelId,
    newer: Option<Line<128>>,
) -> Result<Kernel, Error> {
    let mut kernel = get(write, scope, id)?;
    if kernel.outdated_by != newer {
        kernel.outdated_by = newer;
        save(write, &mut kernel)?;
    }
    Ok(kernel)
}

/// Carries an event out. Times, progress, charges and notifications follow from it.
pub(crate) fn transition(
    write: &mut Write<'_>,
    kernel: &mut Kernel,
    step: &Step,
) -> Result<(), Error> {
    let now = write.now()?;
    let before = kernel.state.status();
    kernel.state = kernel.state.next(step.event)?;
    kernel.fault.clone_from(&step.fault);
    match kernel.state {
        State::Queued => {
            kernel.times.finished = None;
            kernel.progress = Progress::default();
            kernel.began.clear();
        }
        State::Running(step) => {
            kernel.began.retain(|(known, _)| *known != step);
            kernel.began.push((step, now));
        }
        State::Done(outcome) => {
            kernel.times.finished = Some(now);
            let percent = if outcome == Outcome::Success {
                100
            } else {
                kernel.progress.percent
            };
            kernel.progress = Progress {
                percent,
                eta_seconds: None,
            };
        }
    }
    save(write, kernel)?;
    follow(write, kernel, before)
}

/// What others learn of it.
fn follow(write: &mut Write<'_>, kernel: &Kernel, before: Status) -> Result<(), Error> {
    let after = kernel.state.status();
    if before == Status::Running && after != Status::Running {
        quota::release(write, &kernel.project, Resource::RunningKernels, 1)?;
    }
    let event = match kernel.state {
        State::Queued => "kernel.requeue",
        State::Running(_) if before == Status::Running => return Ok(()),
        State::Running(_) => "kernel.start",
        State::Done(Outcome::Success) => "kernel.end",
        State::Done(Outcome::Cancelled) => "kernel.cancel",
        State::Done(Outcome::Failure | Outcome::InfraError) => "kernel.error",
    };
    say(write, kernel, event)
}

/// A notification about a kernel.
pub(crate) fn say(write: &mut Write<'_>, kernel: &Kernel, event: &str) -> Result<(), Error> {
    let payload = json!({
        "payload_version": "1.0",
        "kernel_id": kernel.id,
        "project_id": kernel.project,
        "user_id": kernel.user,
        "name": kernel.name,
        "status": kernel.state.status(),
        "result": kernel.state.outcome(),
        "attempt": kernel.attempt,
        "fault": kernel.fault,
    });
    notification::add(write, event, &payload)
}
