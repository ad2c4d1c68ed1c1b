// SPDX-License-Identifier: Apache-2.0
//! Deployments: kernels on their way into instances. An instance has one under way at most.

use diesel::dsl::count_star;
use diesel::prelude::*;
use kaas_types::agent::Line;
use kaas_types::deployment::{Deployment, Event, Status};
use kaas_types::id::{DeploymentId, InstanceId, KernelId};
use kaas_types::kernel::{Outcome, State};
use kaas_types::machine::Machine;
use kaas_types::name::{ProjectId, UserId};
use kaas_types::time::Time;
use serde_json::json;

use super::only;
use super::{kernel, notification};
use crate::connection::Backend;
use crate::error::Error;
use crate::list::{Page, Selection, paged};
use crate::model::deployment::{DeploymentField, DeploymentRow};
use crate::schema::deployments;
use crate::scope::Scope;
use crate::session::{Read, Write};
use crate::stored;

const WHAT: &str = "deployment";

/// What somebody wants in an instance.
#[derive(Clone, Debug)]
pub struct NewDeployment {
    pub id: DeploymentId,
    pub project: ProjectId,
    pub user: UserId,
    pub kernel: KernelId,
    pub instance: InstanceId,
}

fn seen(scope: &Scope) -> deployments::BoxedQuery<'static, Backend> {
    let query = deployments::table.into_boxed();
    match scope.project() {
        Some(project) => query.filter(deployments::project_id.eq(project.to_string())),
        None => query,
    }
}

fn find(read: &mut Read<'_>, scope: &Scope, id: &str) -> Result<Option<DeploymentRow>, Error> {
    let row = seen(scope).filter(deployments::id.eq(id.to_owned()));
    let row = row.select(DeploymentRow::as_select());
    Ok(row.first(read.connection()).optional()?)
}

pub fn get(read: &mut Read<'_>, scope: &Scope, id: DeploymentId) -> Result<Deployment, Error> {
    let row = find(read, scope, &id.to_string())?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

pub fn list(
    read: &mut Read<'_>,
    scope: &Scope,
    selection: &Selection<DeploymentField>,
) -> Result<Page<Deployment>, Error> {
    let last = [DeploymentField::CreatedAt, DeploymentField::Id];
    let marked = |read: &mut Read<'_>, id: &str| find(read, scope, id);
    paged!(read, seen(scope), marked, selection, last, DeploymentRow)
}

/// Begins a deployment of a kernel that is there. Its serial is the instance's next.
pub fn create(write: &mut Write<'_>, new: &NewDeployment) -> Result<Deployment, Error> {
    let kernel = kernel::get(write, &Scope::Project(new.project.clone()), new.kernel)?;
    if kernel.state != State::Done(Outcome::Success) {
        return Err(Error::InUse(WHAT));
    }
    let serial = next_serial(write, new.instance)?;
    let now = write.now()?;
    let deployment = Deployment {
        id: new.id,
        project: new.project.clone(),
        user: new.user.clone(),
        kernel: new.kernel,
        instance: new.instance,
        status: Status::INITIAL,
        reason: None,
        serial,
        deadline: None,
        created: now,
        updated: now,
        version: 1,
    };
    // Two at a time want the same serial: one of them looks again.
    diesel::insert_into(deployments::table)
        .values(DeploymentRow::from(&deployment))
        .execute(write.connection())
        .map_err(|error| again(error.into()))?;
    say(write, &deployment)?;
    Ok(deployment)
}

/// The serial after the last one, which must have settled. Both are asked in one question: between
/// two, somebody else may begin one.
fn next_serial(read: &mut Read<'_>, instance: InstanceId) -> Result<i64, Error> {
    let last: Option<(i64, String)> = deployments::table
        .filter(deployments::instance_id.eq(instance.to_string()))
        .order(deployments::serial.desc())
        .select((deployments::serial, deployments::status))
        .first(read.connection())
        .optional()?;
    match last {
        Some((_, status)) if UNDER_WAY.contains(&status.as_str()) => Err(Error::InUse(WHAT)),
        Some((serial, _)) => Ok(serial + 1),
        None => Ok(1),
    }
}

fn again(error: Error) -> Error {
    if error.is_duplicate() {
        Error::Conflict(WHAT)
    } else {
        error
    }
}

/// The states in which something happens, or may.
const UNDER_WAY: [&str; 3] = ["PENDING", "INSTALLING", "TRIAL"];

fn under_way() -> deployments::BoxedQuery<'static, Backend> {
    let status = deployments::status.eq(UNDER_WAY[0]);
    let status = status.or(deployments::status.eq(UNDER_WAY[1]));
    let status = status.or(deployments::status.eq(UNDER_WAY[2]));
    deployments::table.filter(status).into_boxed()
}

/// Whether a kernel is on its way into any instance.
pub(crate) fn is_under_way(read: &mut Read<'_>, kernel: KernelId) -> Result<bool, Error> {
    let count: i64 = under_way()
        .filter(deployments::kernel_id.eq(kernel.to_string()))
        .select(count_star())
        .first(read.connection())?;
    Ok(count > 0)
}

/// What happened in the instance, and until when the next has to.
pub fn apply(
    write: &mut Write<'_>,
    scope: &Scope,
    id: DeploymentId,
    event: Event,
    (reason, deadline): (Option<Line<1024>>, Option<Time>),
) -> Result<Deployment, Error> {
    let mut deployment = get(write, scope, id)?;
    deployment.status = deployment.status.next(event)?;
    (deployment.reason, deployment.deadline) = (reason, deadline);
    save(write, &mut deployment)?;
    say(write, &deployment)?;
    Ok(deployment)
}

fn save(write: &mut Write<'_>, deployment: &mut Deployment) -> Result<(), Error> {
    let seen = deployment.version;
    deployment.version += 1;
    deployment.updated = write.now()?;
    let row = deployments::table
        .filter(deployments::id.eq(deployment.id.to_string()))
        .filter(deployments::version.eq(seen));
    let changed = diesel::update(row)
        .set(DeploymentRow::from(&*deployment))
        .execute(write.connection())?;
    only(changed, Error::Conflict(WHAT))
}

/// Those whose deadline passed while something was under way.
pub fn late(read: &mut Read<'_>, limit: u32) -> Result<Vec<Deployment>, Error> {
    let now = stored::moment(read.now()?);
    let rows: Vec<DeploymentRow> = under_way()
        .filter(deployments::deadline_at.lt(now))
        .order((deployments::deadline_at.asc(), deployments::id.asc()))
        .limit(i64::from(limit))
        .select(DeploymentRow::as_select())
        .load(read.connection())?;
    rows.into_iter().map(TryInto::try_into).collect()
}

fn say(write: &mut Write<'_>, deployment: &Deployment) -> Result<(), Error> {
    let payload = json!({
        "payload_version": "1.0",
        "deployment_id": deployment.id,
        "project_id": deployment.project,
        "user_id": deployment.user,
        "kernel_id": deployment.kernel,
        "instance_id": deployment.instance,
        "status": deployment.status,
        "reason": deployment.reason,
    });
    notification::add(write, "deployment.update", &payload)
}
