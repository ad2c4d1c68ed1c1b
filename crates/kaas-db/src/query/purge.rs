// SPDX-License-Identifier: Apache-2.0
//! The end of what was deleted long enough ago, and of what only tells of the past.

use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use kaas_types::deployment::Status;
use kaas_types::time::Time;

use crate::error::Error;
use crate::schema::{artefacts, deployments, jobs, kernels, traces};
use crate::session::{Read, Write};
use crate::stored;

/// How many rows went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub kernels: usize,
    pub traces: usize,
    pub deployments: usize,
}

impl Purged {
    pub const fn is_nothing(self) -> bool {
        self.kernels + self.traces + self.deployments == 0
    }
}

/// Removes what was deleted, or settled, before a time: at most so many of each. A kernel stays
/// as long as files of it are stored.
pub fn purge(write: &mut Write<'_>, before: Time, limit: u32) -> Result<Purged, Error> {
    Ok(Purged {
        kernels: purge_kernels(write, before, limit)?,
        traces: purge_traces(write, before, limit)?,
        deployments: purge_deployments(write, before, limit)?,
    })
}

/// How many deleted kernels there are from before a time.
pub fn deleted_kernels(read: &mut Read<'_>, before: Time) -> Result<i64, Error> {
    let deleted = kernels::table.filter(kernels::deleted_at.lt(stored::moment(before)));
    Ok(deleted.select(count_star()).first(read.connection())?)
}

fn purge_kernels(write: &mut Write<'_>, before: Time, limit: u32) -> Result<usize, Error> {
    let files = artefacts::table.filter(artefacts::kernel_id.eq(kernels::id));
    let ids: Vec<String> = kernels::table
        .filter(kernels::deleted_at.lt(stored::moment(before)))
        .filter(not(exists(files)))
        .order((kernels::deleted_at.asc(), kernels::id.asc()))
        .limit(i64::from(limit))
        .select(kernels::id)
        .load(write.connection())?;
    let mut purged = 0;
    for id in &ids {
        let of_kernel = jobs::table.filter(jobs::kernel_id.eq(id));
        diesel::delete(of_kernel).execute(write.connection())?;
        purged += diesel::delete(kernels::table.find(id)).execute(write.connection())?;
    }
    Ok(purged)
}

fn purge_traces(write: &mut Write<'_>, before: Time, limit: u32) -> Result<usize, Error> {
    let ids: Vec<String> = traces::table
        .filter(traces::deleted_at.lt(stored::moment(before)))
        .order((traces::deleted_at.asc(), traces::id.asc()))
        .limit(i64::from(limit))
        .select(traces::id)
        .load(write.connection())?;
    let mut purged = 0;
    for id in &ids {
        purged += diesel::delete(traces::table.find(id)).execute(write.connection())?;
    }
    Ok(purged)
}

/// An instance's last deployment stays: its serial is what the next one has to exceed.
fn purge_deployments(write: &mut Write<'_>, before: Time, limit: u32) -> Result<usize, Error> {
    let settled = deployments::status
        .eq(Status::RolledBack.word())
        .or(deployments::status.eq(Status::Refused.word()))
        .or(deployments::status.eq(Status::Confirmed.word()));
    let newer = diesel::alias!(deployments as newer_deployments);
    let newer = newer
        .filter(
            newer
                .field(deployments::instance_id)
                .eq(deployments::instance_id),
        )
        .filter(newer.field(deployments::serial).gt(deployments::serial));
    let ids: Vec<String> = deployments::table
        .filter(settled)
        .filter(deployments::updated_at.lt(stored::moment(before)))
        .filter(exists(newer))
        .order((deployments::updated_at.asc(), deployments::id.asc()))
        .limit(i64::from(limit))
        .select(deployments::id)
        .load(write.connection())?;
    let mut purged = 0;
    for id in &ids {
        purged += diesel::delete(deployments::table.find(id)).execute(write.connection())?;
    }
    Ok(purged)
}
