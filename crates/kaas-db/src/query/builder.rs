// SPDX-License-Identifier: Apache-2.0
//! Builders: added by administrators, heard of, lost. They belong to no project, and only what
//! speaks for administrators or the service itself asks about them.

use std::time::Duration;

use diesel::prelude::*;
use kaas_types::agent::Line;
use kaas_types::builder::{Builder, Event, Load, Status};
use kaas_types::id::{BuilderId, InstanceId};
use kaas_types::machine::Machine;
use kaas_types::name::HostName;

use super::job::{self, Patience};
use super::only;
use crate::connection::Backend;
use crate::error::Error;
use crate::list::{Page, Selection, paged};
use crate::model::builder::{BuilderField, BuilderRow};
use crate::schema::builders;
use crate::session::{Read, Write};
use crate::stored;

pub(crate) const WHAT: &str = "builder";

/// A builder that an administrator adds.
#[derive(Clone, Debug)]
pub struct NewBuilder {
    pub id: BuilderId,
    pub host: HostName,
    pub slots: u32,
    pub instance: Option<InstanceId>,
}

fn all() -> builders::BoxedQuery<'static, Backend> {
    builders::table.into_boxed()
}

fn find(read: &mut Read<'_>, id: &str) -> Result<Option<BuilderRow>, Error> {
    let row = all().filter(builders::id.eq(id.to_owned()));
    let row = row.select(BuilderRow::as_select());
    Ok(row.first(read.connection()).optional()?)
}

pub fn get(read: &mut Read<'_>, id: BuilderId) -> Result<Builder, Error> {
    let row = find(read, &id.to_string())?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

/// The builder on a machine.
pub fn on_host(read: &mut Read<'_>, host: &HostName) -> Result<Builder, Error> {
    let row: Option<BuilderRow> = all()
        .filter(builders::host.eq(host.to_string()))
        .select(BuilderRow::as_select())
        .first(read.connection())
        .optional()?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

pub fn list(
    read: &mut Read<'_>,
    selection: &Selection<BuilderField>,
) -> Result<Page<Builder>, Error> {
    let last = [BuilderField::CreatedAt, BuilderField::Id];
    paged!(read, all(), find, selection, last, BuilderRow)
}

pub fn add(write: &mut Write<'_>, new: &NewBuilder) -> Result<Builder, Error> {
    let now = write.now()?;
    let builder = Builder {
        id: new.id,
        host: new.host.clone(),
        status: Status::INITIAL,
        reason: None,
        slots: new.slots,
        load: Load::default(),
        instance: new.instance,
        created: now,
        updated: now,
        reported: None,
        version: 1,
    };
    diesel::insert_into(builders::table)
        .values(BuilderRow::from(&builder))
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    Ok(builder)
}

/// Writes a builder, unless somebody else did since it was read.
pub(crate) fn save(write: &mut Write<'_>, builder: &mut Builder) -> Result<(), Error> {
    let seen = builder.version;
    builder.version += 1;
    builder.updated = write.now()?;
    let row = builders::table
        .filter(builders::id.eq(builder.id.to_string()))
        .filter(builders::version.eq(seen));
    let changed = diesel::update(row)
        .set(BuilderRow::from(&*builder))
        .execute(write.connection())?;
    only(changed, Error::Conflict(WHAT))
}

/// It says how it is.
pub fn report(write: &mut Write<'_>, id: BuilderId, load: &Load) -> Result<Builder, Error> {
    let mut builder = get(write, id)?;
    builder.status = builder.status.next(Event::Report)?;
    builder.reported = Some(write.now()?);
    builder.load = load.clone();
    save(write, &mut builder)?;
    Ok(builder)
}

/// An administrator's wish, with a reason for people.
pub fn change(
    write: &mut Write<'_>,
    id: BuilderId,
    event: Event,
    reason: Option<Line<255>>,
) -> Result<Builder, Error> {
    let mut builder = get(write, id)?;
    builder.status = builder.status.next(event)?;
    builder.reason = reason;
    // Nothing to wait for.
    if builder.status == Status::Draining && job::of_builder(write, id)?.is_empty() {
        builder.status = builder.status.next(Event::Drained)?;
    }
    save(write, &mut builder)?;
    Ok(builder)
}

/// A builder that drains, and has nothing left, is disabled. None where there is nothing to do.
pub fn settle(write: &mut Write<'_>, id: BuilderId) -> Result<Option<Builder>, Error> {
    let mut builder = get(write, id)?;
    if builder.status != Status::Draining || !job::of_builder(write, id)?.is_empty() {
        return Ok(None);
    }
    builder.status = builder.status.next(Event::Drained)?;
    save(write, &mut builder)?;
    Ok(Some(builder))
}

/// The builders that should have said something for so long.
pub fn silent(read: &mut Read<'_>, time: Duration) -> Result<Vec<BuilderId>, Error> {
    let since = stored::moment(read.now()? - time);
    let ids: Vec<String> = all()
        .filter(
            builders::status
                .eq(Status::Up.word())
                .or(builders::status.eq(Status::Draining.word())),
        )
        .filter(builders::reported_at.lt(since))
        .order(builders::reported_at.asc())
        .select(builders::id)
        .load(read.connection())?;
    let reader = stored::Reader("builders");
    ids.iter().map(|id| reader.word("id", id)).collect()
}

/// A builder is lost, if it still says nothing; its jobs go elsewhere at once. None where it
/// said something in the meantime.
pub fn lose(
    write: &mut Write<'_>,
    id: BuilderId,
    time: Duration,
    patience: &Patience,
) -> Result<Option<Builder>, Error> {
    let mut builder = get(write, id)?;
    let since = write.now()? - time;
    let Ok(status) = builder.status.next(Event::Lose) else {
        return Ok(None);
    };
    if builder.reported.is_some_and(|reported| reported >= since) {
        return Ok(None);
    }
    builder.status = status;
    save(write, &mut builder)?;
    for job in job::of_builder(write, id)? {
        job::take_away(write, job, patience)?;
    }
    Ok(Some(builder))
}

/// Forgets a builder that takes no work and has none.
pub fn remove(write: &mut Write<'_>, id: BuilderId) -> Result<(), Error> {
    let builder = get(write, id)?;
    let takes_work = matches!(builder.status, Status::Up | Status::Draining);
    if takes_work || !job::of_builder(write, id)?.is_empty() {
        return Err(Error::InUse(WHAT));
    }
    let row = builders::table
        .filter(builders::id.eq(id.to_string()))
        .filter(builders::version.eq(builder.version));
    only(
        diesel::delete(row).execute(write.connection())?,
        Error::Conflict(WHAT),
    )
}
