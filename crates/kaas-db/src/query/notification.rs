// SPDX-License-Identifier: Apache-2.0
//! Notifications that are to go out: written with what they tell of, in one transaction, and
//! forgotten when the bus has them. One may go out twice, none is lost.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::id::NotificationId;
use kaas_types::time::Time;
use serde_json::Value;

use crate::error::Error;
use crate::schema::notifications;
use crate::session::{Read, Write};
use crate::stored::{self, Reader};

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    pub id: NotificationId,
    /// `kernel.create`.
    pub event: String,
    pub payload: Value,
    pub created: Time,
}

pub fn add(write: &mut Write<'_>, event: &str, payload: &Value) -> Result<(), Error> {
    let now = write.now()?;
    let values = (
        notifications::id.eq(NotificationId::random().to_string()),
        notifications::event_type.eq(event.to_owned()),
        notifications::payload.eq(payload.to_string()),
        notifications::created_at.eq(stored::moment(now)),
    );
    diesel::insert_into(notifications::table)
        .values(values)
        .execute(write.connection())?;
    Ok(())
}

/// Those that wait, the oldest first.
pub fn oldest(read: &mut Read<'_>, limit: u32) -> Result<Vec<Notification>, Error> {
    let rows: Vec<(String, String, String, NaiveDateTime)> = notifications::table
        .order((notifications::created_at.asc(), notifications::id.asc()))
        .limit(i64::from(limit))
        .select((
            notifications::id,
            notifications::event_type,
            notifications::payload,
            notifications::created_at,
        ))
        .load(read.connection())?;
    let reader = Reader("notifications");
    let notification = |(id, event, payload, created): (String, String, String, NaiveDateTime)| {
        Ok(Notification {
            id: reader.word("id", &id)?,
            event,
            payload: reader.json("payload", &payload)?,
            created: reader.time("created_at", created)?,
        })
    };
    rows.into_iter().map(notification).collect()
}

/// One went out.
pub fn forget(write: &mut Write<'_>, id: NotificationId) -> Result<(), Error> {
    let row = notifications::table.find(id.to_string());
    diesel::delete(row).execute(write.connection())?;
    Ok(())
}
