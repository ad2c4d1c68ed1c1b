// SPDX-License-Identifier: Apache-2.0
//! Rows of the table `jobs`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::job::Job;

use crate::connection::Backend;
use crate::error::Error;
use crate::schema::jobs;
use crate::stored::{self, Reader};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs, check_for_backend(Backend))]
pub(crate) struct JobRow {
    pub(crate) id: String,
    pub(crate) kernel_id: String,
    pub(crate) project_id: String,
    pub(crate) builder_id: String,
    pub(crate) attempt: i32,
    pub(crate) token_digest: String,
    pub(crate) acquired_at: NaiveDateTime,
    #[diesel(embed)]
    pub(crate) state: JobState,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = jobs, check_for_backend(Backend), treat_none_as_null = true)]
pub(crate) struct JobState {
    pub(crate) state: String,
    pub(crate) last_message: i64,
    pub(crate) heard_at: NaiveDateTime,
    pub(crate) expires_at: NaiveDateTime,
    pub(crate) ended_at: Option<NaiveDateTime>,
    pub(crate) version: i64,
}

impl From<&Job> for JobState {
    fn from(job: &Job) -> Self {
        Self {
            state: job.state.to_string(),
            last_message: job.sequence,
            heard_at: stored::moment(job.heard),
            expires_at: stored::moment(job.expires),
            ended_at: job.ended.map(stored::moment),
            version: job.version,
        }
    }
}

impl From<&Job> for JobRow {
    /// Without its token.
    fn from(job: &Job) -> Self {
        Self {
            id: job.id.to_string(),
            kernel_id: job.kernel.to_string(),
            project_id: job.project.to_string(),
            builder_id: job.builder.to_string(),
            attempt: stored::count(job.attempt),
            token_digest: String::new(),
            acquired_at: stored::moment(job.acquired),
            state: job.into(),
        }
    }
}

impl TryFrom<JobRow> for Job {
    type Error = Error;

    fn try_from(row: JobRow) -> Result<Self, Error> {
        let read = Reader("jobs");
        let state = row.state;
        Ok(Self {
            id: read.word("id", &row.id)?,
            kernel: read.word("kernel_id", &row.kernel_id)?,
            project: read.word("project_id", &row.project_id)?,
            builder: read.word("builder_id", &row.builder_id)?,
            attempt: read.number("attempt", row.attempt)?,
            state: read.word("state", &state.state)?,
            sequence: state.last_message,
            acquired: read.time("acquired_at", row.acquired_at)?,
            heard: read.time("heard_at", state.heard_at)?,
            expires: read.time("expires_at", state.expires_at)?,
            ended: read.maybe_time("ended_at", state.ended_at)?,
            version: state.version,
        })
    }
}
