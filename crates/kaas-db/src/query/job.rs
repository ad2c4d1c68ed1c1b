// SPDX-License-Identifier: Apache-2.0
//! Jobs: a builder takes a kernel for as long as it says so in time. Everything that it writes
//! goes through the lease: with the job's token, a number greater than that of its last message,
//! and before the lease is over. Nothing else of it counts.

mod lease;
mod report;
mod token;

use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;
use kaas_types::id::{BuilderId, JobId, KernelId};
use kaas_types::job::{Event, Job, State};
use kaas_types::machine::Machine;

pub(crate) use lease::take_away;
pub use lease::{Terms, acquire, authenticate, due, expire};
pub use report::{Ending, Message, Patience, Report, finish, report, stopped};
pub use token::Token;

use super::only;
use crate::error::Error;
use crate::model::job::{JobRow, JobState};
use crate::schema::jobs;
use crate::session::{Read, Write};

pub(crate) const WHAT: &str = "job";

/// The states in which a builder is busy with it, as far as we know.
const BUSY: [&str; 2] = [State::Held.word(), State::Revoked.word()];

pub fn get(read: &mut Read<'_>, id: JobId) -> Result<Job, Error> {
    row(read, id)?.try_into()
}

pub(crate) fn row(read: &mut Read<'_>, id: JobId) -> Result<JobRow, Error> {
    let row = jobs::table.filter(jobs::id.eq(id.to_string()));
    let row = row.select(JobRow::as_select()).first(read.connection());
    row.optional()?.ok_or(Error::NotFound(WHAT))
}

/// What a builder is busy with.
pub fn of_builder(read: &mut Read<'_>, builder: BuilderId) -> Result<Vec<Job>, Error> {
    let rows: Vec<JobRow> = jobs::table
        .filter(jobs::builder_id.eq(builder.to_string()))
        .filter(jobs::state.eq(BUSY[0]).or(jobs::state.eq(BUSY[1])))
        .order((jobs::acquired_at.asc(), jobs::id.asc()))
        .select(JobRow::as_select())
        .load(read.connection())?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many jobs each busy builder has.
pub fn counts(read: &mut Read<'_>) -> Result<Vec<(BuilderId, i64)>, Error> {
    let rows: Vec<(String, i64)> = jobs::table
        .filter(jobs::state.eq(BUSY[0]).or(jobs::state.eq(BUSY[1])))
        .group_by(jobs::builder_id)
        .select((jobs::builder_id, count_star()))
        .order(jobs::builder_id.asc())
        .load(read.connection())?;
    let reader = crate::stored::Reader("jobs");
    rows.into_iter()
        .map(|(id, count)| Ok((reader.word("builder_id", &id)?, count)))
        .collect()
}

/// Every attempt at a kernel, the first one first.
pub fn of_kernel(read: &mut Read<'_>, kernel: KernelId) -> Result<Vec<Job>, Error> {
    let rows: Vec<JobRow> = jobs::table
        .filter(jobs::kernel_id.eq(kernel.to_string()))
        .order(jobs::attempt.asc())
        .select(JobRow::as_select())
        .load(read.connection())?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Carries an event out, unless somebody else changed the job since it was read.
pub(crate) fn transition(write: &mut Write<'_>, job: &mut Job, event: Event) -> Result<(), Error> {
    let now = write.now()?;
    job.state = job.state.next(event)?;
    if job.state.is_end() {
        job.ended = Some(now);
    }
    save(write, job)
}

pub(crate) fn save(write: &mut Write<'_>, job: &mut Job) -> Result<(), Error> {
    let seen = job.version;
    job.version += 1;
    let row = jobs::table
        .filter(jobs::id.eq(job.id.to_string()))
        .filter(jobs::version.eq(seen));
    let changed = diesel::update(row)
        .set(JobState::from(&*job))
        .execute(write.connection())?;
    only(changed, Error::Conflict(WHAT))
}

/// Its result is not wanted any more.
pub(crate) fn revoke(write: &mut Write<'_>, id: JobId) -> Result<(), Error> {
    let mut job = get(write, id)?;
    transition(write, &mut job, Event::Revoke)
}

/// Whether a lease until then is over.
pub(crate) fn is_over(expires: NaiveDateTime, now: NaiveDateTime) -> bool {
    expires <= now
}
