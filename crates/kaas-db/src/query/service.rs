// SPDX-License-Identifier: Apache-2.0
//! The processes of KaaS that speak to the database: which there are, whether they live, and
//! which version of the interface between them each speaks.

use std::time::Duration;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::agent::Line;
use kaas_types::id::ServiceId;
use kaas_types::name::HostName;
use kaas_types::service::{Process, Service};

use super::only;
use crate::connection::Backend;
use crate::error::Error;
use crate::schema::services;
use crate::session::{Read, Write};
use crate::stored::{self, Reader};

const WHAT: &str = "service";

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = services, check_for_backend(Backend))]
struct ServiceRow {
    id: String,
    host: String,
    process: String,
    rpc_version: i32,
    disabled_reason: String,
    is_disabled: i32,
    is_forced_down: i32,
    report_count: i64,
    reported_at: NaiveDateTime,
    created_at: NaiveDateTime,
}

impl TryFrom<ServiceRow> for Service {
    type Error = Error;

    fn try_from(row: ServiceRow) -> Result<Self, Error> {
        let read = Reader("services");
        Ok(Self {
            id: read.word("id", &row.id)?,
            host: read.word("host", &row.host)?,
            process: read.word("process", &row.process)?,
            rpc_version: read.number("rpc_version", row.rpc_version)?,
            is_disabled: row.is_disabled != 0,
            disabled_reason: read.line("disabled_reason", row.disabled_reason)?,
            is_forced_down: row.is_forced_down != 0,
            reports: row.report_count,
            reported: read.time("reported_at", row.reported_at)?,
            created: read.time("created_at", row.created_at)?,
        })
    }
}

pub fn list(read: &mut Read<'_>) -> Result<Vec<Service>, Error> {
    let rows: Vec<ServiceRow> = services::table
        .order((services::process.asc(), services::host.asc()))
        .select(ServiceRow::as_select())
        .load(read.connection())?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A process begins: its row is made, or takes the version that it speaks.
pub fn register(
    write: &mut Write<'_>,
    host: &HostName,
    process: Process,
    rpc_version: u32,
) -> Result<ServiceId, Error> {
    let now = stored::moment(write.now()?);
    let id: Option<String> = services::table
        .filter(services::host.eq(host.to_string()))
        .filter(services::process.eq(process.word()))
        .select(services::id)
        .first(write.connection())
        .optional()?;
    if let Some(id) = id {
        let values = (
            services::rpc_version.eq(stored::count(rpc_version)),
            services::reported_at.eq(now),
        );
        diesel::update(services::table.find(&id))
            .set(values)
            .execute(write.connection())?;
        return Reader("services").word("id", &id);
    }
    let id = ServiceId::random();
    let row = ServiceRow {
        id: id.to_string(),
        host: host.to_string(),
        process: process.to_string(),
        rpc_version: stored::count(rpc_version),
        disabled_reason: String::new(),
        is_disabled: 0,
        is_forced_down: 0,
        report_count: 0,
        reported_at: now,
        created_at: now,
    };
    let inserted = diesel::insert_into(services::table).values(row);
    match inserted.execute(write.connection()).map_err(Error::from) {
        Ok(_) => Ok(id),
        Err(error) if error.is_duplicate() => Err(Error::Conflict(WHAT)),
        Err(error) => Err(error),
    }
}

/// It lives. A row that somebody removed does not come back by this.
pub fn report(write: &mut Write<'_>, id: ServiceId) -> Result<(), Error> {
    let now = stored::moment(write.now()?);
    let values = (
        services::report_count.eq(services::report_count + 1),
        services::reported_at.eq(now),
    );
    let row = services::table.find(id.to_string());
    one(diesel::update(row)
        .set(values)
        .execute(write.connection())?)
}

/// Takes it out of what is scheduled, with a reason; or back in, with none.
pub fn disable(
    write: &mut Write<'_>,
    id: ServiceId,
    reason: Option<&Line<255>>,
) -> Result<(), Error> {
    let values = (
        services::is_disabled.eq(i32::from(reason.is_some())),
        services::disabled_reason.eq(stored::text(reason)),
    );
    let row = services::table.find(id.to_string());
    one(diesel::update(row)
        .set(values)
        .execute(write.connection())?)
}

pub fn remove(write: &mut Write<'_>, id: ServiceId) -> Result<(), Error> {
    one(diesel::delete(services::table.find(id.to_string())).execute(write.connection())?)
}

fn one(changed: usize) -> Result<(), Error> {
    only(changed, Error::NotFound(WHAT))
}

/// The oldest version of the interface that a living process of a kind speaks.
pub fn oldest_version(
    read: &mut Read<'_>,
    process: Process,
    patience: Duration,
) -> Result<Option<u32>, Error> {
    let now = read.now()?;
    let living = list(read)?
        .into_iter()
        .filter(|service| service.process == process && service.is_up(now, patience));
    Ok(living.map(|service| service.rpc_version).min())
}
