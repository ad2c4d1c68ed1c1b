// SPDX-License-Identifier: Apache-2.0
//! Rows of the table `traces`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::trace::Trace;

use crate::connection::Backend;
use crate::error::Error;
use crate::list::fields;
use crate::schema::traces;
use crate::stored::{self, Reader};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = traces, check_for_backend(Backend))]
pub(crate) struct TraceRow {
    pub(crate) id: String,
    pub(crate) project_id: String,
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) instance_id: String,
    pub(crate) created_at: NaiveDateTime,
    pub(crate) deleted: String,
    #[diesel(embed)]
    pub(crate) state: TraceState,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = traces, check_for_backend(Backend))]
pub(crate) struct TraceState {
    pub(crate) guest_id: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) advice: String,
    pub(crate) kernel_release: String,
    pub(crate) location: String,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) version: i64,
}

fields! {
    /// What traces are sorted and filtered by.
    pub enum TraceField of traces, TraceRow {
        Id = "id", Text id (id);
        ProjectId = "project_id", Text project_id (project_id);
        UserId = "user_id", Text user_id (user_id);
        Name = "name", Text name (name);
        InstanceId = "instance_id", Text instance_id (instance_id);
        Status = "status", Text status (state.status);
        Release = "release", Text kernel_release (state.kernel_release);
        CreatedAt = "created_at", Time created_at (created_at);
        UpdatedAt = "updated_at", Time updated_at (state.updated_at);
    }
}

impl From<&Trace> for TraceRow {
    fn from(trace: &Trace) -> Self {
        Self {
            id: trace.id.to_string(),
            project_id: trace.project.to_string(),
            user_id: trace.user.to_string(),
            name: trace.name.to_string(),
            instance_id: trace.instance.to_string(),
            created_at: stored::moment(trace.created),
            deleted: String::new(),
            state: trace.into(),
        }
    }
}

impl From<&Trace> for TraceState {
    fn from(trace: &Trace) -> Self {
        Self {
            guest_id: stored::text(trace.guest.as_ref()),
            status: trace.status.to_string(),
            reason: stored::text(trace.reason.as_ref()),
            advice: stored::maybe_json(trace.advice.as_ref()),
            kernel_release: stored::text(trace.release.as_ref()),
            location: stored::text(trace.location.as_ref()),
            updated_at: stored::moment(trace.updated),
            version: trace.version,
        }
    }
}

impl TryFrom<TraceRow> for Trace {
    type Error = Error;

    fn try_from(row: TraceRow) -> Result<Self, Error> {
        let read = Reader("traces");
        let state = row.state;
        Ok(Self {
            id: read.word("id", &row.id)?,
            project: read.word("project_id", &row.project_id)?,
            user: read.word("user_id", &row.user_id)?,
            name: read.word("name", &row.name)?,
            instance: read.word("instance_id", &row.instance_id)?,
            guest: read.maybe("guest_id", &state.guest_id)?,
            status: read.word("status", &state.status)?,
            reason: read.line("reason", state.reason)?,
            advice: read.maybe_json("advice", &state.advice)?,
            release: read.line("kernel_release", state.kernel_release)?,
            location: Some(state.location).filter(|location| !location.is_empty()),
            created: read.time("created_at", row.created_at)?,
            updated: read.time("updated_at", state.updated_at)?,
            version: state.version,
        })
    }
}
