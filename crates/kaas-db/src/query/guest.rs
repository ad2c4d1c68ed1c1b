// SPDX-License-Identifier: Apache-2.0
//! Agents in instances: invited, enrolled with a key, heard, revoked. Whatever an agent asks for
//! is looked for by its own id, which its certificate proves.

mod command;
mod upload;

use std::time::Duration;

use diesel::prelude::*;
use kaas_types::agent::Line;
use kaas_types::guest::Guest;
use kaas_types::id::{GuestId, InstanceId, TraceId};
use kaas_types::name::ProjectId;

pub use command::{acknowledge, conclude, pending, push};
pub use upload::{advance, open, restart, upload};

use super::only;
use crate::connection::Backend;
use crate::error::Error;
use crate::model::guest::GuestRow;
use crate::schema::guests;
use crate::scope::Scope;
use crate::session::{Read, Write};

const WHAT: &str = "guest";

/// The digest of a public key.
pub type Key = Line<64>;

fn seen(scope: &Scope) -> guests::BoxedQuery<'static, Backend> {
    let query = guests::table.into_boxed();
    match scope.project() {
        Some(project) => query.filter(guests::project_id.eq(project.to_string())),
        None => query,
    }
}

pub fn get(read: &mut Read<'_>, scope: &Scope, id: GuestId) -> Result<Guest, Error> {
    let row = seen(scope).filter(guests::id.eq(id.to_string()));
    let row = row.select(GuestRow::as_select()).first(read.connection());
    row.optional()?.ok_or(Error::NotFound(WHAT))?.try_into()
}

pub fn of_instance(
    read: &mut Read<'_>,
    scope: &Scope,
    instance: InstanceId,
) -> Result<Guest, Error> {
    let row = seen(scope).filter(guests::instance_id.eq(instance.to_string()));
    let row: GuestRow = row
        .select(GuestRow::as_select())
        .first(read.connection())
        .optional()?
        .ok_or(Error::NotFound(WHAT))?;
    row.try_into()
}

/// Who may enroll from an instance.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub project: ProjectId,
    pub instance: InstanceId,
    pub trace: Option<TraceId>,
    /// How long it is good.
    pub time: Duration,
}

/// Invites an instance, once: asked again, the invitation is the same, whatever became of it.
pub fn invite(write: &mut Write<'_>, invitation: &Invitation) -> Result<Guest, Error> {
    match of_instance(write, &Scope::EveryProject, invitation.instance) {
        Ok(guest) if guest.project == invitation.project => return Ok(guest),
        Ok(_) => return Err(Error::Exists(WHAT)),
        Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    let now = write.now()?;
    let guest = Guest {
        id: GuestId::random(),
        project: invitation.project.clone(),
        instance: invitation.instance,
        trace: invitation.trace,
        generation: 1,
        invited_until: now + invitation.time,
        key: None,
        boot: None,
        revoked: None,
        last_message: 0,
        last_message_key: None,
        last_command: 0,
        heard: None,
        created: now,
        version: 1,
    };
    let inserted = diesel::insert_into(guests::table).values(GuestRow::from(&guest));
    match inserted.execute(write.connection()).map_err(Error::from) {
        Ok(_) => Ok(guest),
        Err(error) if error.is_duplicate() => Err(Error::Conflict(WHAT)),
        Err(error) => Err(error),
    }
}

/// Invites an instance anew: whoever enrolled from it before is unknown from now on.
pub fn invite_again(
    write: &mut Write<'_>,
    scope: &Scope,
    instance: InstanceId,
    time: Duration,
) -> Result<Guest, Error> {
    let mut guest = of_instance(write, scope, instance)?;
    guest.generation += 1;
    guest.invited_until = write.now()? + time;
    (guest.key, guest.boot, guest.revoked, guest.heard) = (None, None, None, None);
    save(write, &mut guest)?;
    Ok(guest)
}

/// Accepts a key for an invitation that is good: the first one, or the same once more as long as
/// its guest was not heard. Every other has one answer.
pub fn enroll(
    write: &mut Write<'_>,
    (instance, generation): (InstanceId, i64),
    key: &Key,
    boot: &Line<64>,
) -> Result<Guest, Error> {
    let now = write.now()?;
    let mut guest = of_instance(write, &Scope::EveryProject, instance)?;
    let is_good = guest.generation == generation && guest.revoked.is_none();
    let is_free = match &guest.key {
        None => now < guest.invited_until,
        Some(known) => known == key && guest.heard.is_none(),
    };
    if !is_good || !is_free {
        return Err(Error::NotFound(WHAT));
    }
    (guest.key, guest.boot) = (Some(key.clone()), Some(boot.clone()));
    save(write, &mut guest)?;
    Ok(guest)
}

/// A new key in the place of one that is known.
pub fn renew(
    write: &mut Write<'_>,
    id: GuestId,
    (old, new): (&Key, &Key),
    boot: &Line<64>,
) -> Result<Guest, Error> {
    let mut guest = live(write, id)?;
    if guest.key.as_ref() != Some(old) {
        return Err(Error::NotFound(WHAT));
    }
    (guest.key, guest.boot) = (Some(new.clone()), Some(boot.clone()));
    guest.heard = Some(write.now()?);
    save(write, &mut guest)?;
    Ok(guest)
}

/// A guest that is enrolled, and not revoked.
pub(crate) fn live(read: &mut Read<'_>, id: GuestId) -> Result<Guest, Error> {
    let guest = get(read, &Scope::EveryProject, id)?;
    match (&guest.key, guest.revoked) {
        (Some(_), None) => Ok(guest),
        (_, Some(_)) => Err(Error::Stale(WHAT)),
        (None, None) => Err(Error::NotFound(WHAT)),
    }
}

pub fn revoke(write: &mut Write<'_>, scope: &Scope, id: GuestId) -> Result<Guest, Error> {
    let mut guest = get(write, scope, id)?;
    if guest.revoked.is_none() {
        guest.revoked = Some(write.now()?);
        save(write, &mut guest)?;
    }
    Ok(guest)
}

/// Whether a message is taken for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    New,
    /// It was taken before, and is answered as if it were new.
    Again,
}

/// Takes a message by its number and key; an older one is refused.
pub fn take(
    write: &mut Write<'_>,
    id: GuestId,
    number: i64,
    key: &Line<64>,
) -> Result<Taken, Error> {
    let mut guest = live(write, id)?;
    if number == guest.last_message && guest.last_message_key.as_ref() == Some(key) {
        return Ok(Taken::Again);
    }
    if number <= guest.last_message {
        return Err(Error::Stale("message"));
    }
    (guest.last_message, guest.last_message_key) = (number, Some(key.clone()));
    guest.heard = Some(write.now()?);
    save(write, &mut guest)?;
    Ok(Taken::New)
}

/// Notes that a guest lives, unless that was noted less than `rest` ago.
pub fn hear(write: &mut Write<'_>, id: GuestId, rest: Duration) -> Result<Guest, Error> {
    let mut guest = live(write, id)?;
    let now = write.now()?;
    if guest.heard.is_none_or(|heard| now.since(heard) >= rest) {
        guest.heard = Some(now);
        save(write, &mut guest)?;
    }
    Ok(guest)
}

pub(crate) fn save(write: &mut Write<'_>, guest: &mut Guest) -> Result<(), Error> {
    let seen = guest.version;
    guest.version += 1;
    let row = guests::table
        .filter(guests::id.eq(guest.id.to_string()))
        .filter(guests::version.eq(seen));
    let changed = diesel::update(row)
        .set(GuestRow::from(&*guest))
        .execute(write.connection())?;
    only(changed, Error::Conflict(WHAT))
}
