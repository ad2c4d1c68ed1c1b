// SPDX-License-Identifier: Apache-2.0
//! Rows of the table `builders`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::builder::Builder;

use crate::connection::Backend;
use crate::error::Error;
use crate::list::fields;
use crate::schema::builders;
use crate::stored::{self, Reader};

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = builders, check_for_backend(Backend), treat_none_as_null = true)]
pub(crate) struct BuilderRow {
    pub(crate) id: String,
    pub(crate) host: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) slots: i32,
    pub(crate) load_report: String,
    pub(crate) instance_id: String,
    pub(crate) created_at: NaiveDateTime,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) reported_at: Option<NaiveDateTime>,
    pub(crate) version: i64,
}

fields! {
    /// What builders are sorted and filtered by.
    pub enum BuilderField of builders, BuilderRow {
        Id = "id", Text id (id);
        Host = "host", Text host (host);
        Status = "status", Text status (status);
        CreatedAt = "created_at", Time created_at (created_at);
        UpdatedAt = "updated_at", Time updated_at (updated_at);
    }
}

impl From<&Builder> for BuilderRow {
    fn from(builder: &Builder) -> Self {
        Self {
            id: builder.id.to_string(),
            host: builder.host.to_string(),
            status: builder.status.to_string(),
            reason: stored::text(builder.reason.as_ref()),
            slots: stored::count(builder.slots),
            load_report: stored::json(&builder.load),
            instance_id: stored::text(builder.instance.as_ref()),
            created_at: stored::moment(builder.created),
            updated_at: stored::moment(builder.updated),
            reported_at: builder.reported.map(stored::moment),
            version: builder.version,
        }
    }
}

impl TryFrom<BuilderRow> for Builder {
    type Error = Error;

    fn try_from(row: BuilderRow) -> Result<Self, Error> {
        let read = Reader("builders");
        Ok(Self {
            id: read.word("id", &row.id)?,
            host: read.word("host", &row.host)?,
            status: read.word("status", &row.status)?,
            reason: read.line("reason", row.reason)?,
            slots: read.number("slots", row.slots)?,
            load: read.json("load_report", &row.load_report)?,
            instance: read.maybe("instance_id", &row.instance_id)?,
            created: read.time("created_at", row.created_at)?,
            updated: read.time("updated_at", row.updated_at)?,
            reported: read.maybe_time("reported_at", row.reported_at)?,
            version: row.version,
        })
    }
}
