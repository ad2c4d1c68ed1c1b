// SPDX-License-Identifier: Apache-2.0
//! Rows of the table `deployments`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::deployment::{Deployment, Status};

use crate::connection::Backend;
use crate::error::Error;
use crate::list::fields;
use crate::schema::deployments;
use crate::stored::{self, Reader};

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = deployments, check_for_backend(Backend), treat_none_as_null = true)]
pub(crate) struct DeploymentRow {
    pub(crate) id: String,
    pub(crate) project_id: String,
    pub(crate) user_id: String,
    pub(crate) kernel_id: String,
    pub(crate) instance_id: String,
    pub(crate) serial: i64,
    pub(crate) created_at: NaiveDateTime,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) deadline_at: Option<NaiveDateTime>,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) version: i64,
}

fields! {
    /// What deployments are sorted and filtered by.
    pub enum DeploymentField of deployments, DeploymentRow {
        Id = "id", Text id (id);
        ProjectId = "project_id", Text project_id (project_id);
        UserId = "user_id", Text user_id (user_id);
        KernelId = "kernel_id", Text kernel_id (kernel_id);
        InstanceId = "instance_id", Text instance_id (instance_id);
        Status = "status", Text status (status);
        CreatedAt = "created_at", Time created_at (created_at);
        UpdatedAt = "updated_at", Time updated_at (updated_at);
    }
}

impl From<&Deployment> for DeploymentRow {
    fn from(deployment: &Deployment) -> Self {
        Self {
            id: deployment.id.to_string(),
            project_id: deployment.project.to_string(),
            user_id: deployment.user.to_string(),
            kernel_id: deployment.kernel.to_string(),
            instance_id: deployment.instance.to_string(),
            serial: deployment.serial,
            created_at: stored::moment(deployment.created),
            status: deployment.status.to_string(),
            reason: stored::text(deployment.reason.as_ref()),
            deadline_at: deployment.deadline.map(stored::moment),
            updated_at: stored::moment(deployment.updated),
            version: deployment.version,
        }
    }
}

impl TryFrom<DeploymentRow> for Deployment {
    type Error = Error;

    fn try_from(row: DeploymentRow) -> Result<Self, Error> {
        let read = Reader("deployments");
        let known = Status::ALL
            .into_iter()
            .find(|status| status.word() == row.status);
        Ok(Self {
            id: read.word("id", &row.id)?,
            project: read.word("project_id", &row.project_id)?,
            user: read.word("user_id", &row.user_id)?,
            kernel: read.word("kernel_id", &row.kernel_id)?,
            instance: read.word("instance_id", &row.instance_id)?,
            status: known.ok_or_else(|| read.corrupt("status", "not a status"))?,
            reason: read.line("reason", row.reason)?,
            serial: row.serial,
            deadline: read.maybe_time("deadline_at", row.deadline_at)?,
            created: read.time("created_at", row.created_at)?,
            updated: read.time("updated_at", row.updated_at)?,
            version: row.version,
        })
    }
}
