// SPDX-License-Identifier: Apache-2.0
//! Traces: begun for an instance, changed as their state allows, forgotten.

use diesel::prelude::*;
use kaas_types::agent::Line;
use kaas_types::id::{GuestId, InstanceId, TraceId};
use kaas_types::machine::Machine;
use kaas_types::name::{Name, ProjectId, UserId};
use kaas_types::quota::{Limit, Resource};
use kaas_types::trace::{Advice, Event, Status, Trace};
use serde_json::json;

use super::only;
use super::{notification, quota};
use crate::connection::Backend;
use crate::error::Error;
use crate::list::{Page, Selection, paged};
use crate::model::trace::{TraceField, TraceRow, TraceState};
use crate::schema::traces;
use crate::scope::Scope;
use crate::session::{Read, Write};
use crate::stored;

const WHAT: &str = "trace";

/// A trace that somebody begins.
#[derive(Clone, Debug)]
pub struct NewTrace {
    pub id: TraceId,
    pub project: ProjectId,
    pub user: UserId,
    pub name: Name,
    pub instance: InstanceId,
}

fn seen(scope: &Scope) -> traces::BoxedQuery<'static, Backend> {
    let query = traces::table.filter(traces::deleted.eq("")).into_boxed();
    match scope.project() {
        Some(project) => query.filter(traces::project_id.eq(project.to_string())),
        None => query,
    }
}

fn find(read: &mut Read<'_>, scope: &Scope, id: &str) -> Result<Option<TraceRow>, Error> {
    let row = seen(scope).filter(traces::id.eq(id.to_owned()));
    let row = row.select(TraceRow::as_select());
    Ok(row.first(read.connection()).optional()?)
}

pub fn get(read: &mut Read<'_>, scope: &Scope, id: TraceId) -> Result<Trace, Error> {
    let row = find(read, scope, &id.to_string())?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

pub fn list(
    read: &mut Read<'_>,
    scope: &Scope,
    selection: &Selection<TraceField>,
) -> Result<Page<Trace>, Error> {
    let last = [TraceField::CreatedAt, TraceField::Id];
    let marked = |read: &mut Read<'_>, id: &str| find(read, scope, id);
    paged!(read, seen(scope), marked, selection, last, TraceRow)
}

/// Begins a trace. The limit holds where the project has none of its own.
pub fn create(write: &mut Write<'_>, new: &NewTrace, limit: Limit) -> Result<Trace, Error> {
    quota::reserve(write, &new.project, Resource::Traces, 1, limit)?;
    let now = write.now()?;
    let new = new.clone();
    let trace = Trace {
        id: new.id,
        project: new.project,
        user: new.user,
        name: new.name,
        instance: new.instance,
        guest: None,
        status: Status::INITIAL,
        reason: None,
        advice: None,
        release: None,
        location: None,
        created: now,
        updated: now,
        version: 1,
    };
    diesel::insert_into(traces::table)
        .values(TraceRow::from(&trace))
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    say(write, &trace, "trace.create")?;
    Ok(trace)
}

fn save(write: &mut Write<'_>, trace: &mut Trace) -> Result<(), Error> {
    let seen = trace.version;
    trace.version += 1;
    trace.updated = write.now()?;
    let row = traces::table
        .filter(traces::id.eq(trace.id.to_string()))
        .filter(traces::version.eq(seen))
        .filter(traces::deleted.eq(""));
    let changed = diesel::update(row)
        .set(TraceState::from(&*trace))
        .execute(write.connection())?;
    only(changed, Error::Conflict(WHAT))
}

/// What happened to it, with a reason for people.
pub fn apply(
    write: &mut Write<'_>,
    scope: &Scope,
    id: TraceId,
    event: Event,
    reason: Option<Line<1024>>,
) -> Result<Trace, Error> {
    let mut trace = get(write, scope, id)?;
    trace.status = trace.status.next(event)?;
    trace.reason = reason;
    save(write, &mut trace)?;
    say(write, &trace, "trace.update")?;
    Ok(trace)
}

/// What a new snapshot says: where it is, of which release, and what is advised.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub location: String,
    pub release: Option<Line<128>>,
    pub advice: Option<Advice>,
}

pub fn note_snapshot(
    write: &mut Write<'_>,
    scope: &Scope,
    id: TraceId,
    snapshot: &Snapshot,
) -> Result<Trace, Error> {
    let mut trace = get(write, scope, id)?;
    let snapshot = snapshot.clone();
    trace.location = Some(snapshot.location);
    trace.release = snapshot.release.or(trace.release);
    trace.advice = snapshot.advice.or(trace.advice);
    save(write, &mut trace)?;
    Ok(trace)
}

/// The agent that sends it.
pub fn note_guest(
    write: &mut Write<'_>,
    scope: &Scope,
    id: TraceId,
    guest: GuestId,
) -> Result<Trace, Error> {
    let mut trace = get(write, scope, id)?;
    trace.guest = Some(guest);
    save(write, &mut trace)?;
    Ok(trace)
}

/// The traces of an instance, the newest first.
pub fn of_instance(
    read: &mut Read<'_>,
    scope: &Scope,
    instance: InstanceId,
) -> Result<Vec<Trace>, Error> {
    let rows: Vec<TraceRow> = seen(scope)
        .filter(traces::instance_id.eq(instance.to_string()))
        .order((traces::created_at.desc(), traces::id.desc()))
        .select(TraceRow::as_select())
        .load(read.connection())?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Forgets a trace that is no longer being made. Kernels that were made from it stay.
pub fn delete(write: &mut Write<'_>, scope: &Scope, id: TraceId) -> Result<Trace, Error> {
    let trace = get(write, scope, id)?;
    if trace.status == Status::Tracing {
        return Err(Error::InUse(WHAT));
    }
    let now = stored::moment(write.now()?);
    let row = traces::table
        .filter(traces::id.eq(id.to_string()))
        .filter(traces::version.eq(trace.version))
        .filter(traces::deleted.eq(""));
    let values = (
        traces::deleted.eq(id.to_string()),
        traces::deleted_at.eq(now),
        traces::version.eq(trace.version + 1),
    );
    if diesel::update(row)
        .set(values)
        .execute(write.connection())?
        != 1
    {
        return Err(Error::Conflict(WHAT));
    }
    quota::release(write, &trace.project, Resource::Traces, 1)?;
    say(write, &trace, "trace.delete")?;
    Ok(trace)
}

fn say(write: &mut Write<'_>, trace: &Trace, event: &str) -> Result<(), Error> {
    let payload = json!({
        "payload_version": "1.0",
        "trace_id": trace.id,
        "project_id": trace.project,
        "user_id": trace.user,
        "instance_id": trace.instance,
        "status": trace.status,
    });
    notification::add(write, event, &payload)
}
