// SPDX-License-Identifier: Apache-2.0
//! Rows of the tables `guests`, `guest_commands` and `guest_uploads`.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::guest::{Command, Guest, Upload};

use crate::connection::Backend;
use crate::error::Error;
use crate::schema::{guest_commands, guest_uploads, guests};
use crate::stored::{self, Reader};

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = guests, check_for_backend(Backend), treat_none_as_null = true)]
pub(crate) struct GuestRow {
    pub(crate) id: String,
    pub(crate) project_id: String,
    pub(crate) instance_id: String,
    pub(crate) trace_id: String,
    pub(crate) created_at: NaiveDateTime,
    pub(crate) generation: i64,
    pub(crate) invited_until: NaiveDateTime,
    pub(crate) key_digest: String,
    pub(crate) boot_id: String,
    pub(crate) revoked_at: Option<NaiveDateTime>,
    pub(crate) last_message: i64,
    pub(crate) last_message_key: String,
    pub(crate) last_command: i64,
    pub(crate) heard_at: Option<NaiveDateTime>,
    pub(crate) version: i64,
}

impl From<&Guest> for GuestRow {
    fn from(guest: &Guest) -> Self {
        Self {
            id: guest.id.to_string(),
            project_id: guest.project.to_string(),
            instance_id: guest.instance.to_string(),
            trace_id: stored::text(guest.trace.as_ref()),
            created_at: stored::moment(guest.created),
            generation: guest.generation,
            invited_until: stored::moment(guest.invited_until),
            key_digest: stored::text(guest.key.as_ref()),
            boot_id: stored::text(guest.boot.as_ref()),
            revoked_at: guest.revoked.map(stored::moment),
            last_message: guest.last_message,
            last_message_key: stored::text(guest.last_message_key.as_ref()),
            last_command: guest.last_command,
            heard_at: guest.heard.map(stored::moment),
            version: guest.version,
        }
    }
}

impl TryFrom<GuestRow> for Guest {
    type Error = Error;

    fn try_from(row: GuestRow) -> Result<Self, Error> {
        let read = Reader("guests");
        Ok(Self {
            id: read.word("id", &row.id)?,
            project: read.word("project_id", &row.project_id)?,
            instance: read.word("instance_id", &row.instance_id)?,
            trace: read.maybe("trace_id", &row.trace_id)?,
            generation: row.generation,
            invited_until: read.time("invited_until", row.invited_until)?,
            key: read.line("key_digest", row.key_digest)?,
            boot: read.line("boot_id", row.boot_id)?,
            revoked: read.maybe_time("revoked_at", row.revoked_at)?,
            last_message: row.last_message,
            last_message_key: read.line("last_message_key", row.last_message_key)?,
            last_command: row.last_command,
            heard: read.maybe_time("heard_at", row.heard_at)?,
            created: read.time("created_at", row.created_at)?,
            version: row.version,
        })
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = guest_commands, check_for_backend(Backend))]
pub(crate) struct CommandRow {
    pub(crate) id: String,
    pub(crate) guest_id: String,
    pub(crate) number: i64,
    pub(crate) action: String,
    pub(crate) created_at: NaiveDateTime,
    pub(crate) acknowledged_at: Option<NaiveDateTime>,
    pub(crate) outcome: String,
}

impl From<&Command> for CommandRow {
    fn from(command: &Command) -> Self {
        Self {
            id: command.id.to_string(),
            guest_id: command.guest.to_string(),
            number: command.sequence,
            action: stored::json(&command.action),
            created_at: stored::moment(command.created),
            acknowledged_at: command.acknowledged.map(stored::moment),
            outcome: stored::maybe_json(command.outcome.as_ref()),
        }
    }
}

impl TryFrom<CommandRow> for Command {
    type Error = Error;

    fn try_from(row: CommandRow) -> Result<Self, Error> {
        let read = Reader("guest_commands");
        Ok(Self {
            id: read.word("id", &row.id)?,
            guest: read.word("guest_id", &row.guest_id)?,
            sequence: row.number,
            action: read.json("action", &row.action)?,
            acknowledged: read.maybe_time("acknowledged_at", row.acknowledged_at)?,
            outcome: read.maybe_json("outcome", &row.outcome)?,
            created: read.time("created_at", row.created_at)?,
        })
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = guest_uploads, check_for_backend(Backend))]
pub(crate) struct UploadRow {
    pub(crate) id: String,
    pub(crate) guest_id: String,
    pub(crate) kind: String,
    pub(crate) series: String,
    pub(crate) bytes: i64,
    pub(crate) location: String,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) version: i64,
}

impl TryFrom<UploadRow> for Upload {
    type Error = Error;

    fn try_from(row: UploadRow) -> Result<Self, Error> {
        let read = Reader("guest_uploads");
        Ok(Self {
            id: read.word("id", &row.id)?,
            guest: read.word("guest_id", &row.guest_id)?,
            kind: read.word("kind", &row.kind)?,
            series: read.word("series", &row.series)?,
            offset: row.bytes,
            location: row.location,
            updated: read.time("updated_at", row.updated_at)?,
            version: row.version,
        })
    }
}
