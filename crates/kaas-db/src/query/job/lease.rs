// SPDX-License-Identifier: Apache-2.0
//! How a job begins, and how it is taken from a builder that fell silent.

use std::time::Duration;

use diesel::prelude::*;
use kaas_types::agent::Line;
use kaas_types::builder;
use kaas_types::id::{BuilderId, JobId, KernelId};
use kaas_types::job::{Event, Job, State};
use kaas_types::kernel::{self, Fault, Kernel};
use kaas_types::quota::{Limit, Resource};

use super::report::{Patience, fail};
use super::{BUSY, Token, WHAT, get, is_over, of_builder, row, transition};
use crate::error::Error;
use crate::model::job::JobRow;
use crate::query::{builder as builders, kernel as kernels, quota};
use crate::schema::jobs;
use crate::scope::Scope;
use crate::session::{Read, Write};
use crate::stored;

/// On which terms a job is given.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long the builder may be silent.
    pub lease: Duration,
    /// How many kernels of a project may run, where it has no limit of its own.
    pub running: Limit,
}

/// Gives a waiting kernel to a builder: one that is up and has a slot free. Of several who try
/// to, for the same kernel or for the same slot, one succeeds.
pub fn acquire(
    write: &mut Write<'_>,
    kernel: KernelId,
    builder: BuilderId,
    terms: &Terms,
) -> Result<(Job, Token), Error> {
    let mut kernel = kernels::get(write, &Scope::EveryProject, kernel)?;
    occupy(write, builder)?;
    let resource = Resource::RunningKernels;
    quota::reserve(write, &kernel.project, resource, 1, terms.running)?;
    let job = begin(write, &kernel, builder, terms)?;
    kernel.attempt = job.attempt;
    (kernel.job, kernel.builder) = (Some(job.id), Some(builder));
    kernel.times.started = Some(job.acquired);
    kernels::transition(write, &mut kernel, &kernel::Event::Start.into())?;
    let token = Token::random()?;
    let mut row = JobRow::from(&job);
    row.token_digest = token.digest();
    diesel::insert_into(jobs::table)
        .values(row)
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    Ok((job, token))
}

/// A slot of a builder. Its row changes, so that two at a time can't have the last one.
fn occupy(write: &mut Write<'_>, id: BuilderId) -> Result<(), Error> {
    let mut builder = builders::get(write, id)?;
    let busy = of_builder(write, id)?.len();
    if builder.status != builder::Status::Up || busy >= builder.slots as usize {
        return Err(Error::InUse(builders::WHAT));
    }
    builders::save(write, &mut builder)
}

fn begin(
    write: &mut Write<'_>,
    kernel: &Kernel,
    builder: BuilderId,
    terms: &Terms,
) -> Result<Job, Error> {
    let now = write.now()?;
    Ok(Job {
        id: JobId::random(),
        kernel: kernel.id,
        project: kernel.project.clone(),
        builder,
        attempt: kernel.attempt.saturating_add(1),
        state: State::Held,
        sequence: 0,
        acquired: now,
        heard: now,
        expires: now + terms.lease,
        ended: None,
        version: 1,
    })
}

/// The job, if this is its token and its lease is not over: for whoever takes what a builder
/// sends besides messages.
pub fn authenticate(read: &mut Read<'_>, id: JobId, token: &Token) -> Result<Job, Error> {
    let now = stored::moment(read.now()?);
    let row = row(read, id)?;
    // To who does not hold the token, it does not exist.
    if row.token_digest != token.digest() {
        return Err(Error::NotFound(WHAT));
    }
    let is_over = is_over(row.state.expires_at, now);
    let job = Job::try_from(row)?;
    if job.state != State::Held || is_over {
        return Err(Error::Stale(WHAT));
    }
    Ok(job)
}

/// The jobs whose leases are over, and that nobody took away yet; the longest over first.
pub fn due(read: &mut Read<'_>, limit: u32) -> Result<Vec<JobId>, Error> {
    let now = stored::moment(read.now()?);
    let ids: Vec<String> = jobs::table
        .filter(jobs::state.eq(BUSY[0]).or(jobs::state.eq(BUSY[1])))
        .filter(jobs::expires_at.le(now))
        .order((jobs::expires_at.asc(), jobs::id.asc()))
        .limit(i64::from(limit))
        .select(jobs::id)
        .load(read.connection())?;
    let reader = stored::Reader("jobs");
    ids.iter().map(|id| reader.word("id", id)).collect()
}

/// Takes a job whose lease is over away; its kernel is tried again, or was tried often enough.
/// None where the builder said something in the meantime, or somebody else took it.
pub fn expire(write: &mut Write<'_>, id: JobId, patience: &Patience) -> Result<Option<Job>, Error> {
    let now = write.now()?;
    let job = get(write, id)?;
    let is_busy = matches!(job.state, State::Held | State::Revoked);
    if !is_busy || now < job.expires {
        return Ok(None);
    }
    take_away(write, job, patience).map(Some)
}

/// Ends a job as if its lease were over.
pub(crate) fn take_away(
    write: &mut Write<'_>,
    mut job: Job,
    patience: &Patience,
) -> Result<Job, Error> {
    let was_held = job.state == State::Held;
    transition(write, &mut job, Event::Expire)?;
    if was_held {
        let fault = Fault {
            code: Line::cut("builder_lost"),
            message: Line::cut("The builder fell silent; another one takes over."),
        };
        fail(write, &job, &fault, patience)?;
    }
    Ok(job)
}
