// SPDX-License-Identifier: Apache-2.0
//! Rows of the tables `kernels` and `artefacts`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::kernel::{Artefact, Kernel, Progress, State, Times};

use crate::connection::Backend;
use crate::error::Error;
use crate::list::fields;
use crate::schema::{artefacts, kernels};
use crate::stored::{self, Reader};

/// What never changes of a kernel, and what does.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = kernels, check_for_backend(Backend))]
pub(crate) struct KernelRow {
    pub(crate) id: String,
    pub(crate) project_id: String,
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) request: String,
    pub(crate) created_at: NaiveDateTime,
    pub(crate) deleted: String,
    #[diesel(embed)]
    pub(crate) state: KernelState,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = kernels, check_for_backend(Backend), treat_none_as_null = true)]
pub(crate) struct KernelState {
    pub(crate) status: String,
    pub(crate) step: String,
    pub(crate) result: String,
    pub(crate) percent: i32,
    pub(crate) eta_seconds: Option<i64>,
    pub(crate) began: String,
    pub(crate) attempt: i32,
    pub(crate) failures: i32,
    pub(crate) job_id: String,
    pub(crate) builder_id: String,
    pub(crate) fault: String,
    pub(crate) kernel_release: String,
    pub(crate) outdated_by: String,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) queued_at: NaiveDateTime,
    pub(crate) not_before: NaiveDateTime,
    pub(crate) started_at: Option<NaiveDateTime>,
    pub(crate) finished_at: Option<NaiveDateTime>,
    pub(crate) version: i64,
}

fields! {
    /// What kernels are sorted and filtered by.
    pub enum KernelField of kernels, KernelRow {
        Id = "id", Text id (id);
        ProjectId = "project_id", Text project_id (project_id);
        UserId = "user_id", Text user_id (user_id);
        Name = "name", Text name (name);
        CreatedAt = "created_at", Time created_at (created_at);
        UpdatedAt = "updated_at", Time updated_at (state.updated_at);
        QueuedAt = "queued_at", Time queued_at (state.queued_at);
        Status = "status", Text status (state.status);
        Step = "step", Text step (state.step);
        Result = "result", Text result (state.result);
        BuilderId = "builder_id", Text builder_id (state.builder_id);
        Release = "release", Text kernel_release (state.kernel_release);
        OutdatedBy = "outdated_by", Text outdated_by (state.outdated_by);
    }
}

impl From<&Kernel> for KernelRow {
    fn from(kernel: &Kernel) -> Self {
        Self {
            id: kernel.id.to_string(),
            project_id: kernel.project.to_string(),
            user_id: kernel.user.to_string(),
            name: kernel.name.to_string(),
            request: stored::json(&kernel.request),
            created_at: stored::moment(kernel.times.created),
            deleted: String::new(),
            state: kernel.into(),
        }
    }
}

impl From<&Kernel> for KernelState {
    fn from(kernel: &Kernel) -> Self {
        let (state, times) = (kernel.state, &kernel.times);
        Self {
            status: state.status().to_string(),
            step: stored::text(state.step().as_ref()),
            result: stored::text(state.outcome().as_ref()),
            percent: kernel.progress.percent.into(),
            eta_seconds: kernel.progress.eta_seconds.map(i64::from),
            began: stored::json(&kernel.began),
            attempt: stored::count(kernel.attempt),
            failures: stored::count(kernel.failures),
            job_id: stored::text(kernel.job.as_ref()),
            builder_id: stored::text(kernel.builder.as_ref()),
            fault: stored::maybe_json(kernel.fault.as_ref()),
            kernel_release: stored::text(kernel.release.as_ref()),
            outdated_by: stored::text(kernel.outdated_by.as_ref()),
            updated_at: stored::moment(times.updated),
            queued_at: stored::moment(times.queued),
            not_before: stored::moment(times.not_before),
            started_at: times.started.map(stored::moment),
            finished_at: times.finished.map(stored::moment),
            version: kernel.version,
        }
    }
}

impl TryFrom<KernelRow> for Kernel {
    type Error = Error;

    fn try_from(row: KernelRow) -> Result<Self, Error> {
        let read = Reader("kernels");
        let state = row.state;
        Ok(Self {
            id: read.word("id", &row.id)?,
            project: read.word("project_id", &row.project_id)?,
            user: read.word("user_id", &row.user_id)?,
            name: read.word("name", &row.name)?,
            request: read.json("request", &row.request)?,
            state: whole(read, &state)?,
            progress: progress(read, &state)?,
            began: read.json("began", &state.began)?,
            attempt: read.number("attempt", state.attempt)?,
            failures: read.number("failures", state.failures)?,
            job: read.maybe("job_id", &state.job_id)?,
            builder: read.maybe("builder_id", &state.builder_id)?,
            fault: read.maybe_json("fault", &state.fault)?,
            times: times(read, row.created_at, &state)?,
            release: read.line("kernel_release", state.kernel_release)?,
            outdated_by: read.line("outdated_by", state.outdated_by)?,
            version: state.version,
        })
    }
}

fn whole(read: Reader, row: &KernelState) -> Result<State, Error> {
    let status = read.word("status", &row.status)?;
    let step = read.maybe("step", &row.step)?;
    let outcome = read.maybe("result", &row.result)?;
    let contradiction = || read.corrupt("status", "it contradicts step or result");
    State::from_parts(status, step, outcome).ok_or_else(contradiction)
}

fn progress(read: Reader, row: &KernelState) -> Result<Progress, Error> {
    let eta = row.eta_seconds;
    Ok(Progress {
        percent: read.number("percent", row.percent)?,
        eta_seconds: eta.map(|eta| read.number("eta_seconds", eta)).transpose()?,
    })
}

fn times(read: Reader, created: NaiveDateTime, row: &KernelState) -> Result<Times, Error> {
    Ok(Times {
        created: read.time("created_at", created)?,
        updated: read.time("updated_at", row.updated_at)?,
        queued: read.time("queued_at", row.queued_at)?,
        not_before: read.time("not_before", row.not_before)?,
        started: read.maybe_time("started_at", row.started_at)?,
        finished: read.maybe_time("finished_at", row.finished_at)?,
    })
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = artefacts, check_for_backend(Backend))]
pub(crate) struct ArtefactRow {
    pub(crate) kernel_id: String,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) bytes: i64,
    pub(crate) sha256: String,
    pub(crate) location: String,
    pub(crate) created_at: NaiveDateTime,
}

impl From<&Artefact> for ArtefactRow {
    fn from(artefact: &Artefact) -> Self {
        Self {
            kernel_id: artefact.kernel.to_string(),
            name: artefact.name.to_string(),
            role: artefact.role.to_string(),
            bytes: i64::try_from(artefact.bytes).unwrap_or(i64::MAX),
            sha256: artefact.sha256.clone(),
            location: artefact.location.clone(),
            created_at: stored::moment(artefact.created),
        }
    }
}

impl TryFrom<ArtefactRow> for Artefact {
    type Error = Error;

    fn try_from(row: ArtefactRow) -> Result<Self, Error> {
        let read = Reader("artefacts");
        Ok(Self {
            kernel: read.word("kernel_id", &row.kernel_id)?,
            role: read.word("role", &row.role)?,
            name: read.word("name", &row.name)?,
            bytes: read.number("bytes", row.bytes)?,
            sha256: row.sha256,
            location: row.location,
            created: read.time("created_at", row.created_at)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Break = fn(&mut KernelRow);

    fn row() -> KernelRow {
        let moment = NaiveDateTime::default();
        KernelRow {
            id: "6f1c2a34-0b9d-4e55-8f66-77a8b9c0d1e2".to_owned(),
            project_id: "p".to_owned(),
            user_id: "u".to_owned(),
            name: "k".to_owned(),
            request: r#"{"traces": [], "profile": "balanced"}"#.to_owned(),
            created_at: moment,
            deleted: String::new(),
            state: KernelState {
                status: "RUNNING".to_owned(),
                step: "fetch".to_owned(),
                result: String::new(),
                percent: 3,
                eta_seconds: Some(1),
                began: "[]".to_owned(),
                attempt: 1,
                failures: 0,
                job_id: String::new(),
                builder_id: String::new(),
                fault: String::new(),
                kernel_release: String::new(),
                outdated_by: String::new(),
                updated_at: moment,
                queued_at: moment,
                not_before: moment,
                started_at: None,
                finished_at: None,
                version: 1,
            },
        }
    }

    /// Rows that somebody changed by hand.
    #[test]
    fn what_was_not_written_by_us_is_said() {
        Kernel::try_from(row()).unwrap();
        let breaks: &[(&str, Break)] = &[
            ("id", |row| row.id.clear()),
            ("project_id", |row| row.project_id = "p ".to_owned()),
            ("name", |row| row.name = "a\0".to_owned()),
            ("request", |row| row.request = "{".to_owned()),
            ("status", |row| row.state.status = "SLEEPING".to_owned()),
            ("status", |row| row.state.step.clear()),
            ("result", |row| row.state.result = "success".to_owned()),
            ("percent", |row| row.state.percent = -1),
            ("eta_seconds", |row| row.state.eta_seconds = Some(i64::MAX)),
            ("began", |row| row.state.began = "[1]".to_owned()),
            ("job_id", |row| row.state.job_id = "x".to_owned()),
            ("fault", |row| row.state.fault = "null".to_owned()),
            ("kernel_release", |row| {
                row.state.kernel_release = "\n".to_owned();
            }),
            ("updated_at", |row| {
                row.state.updated_at = NaiveDateTime::MIN;
            }),
        ];
        for (wrong, break_it) in breaks {
            let mut row = row();
            break_it(&mut row);
            let error = Kernel::try_from(row).unwrap_err();
            let Error::Corrupt { table, column, .. } = error else {
                panic!("{wrong}: {error:?}");
            };
            assert_eq!((table, column), ("kernels", *wrong));
        }
    }
}
