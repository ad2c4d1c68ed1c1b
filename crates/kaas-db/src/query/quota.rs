// SPDX-License-Identifier: Apache-2.0
//! Quotas: what a project has and may have. Whoever makes something reserves it in the same
//! transaction; the condition is part of the change, so that two at a time can't exceed it.

use diesel::dsl::count_star;
use diesel::prelude::*;
use kaas_types::kernel::Status;
use kaas_types::name::ProjectId;
use kaas_types::quota::{Limit, Resource, Usage};

use crate::error::Error;
use crate::schema::{artefacts, kernels, quota_limits, quota_usages, traces};
use crate::session::{Read, Write};
use crate::stored::Reader;

/// The limit of a project's own, where it has one.
pub fn own_limit(
    read: &mut Read<'_>,
    project: &ProjectId,
    resource: Resource,
) -> Result<Option<Limit>, Error> {
    let most: Option<i64> = quota_limits::table
        .find((project.to_string(), resource.word()))
        .select(quota_limits::most)
        .first(read.connection())
        .optional()?;
    let wrong = || Reader("quota_limits").corrupt("most", "not a limit");
    most.map(|most| Limit::from_number(most).ok_or_else(wrong))
        .transpose()
}

/// Gives a project a limit of its own.
pub fn set_limit(
    write: &mut Write<'_>,
    project: &ProjectId,
    resource: Resource,
    limit: Limit,
) -> Result<(), Error> {
    let row = quota_limits::table.find((project.to_string(), resource.word()));
    let most = quota_limits::most.eq(limit.number());
    if diesel::update(row).set(most).execute(write.connection())? == 1 {
        return Ok(());
    }
    let key = (
        quota_limits::project_id.eq(project.to_string()),
        quota_limits::resource.eq(resource.word()),
    );
    diesel::insert_into(quota_limits::table)
        .values((key, most))
        .execute(write.connection())
        .map_err(|error| met(error.into()))?;
    Ok(())
}

/// Takes all limits of its own away from a project.
pub fn reset_limits(write: &mut Write<'_>, project: &ProjectId) -> Result<(), Error> {
    let rows = quota_limits::table.filter(quota_limits::project_id.eq(project.to_string()));
    diesel::delete(rows).execute(write.connection())?;
    Ok(())
}

/// What a project has, with the limits that hold for it.
pub fn usages(
    read: &mut Read<'_>,
    project: &ProjectId,
    standard: impl Fn(Resource) -> Limit,
) -> Result<Vec<Usage>, Error> {
    let usage = |resource: &Resource| {
        Ok(Usage {
            resource: *resource,
            in_use: in_use(read, project, *resource)?.unwrap_or(0),
            limit: own_limit(read, project, *resource)?.unwrap_or_else(|| standard(*resource)),
        })
    };
    Resource::ALL.iter().map(usage).collect()
}

fn in_use(
    read: &mut Read<'_>,
    project: &ProjectId,
    resource: Resource,
) -> Result<Option<i64>, Error> {
    let row = quota_usages::table.find((project.to_string(), resource.word()));
    let in_use = row.select(quota_usages::in_use).first(read.connection());
    Ok(in_use.optional()?)
}

/// Charges a project, if it may have that much. The limit holds where it has none of its own.
pub fn reserve(
    write: &mut Write<'_>,
    project: &ProjectId,
    resource: Resource,
    amount: i64,
    standard: Limit,
) -> Result<(), Error> {
    let limit = own_limit(write, project, resource)?.unwrap_or(standard);
    let most = match limit {
        Limit::Unlimited => i64::MAX,
        Limit::AtMost(most) => i64::from(most),
    };
    let row = quota_usages::table
        .find((project.to_string(), resource.word()))
        .filter(quota_usages::in_use.le(most.saturating_sub(amount)));
    let charge = quota_usages::in_use.eq(quota_usages::in_use + amount);
    if diesel::update(row)
        .set(charge)
        .execute(write.connection())?
        == 1
    {
        return Ok(());
    }
    match in_use(write, project, resource)? {
        None if amount <= most => begin(write, project, resource, amount),
        // There is room, but there was no row when it was to be changed: somebody else just
        // made it.
        Some(in_use) if in_use <= most.saturating_sub(amount) => Err(Error::Conflict("quota")),
        in_use => Err(Error::Quota {
            resource,
            in_use: in_use.unwrap_or(0),
            limit,
        }),
    }
}

fn begin(
    write: &mut Write<'_>,
    project: &ProjectId,
    resource: Resource,
    amount: i64,
) -> Result<(), Error> {
    let values = (
        quota_usages::project_id.eq(project.to_string()),
        quota_usages::resource.eq(resource.word()),
        quota_usages::in_use.eq(amount),
    );
    diesel::insert_into(quota_usages::table)
        .values(values)
        .execute(write.connection())
        .map_err(|error| met(error.into()))?;
    Ok(())
}

/// Somebody else inserted the same row first: look again.
fn met(error: Error) -> Error {
    if error.is_duplicate() {
        Error::Conflict("quota")
    } else {
        error
    }
}

/// Gives back what was reserved.
pub fn release(
    write: &mut Write<'_>,
    project: &ProjectId,
    resource: Resource,
    amount: i64,
) -> Result<(), Error> {
    let row = quota_usages::table
        .find((project.to_string(), resource.word()))
        .filter(quota_usages::in_use.ge(amount));
    let less = quota_usages::in_use.eq(quota_usages::in_use - amount);
    if diesel::update(row).set(less).execute(write.connection())? == 0 {
        tracing::warn!("project {project} gave back {amount} {resource} that it did not have");
    }
    Ok(())
}

/// Counts what a project really has, and corrects what it is charged for. Says what was wrong.
pub fn recount(write: &mut Write<'_>, project: &ProjectId) -> Result<Vec<Resource>, Error> {
    let mut wrong = Vec::new();
    for resource in Resource::ALL {
        let counted = count(write, project, *resource)?;
        let row = quota_usages::table
            .find((project.to_string(), resource.word()))
            .filter(quota_usages::in_use.ne(counted));
        let correct = quota_usages::in_use.eq(counted);
        if diesel::update(row)
            .set(correct)
            .execute(write.connection())?
            == 1
        {
            wrong.push(*resource);
        }
    }
    Ok(wrong)
}

fn count(read: &mut Read<'_>, project: &ProjectId, resource: Resource) -> Result<i64, Error> {
    let of_project = kernels::table
        .filter(kernels::project_id.eq(project.to_string()))
        .filter(kernels::deleted.eq(""))
        .select(count_star());
    let running = of_project
        .clone()
        .filter(kernels::status.eq(Status::Running.word()));
    let traces = traces::table
        .filter(traces::project_id.eq(project.to_string()))
        .filter(traces::deleted.eq(""))
        .select(count_star());
    let connection = read.connection();
    match resource {
        Resource::Kernels => Ok(of_project.first(connection)?),
        Resource::RunningKernels => Ok(running.first(connection)?),
        Resource::Traces => Ok(traces.first(connection)?),
        Resource::ArtefactMebibytes => mebibytes_of(read, project),
    }
}

fn mebibytes_of(read: &mut Read<'_>, project: &ProjectId) -> Result<i64, Error> {
    let sizes: Vec<i64> = artefacts::table
        .inner_join(kernels::table.on(kernels::id.eq(artefacts::kernel_id)))
        .filter(kernels::project_id.eq(project.to_string()))
        .select(artefacts::bytes)
        .load(read.connection())?;
    let sizes = sizes
        .into_iter()
        .map(|bytes| mebibytes(bytes.unsigned_abs()));
    Ok(sizes.sum())
}

/// What a file is charged as: each begun mebibyte.
pub(crate) fn mebibytes(bytes: u64) -> i64 {
    i64::try_from(bytes.div_ceil(1 << 20)).unwrap_or(i64::MAX)
}
