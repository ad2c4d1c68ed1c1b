// SPDX-License-Identifier: Apache-2.0
//! Kernel sources. Everybody may see them; only what speaks for administrators changes them.

use diesel::prelude::*;
use kaas_types::agent::Line;
use kaas_types::id::SourceId;
use kaas_types::image::Availability;
use kaas_types::name::Name;
use kaas_types::source::Source;
use serde_json::{Map, Value};

use super::only;
use crate::connection::Backend;
use crate::error::Error;
use crate::list::{Page, Selection, paged};
use crate::model::catalogue::{SourceField, SourceRow};
use crate::schema::sources;
use crate::session::{Read, Write};

const WHAT: &str = "source";

/// A source that an administrator adds.
#[derive(Clone, Debug)]
pub struct NewSource {
    pub id: SourceId,
    pub name: Name,
    /// Not empty.
    pub driver: Line<64>,
    /// Not empty.
    pub series: Line<64>,
    pub options: Map<String, Value>,
    pub availability: Availability,
}

fn all() -> sources::BoxedQuery<'static, Backend> {
    sources::table.into_boxed()
}

fn find(read: &mut Read<'_>, id: &str) -> Result<Option<SourceRow>, Error> {
    let row = all().filter(sources::id.eq(id.to_owned()));
    let row = row.select(SourceRow::as_select());
    Ok(row.first(read.connection()).optional()?)
}

pub fn get(read: &mut Read<'_>, id: SourceId) -> Result<Source, Error> {
    let row = find(read, &id.to_string())?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

pub fn list(
    read: &mut Read<'_>,
    selection: &Selection<SourceField>,
) -> Result<Page<Source>, Error> {
    let last = [SourceField::CreatedAt, SourceField::Id];
    paged!(read, all(), find, selection, last, SourceRow)
}

pub fn create(write: &mut Write<'_>, new: &NewSource) -> Result<Source, Error> {
    let now = write.now()?;
    let new = new.clone();
    let source = Source {
        id: new.id,
        name: new.name,
        driver: new.driver,
        series: new.series,
        release: None,
        options: new.options,
        availability: new.availability,
        created: now,
        updated: now,
        version: 1,
    };
    diesel::insert_into(sources::table)
        .values(SourceRow::from(&source))
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    Ok(source)
}

/// What is to be different; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct SourceChange {
    pub name: Option<Name>,
    /// The newest release that was seen.
    pub release: Option<Line<128>>,
    pub options: Option<Map<String, Value>>,
    pub availability: Option<Availability>,
}

pub fn change(write: &mut Write<'_>, id: SourceId, change: &SourceChange) -> Result<Source, Error> {
    let mut source = get(write, id)?;
    let change = change.clone();
    source.name = change.name.unwrap_or(source.name);
    source.release = change.release.or(source.release);
    source.options = change.options.unwrap_or(source.options);
    source.availability = change.availability.unwrap_or(source.availability);
    save(write, &mut source)?;
    Ok(source)
}

fn save(write: &mut Write<'_>, source: &mut Source) -> Result<(), Error> {
    let seen = source.version;
    source.version += 1;
    source.updated = write.now()?;
    let row = sources::table
        .filter(sources::id.eq(source.id.to_string()))
        .filter(sources::version.eq(seen));
    let changed = diesel::update(row)
        .set(SourceRow::from(&*source))
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    only(changed, Error::Conflict(WHAT))
}

pub fn delete(write: &mut Write<'_>, id: SourceId) -> Result<(), Error> {
    let row = sources::table.filter(sources::id.eq(id.to_string()));
    only(
        diesel::delete(row).execute(write.connection())?,
        Error::NotFound(WHAT),
    )
}
