// SPDX-License-Identifier: Apache-2.0
//! The queue of kernels, as the scheduler and those who wait see it.

use chrono::NaiveDateTime;
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use kaas_types::id::KernelId;
use kaas_types::kernel::{Kernel, Status};
use kaas_types::name::ProjectId;
use kaas_types::time::Time;

use super::{WHAT, find, seen};
use crate::error::Error;
use crate::model::kernel::KernelRow;
use crate::schema::kernels;
use crate::scope::Scope;
use crate::session::Read;
use crate::stored::{self, Reader};

/// What a project has in the queue and on builders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub project: ProjectId,
    pub queued: i64,
    pub running: i64,
    /// Since when the first of its kernels waits, where one does.
    pub oldest: Option<Time>,
}

/// How many kernels were queued before one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Of its own project.
    pub in_project: i64,
    /// Of all projects, its own included.
    pub in_all: i64,
}

/// The shares of all projects that have any, ordered by project: what a fair order of starts is
/// made from.
pub fn shares(read: &mut Read<'_>) -> Result<Vec<Share>, Error> {
    let under_way = kernels::table
        .filter(kernels::deleted.eq(""))
        .filter(kernels::status.ne(Status::Done.word()))
        .group_by((kernels::project_id, kernels::status))
        .select((
            kernels::project_id,
            kernels::status,
            count_star(),
            min(kernels::queued_at),
        ))
        .order(kernels::project_id.asc());
    let rows: Vec<(String, String, i64, Option<NaiveDateTime>)> =
        under_way.load(read.connection())?;
    let mut shares: Vec<Share> = Vec::new();
    for (project, status, count, oldest) in rows {
        add(&mut shares, &project, (&status, count), oldest)?;
    }
    Ok(shares)
}

fn add(
    shares: &mut Vec<Share>,
    project: &str,
    (status, count): (&str, i64),
    oldest: Option<NaiveDateTime>,
) -> Result<(), Error> {
    let read = Reader("kernels");
    if shares.last().is_none_or(|share| *share.project != *project) {
        shares.push(Share {
            project: read.word("project_id", project)?,
            queued: 0,
            running: 0,
            oldest: None,
        });
    }
    let Some(share) = shares.last_mut() else {
        return Ok(());
    };
    match read.word("status", status)? {
        Status::Queued => {
            share.queued = count;
            share.oldest = read.maybe_time("queued_at", oldest)?;
        }
        Status::Running | Status::Done => share.running = count,
    }
    Ok(())
}

/// The kernels of a scope that could be started now, the one that waits longest first.
pub fn waiting(read: &mut Read<'_>, scope: &Scope, limit: u32) -> Result<Vec<Kernel>, Error> {
    let now = stored::moment(read.now()?);
    let rows: Vec<KernelRow> = seen(scope)
        .filter(kernels::status.eq(Status::Queued.word()))
        .filter(kernels::not_before.le(now))
        .order((kernels::queued_at.asc(), kernels::id.asc()))
        .limit(i64::from(limit))
        .select(KernelRow::as_select())
        .load(read.connection())?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many wait before a kernel of the scope; none where it does not wait itself.
pub fn ahead(read: &mut Read<'_>, scope: &Scope, id: KernelId) -> Result<Option<Ahead>, Error> {
    let row = find(read, scope, &id.to_string())?.ok_or(Error::NotFound(WHAT))?;
    if row.state.status != Status::Queued.word() {
        return Ok(None);
    }
    let own: ProjectId = Reader("kernels").word("project_id", &row.project_id)?;
    Ok(Some(Ahead {
        in_project: before(read, &Scope::Project(own), &row)?,
        in_all: before(read, &Scope::EveryProject, &row)?,
    }))
}

fn before(read: &mut Read<'_>, scope: &Scope, row: &KernelRow) -> Result<i64, Error> {
    let at = row.state.queued_at;
    let same_moment = kernels::queued_at
        .eq(at)
        .and(kernels::id.lt(row.id.clone()));
    let count = seen(scope)
        .filter(kernels::status.eq(Status::Queued.word()))
        .filter(kernels::queued_at.lt(at).or(same_moment))
        .select(count_star())
        .first(read.connection())?;
    Ok(count)
}
