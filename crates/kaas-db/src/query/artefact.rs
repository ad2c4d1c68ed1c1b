// SPDX-License-Identifier: Apache-2.0
//! Artefacts: what a builder made of a kernel, and where it is stored. The files themselves are
//! the artefact store's.

use diesel::prelude::*;
use kaas_types::id::{JobId, KernelId};
use kaas_types::kernel::{Artefact, Kernel};
use kaas_types::name::{Name, ProjectId};
use kaas_types::quota::{Limit, Resource};

use super::job::{self, Token};
use super::{kernel, quota};
use crate::error::Error;
use crate::model::kernel::ArtefactRow;
use crate::schema::{artefacts, kernels};
use crate::scope::Scope;
use crate::session::{Read, Write};
use crate::stored::Reader;

const WHAT: &str = "artefact";

/// Notes a file that a builder stored for the kernel of its job, in the place of one with the
/// same name of an earlier attempt. Says where that one was, if it was elsewhere.
pub fn put(
    write: &mut Write<'_>,
    (job, token): (JobId, &Token),
    artefact: &Artefact,
    limit: Limit,
) -> Result<Option<String>, Error> {
    let job = job::authenticate(write, job, token)?;
    if job.kernel != artefact.kernel {
        return Err(Error::NotFound(kernel::WHAT));
    }
    let before = remove(write, &job.project, artefact.kernel, &artefact.name)?;
    let size = quota::mebibytes(artefact.bytes);
    quota::reserve(
        write,
        &job.project,
        Resource::ArtefactMebibytes,
        size,
        limit,
    )?;
    diesel::insert_into(artefacts::table)
        .values(ArtefactRow::from(artefact))
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    Ok(before.filter(|before| *before != artefact.location))
}

fn find(read: &mut Read<'_>, kernel: KernelId, name: &Name) -> Result<Option<ArtefactRow>, Error> {
    let row = artefacts::table.find((kernel.to_string(), name.to_string()));
    let row = row.select(ArtefactRow::as_select());
    Ok(row.first(read.connection()).optional()?)
}

fn remove(
    write: &mut Write<'_>,
    project: &ProjectId,
    kernel: KernelId,
    name: &Name,
) -> Result<Option<String>, Error> {
    let Some(row) = find(write, kernel, name)? else {
        return Ok(None);
    };
    let size = quota::mebibytes(row.bytes.unsigned_abs());
    let gone = artefacts::table.find((kernel.to_string(), name.to_string()));
    if diesel::delete(gone).execute(write.connection())? == 1 {
        quota::release(write, project, Resource::ArtefactMebibytes, size)?;
    }
    Ok(Some(row.location))
}

/// What there is of a kernel, by name.
pub fn list(
    read: &mut Read<'_>,
    scope: &Scope,
    kernel: KernelId,
) -> Result<(Kernel, Vec<Artefact>), Error> {
    let kernel = kernel::get(read, scope, kernel)?;
    let rows: Vec<ArtefactRow> = artefacts::table
        .filter(artefacts::kernel_id.eq(kernel.id.to_string()))
        .order(artefacts::name.asc())
        .select(ArtefactRow::as_select())
        .load(read.connection())?;
    let artefacts: Result<Vec<_>, _> = rows.into_iter().map(TryInto::try_into).collect();
    Ok((kernel, artefacts?))
}

pub fn get(
    read: &mut Read<'_>,
    scope: &Scope,
    kernel: KernelId,
    name: &Name,
) -> Result<Artefact, Error> {
    let kernel = kernel::get(read, scope, kernel)?;
    let row = find(read, kernel.id, name)?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

/// Artefacts of kernels that were deleted: their files are to go.
pub fn orphans(read: &mut Read<'_>, limit: u32) -> Result<Vec<Artefact>, Error> {
    let rows: Vec<ArtefactRow> = artefacts::table
        .inner_join(kernels::table.on(kernels::id.eq(artefacts::kernel_id)))
        .filter(kernels::deleted.ne(""))
        .order((
            kernels::deleted_at.asc(),
            artefacts::kernel_id.asc(),
            artefacts::name.asc(),
        ))
        .limit(i64::from(limit))
        .select(ArtefactRow::as_select())
        .load(read.connection())?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The file of an orphan is gone.
pub fn forget(write: &mut Write<'_>, kernel: KernelId, name: &Name) -> Result<(), Error> {
    let project: Option<String> = kernels::table
        .filter(kernels::id.eq(kernel.to_string()))
        .filter(kernels::deleted.ne(""))
        .select(kernels::project_id)
        .first(write.connection())
        .optional()?;
    let project = project.ok_or(Error::InUse(WHAT))?;
    let project = Reader("kernels").word("project_id", &project)?;
    remove(write, &project, kernel, name).map(drop)
}
