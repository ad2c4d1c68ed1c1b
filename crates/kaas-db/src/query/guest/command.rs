// SPDX-License-Identifier: Apache-2.0
//! What guests are asked to do, each with a number greater than that of every one before.

use diesel::prelude::*;
use kaas_types::agent::{Action, CommandResult};
use kaas_types::guest::Command;
use kaas_types::id::{CommandId, GuestId};

use super::{live, save};
use crate::error::Error;
use crate::model::guest::CommandRow;
use crate::schema::guest_commands as commands;
use crate::session::{Read, Write};
use crate::stored;

const WHAT: &str = "command";

pub fn push(write: &mut Write<'_>, guest: GuestId, action: &Action) -> Result<Command, Error> {
    let mut guest = live(write, guest)?;
    guest.last_command += 1;
    save(write, &mut guest)?;
    let command = Command {
        id: CommandId::random(),
        guest: guest.id,
        sequence: guest.last_command,
        action: action.clone(),
        acknowledged: None,
        outcome: None,
        created: write.now()?,
    };
    diesel::insert_into(commands::table)
        .values(CommandRow::from(&command))
        .execute(write.connection())?;
    Ok(command)
}

/// Those that it did not acknowledge, in their order.
pub fn pending(read: &mut Read<'_>, guest: GuestId, limit: u32) -> Result<Vec<Command>, Error> {
    let rows: Vec<CommandRow> = commands::table
        .filter(commands::guest_id.eq(guest.to_string()))
        .filter(commands::acknowledged_at.is_null())
        .order(commands::number.asc())
        .limit(i64::from(limit))
        .select(CommandRow::as_select())
        .load(read.connection())?;
    rows.into_iter().map(TryInto::try_into).collect()
}

fn find(read: &mut Read<'_>, guest: GuestId, id: CommandId) -> Result<Command, Error> {
    let row: Option<CommandRow> = commands::table
        .filter(commands::id.eq(id.to_string()))
        .filter(commands::guest_id.eq(guest.to_string()))
        .select(CommandRow::as_select())
        .first(read.connection())
        .optional()?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

/// It has it. The first time counts.
pub fn acknowledge(write: &mut Write<'_>, guest: GuestId, id: CommandId) -> Result<Command, Error> {
    let mut command = find(write, guest, id)?;
    if command.acknowledged.is_none() {
        let now = write.now()?;
        diesel::update(commands::table.find(id.to_string()))
            .set(commands::acknowledged_at.eq(stored::moment(now)))
            .execute(write.connection())?;
        command.acknowledged = Some(now);
    }
    Ok(command)
}

/// What came of it, which also acknowledges it. The first word counts.
pub fn conclude(
    write: &mut Write<'_>,
    guest: GuestId,
    id: CommandId,
    outcome: &CommandResult,
) -> Result<Command, Error> {
    let mut command = acknowledge(write, guest, id)?;
    if command.outcome.is_none() {
        diesel::update(commands::table.find(id.to_string()))
            .set(commands::outcome.eq(stored::json(outcome)))
            .execute(write.connection())?;
        command.outcome = Some(outcome.clone());
    }
    Ok(command)
}
