// SPDX-License-Identifier: Apache-2.0
//! What a builder says of a job that it holds.

use std::time::Duration;

use kaas_types::agent::Line;
use kaas_types::id::JobId;
use kaas_types::job::{Event, Job, State};
use kaas_types::kernel::{self, Fault, Kernel, Progress, Step};

use super::{Token, WHAT, row, save, transition};
use crate::error::Error;
use crate::query::kernel as kernels;
use crate::scope::Scope;
use crate::session::Write;

/// Who says something, and proves that they may.
#[derive(Clone, Debug)]
pub struct Message {
    pub job: JobId,
    pub token: Token,
    /// Greater than that of the builder's message before: one that comes twice counts once.
    pub sequence: i64,
}

/// How it goes.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The step it is in now; as before where none is said.
    pub step: Option<Step>,
    pub progress: Option<Progress>,
    /// The release of the source, once it is known.
    pub release: Option<Line<128>>,
}

/// How it ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// Every artefact is stored.
    Success,
    /// The inputs allow no kernel.
    Failure(Fault),
    /// Something of ours failed.
    Broken(Fault),
    /// The builder shuts down, and gives it back.
    Returned,
}

/// How often something of ours may fail, and how long it rests in between.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// As many failures end a kernel.
    pub failures: u32,
    /// After the first; twice as long after each that follows.
    pub rest: Duration,
}

/// Takes a message of a builder that still holds the job, and prolongs its lease.
fn hear(write: &mut Write<'_>, message: &Message, lease: Duration) -> Result<Job, Error> {
    let mut job = super::authenticate(write, message.job, &message.token)?;
    if message.sequence <= job.sequence {
        return Err(Error::Stale("message"));
    }
    let now = write.now()?;
    job.sequence = message.sequence;
    (job.heard, job.expires) = (now, now + lease);
    Ok(job)
}

/// The kernel, as long as this job is the attempt under way.
fn kernel_of(write: &mut Write<'_>, job: &Job) -> Result<Kernel, Error> {
    let kernel = kernels::get(write, &Scope::EveryProject, job.kernel)?;
    if kernel.job == Some(job.id) {
        Ok(kernel)
    } else {
        Err(Error::Stale(WHAT))
    }
}

/// Takes a report; the lease begins anew.
pub fn report(
    write: &mut Write<'_>,
    message: &Message,
    report: &Report,
    lease: Duration,
) -> Result<Kernel, Error> {
    let mut job = hear(write, message, lease)?;
    save(write, &mut job)?;
    let mut kernel = kernel_of(write, &job)?;
    let mut is_changed = report.progress.is_some_and(|new| new != kernel.progress);
    if let Some(progress) = report.progress {
        kernel.progress = progress;
    }
    if report.release.is_some() && report.release != kernel.release {
        kernel.release.clone_from(&report.release);
        is_changed = true;
    }
    match report.step {
        Some(step) if kernel.state.step() != Some(step) => {
            kernels::transition(write, &mut kernel, &kernel::Event::Enter(step).into())?;
        }
        _ if is_changed => kernels::save(write, &mut kernel)?,
        _ => {}
    }
    Ok(kernel)
}

/// Takes the builder's last word on a job.
pub fn finish(
    write: &mut Write<'_>,
    message: &Message,
    ending: &Ending,
    patience: &Patience,
) -> Result<Kernel, Error> {
    let mut job = hear(write, message, Duration::ZERO)?;
    let event = match ending {
        Ending::Returned => Event::Return,
        _ => Event::Finish,
    };
    transition(write, &mut job, event)?;
    let (event, fault) = match ending {
        Ending::Success => (kernel::Event::Succeed, None),
        Ending::Failure(fault) => (kernel::Event::Fail, Some(fault.clone())),
        Ending::Returned => (kernel::Event::Requeue, None),
        Ending::Broken(fault) => return fail(write, &job, fault, patience),
    };
    let mut kernel = kernel_of(write, &job)?;
    kernels::transition(write, &mut kernel, &kernels::Step { event, fault })?;
    Ok(kernel)
}

/// Something of ours failed: the kernel is tried again after a rest, unless it was too often.
pub(super) fn fail(
    write: &mut Write<'_>,
    job: &Job,
    fault: &Fault,
    patience: &Patience,
) -> Result<Kernel, Error> {
    let mut kernel = kernel_of(write, job)?;
    let doubled = patience.rest.saturating_mul(1 << kernel.failures.min(10));
    kernel.failures = kernel.failures.saturating_add(1);
    kernel.times.not_before = write.now()? + doubled;
    let event = if kernel.failures < patience.failures {
        kernel::Event::Requeue
    } else {
        kernel::Event::Break
    };
    let fault = Some(fault.clone());
    kernels::transition(write, &mut kernel, &kernels::Step { event, fault })?;
    Ok(kernel)
}

/// The builder no longer works on a job that was revoked. Saying so twice changes nothing.
pub fn stopped(write: &mut Write<'_>, id: JobId, token: &Token) -> Result<Job, Error> {
    let row = row(write, id)?;
    if row.token_digest != token.digest() {
        return Err(Error::NotFound(WHAT));
    }
    let mut job = Job::try_from(row)?;
    match job.state {
        State::Stopped => {}
        State::Expired => return Err(Error::Stale(WHAT)),
        _ => transition(write, &mut job, Event::Stop)?,
    }
    Ok(job)
}
