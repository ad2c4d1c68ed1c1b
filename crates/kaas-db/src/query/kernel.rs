// SPDX-License-Identifier: Apache-2.0
//! Kernels: made, looked at, changed as their state allows, forgotten.

mod change;
mod queue;

use diesel::prelude::*;
use kaas_types::id::KernelId;
use kaas_types::kernel::{Fault, Kernel, Progress, Request, State, Status, Times};
use kaas_types::machine::Machine;
use kaas_types::name::{Name, ProjectId, UserId};
use kaas_types::quota::{Limit, Resource};

pub(crate) use change::{Step, say, transition};
pub use change::{cancel, end, mark_outdated, rename, retry};
pub use queue::{Ahead, Share, ahead, shares, waiting};

use super::only;
use super::{deployment, quota};
use crate::connection::Backend;
use crate::error::Error;
use crate::list::{Page, Selection, paged};
use crate::model::kernel::{KernelField, KernelRow, KernelState};
use crate::schema::kernels;
use crate::scope::Scope;
use crate::session::{Read, Write};
use crate::stored;

pub(crate) const WHAT: &str = "kernel";

/// A kernel that somebody asks for.
#[derive(Clone, Debug)]
pub struct NewKernel {
    pub id: KernelId,
    pub project: ProjectId,
    pub user: UserId,
    pub name: Name,
    pub request: Request,
}

/// A project's kernels that are not deleted.
fn seen(scope: &Scope) -> kernels::BoxedQuery<'static, Backend> {
    let query = kernels::table.filter(kernels::deleted.eq("")).into_boxed();
    match scope.project() {
        Some(project) => query.filter(kernels::project_id.eq(project.to_string())),
        None => query,
    }
}

fn find(read: &mut Read<'_>, scope: &Scope, id: &str) -> Result<Option<KernelRow>, Error> {
    let query = seen(scope).filter(kernels::id.eq(id.to_owned()));
    let row = query.select(KernelRow::as_select());
    Ok(row.first(read.connection()).optional()?)
}

pub fn get(read: &mut Read<'_>, scope: &Scope, id: KernelId) -> Result<Kernel, Error> {
    let row = find(read, scope, &id.to_string())?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

pub fn list(
    read: &mut Read<'_>,
    scope: &Scope,
    selection: &Selection<KernelField>,
) -> Result<Page<Kernel>, Error> {
    let last = [KernelField::CreatedAt, KernelField::Id];
    let marked = |read: &mut Read<'_>, id: &str| find(read, scope, id);
    paged!(read, seen(scope), marked, selection, last, KernelRow)
}

/// Queues a kernel. The limit holds where the project has none of its own.
pub fn create(write: &mut Write<'_>, new: &NewKernel, limit: Limit) -> Result<Kernel, Error> {
    quota::reserve(write, &new.project, Resource::Kernels, 1, limit)?;
    let kernel = fresh(write, new)?;
    diesel::insert_into(kernels::table)
        .values(KernelRow::from(&kernel))
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    say(write, &kernel, "kernel.create")?;
    Ok(kernel)
}

fn fresh(write: &mut Write<'_>, new: &NewKernel) -> Result<Kernel, Error> {
    let now = write.now()?;
    let new = new.clone();
    Ok(Kernel {
        id: new.id,
        project: new.project,
        user: new.user,
        name: new.name,
        request: new.request,
        state: State::INITIAL,
        progress: Progress::default(),
        began: Vec::new(),
        attempt: 0,
        failures: 0,
        job: None,
        builder: None,
        fault: None::<Fault>,
        release: None,
        outdated_by: None,
        times: Times {
            created: now,
            updated: now,
            queued: now,
            not_before: now,
            started: None,
            finished: None,
        },
        version: 1,
    })
}

/// Writes what can change of a kernel, unless somebody else did since it was read.
pub(crate) fn save(write: &mut Write<'_>, kernel: &mut Kernel) -> Result<(), Error> {
    let seen = kernel.version;
    kernel.version += 1;
    kernel.times.updated = write.now()?;
    let row = kernels::table
        .filter(kernels::id.eq(kernel.id.to_string()))
        .filter(kernels::version.eq(seen))
        .filter(kernels::deleted.eq(""));
    let changed = diesel::update(row)
        .set(KernelState::from(&*kernel))
        .execute(write.connection())?;
    only(changed, Error::Conflict(WHAT))
}

/// Forgets a kernel that is done and on its way into no instance. Its row stays until it is
/// purged, and so do its artefacts until they are removed.
pub fn delete(write: &mut Write<'_>, scope: &Scope, id: KernelId) -> Result<Kernel, Error> {
    let kernel = get(write, scope, id)?;
    if kernel.state.status() != Status::Done || deployment::is_under_way(write, id)? {
        return Err(Error::InUse(WHAT));
    }
    let now = stored::moment(write.now()?);
    let row = kernels::table
        .filter(kernels::id.eq(id.to_string()))
        .filter(kernels::version.eq(kernel.version))
        .filter(kernels::deleted.eq(""));
    let values = (
        kernels::deleted.eq(id.to_string()),
        kernels::deleted_at.eq(now),
        kernels::version.eq(kernel.version + 1),
    );
    let changed = diesel::update(row)
        .set(values)
        .execute(write.connection())?;
    if changed != 1 {
        return Err(Error::Conflict(WHAT));
    }
    quota::release(write, &kernel.project, Resource::Kernels, 1)?;
    say(write, &kernel, "kernel.delete")?;
    Ok(kernel)
}
