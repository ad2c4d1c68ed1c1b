// SPDX-License-Identifier: Apache-2.0
//! Leases on names: who does a periodic task of which there must be one. A lease has a fence, a
//! number that grows whenever its holder changes: who writes on behalf of it says which it had.

use std::time::Duration;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::name::{HostName, Name};
use kaas_types::time::Time;

use super::only;
use crate::error::Error;
use crate::schema::leases;
use crate::session::Write;
use crate::stored;

const WHAT: &str = "task";

/// A lease that its holder has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub name: Name,
    pub holder: HostName,
    pub fence: i64,
    pub expires: Time,
}

/// Takes a lease that is free or over, or prolongs one that is held. None while another holds it.
pub fn acquire(
    write: &mut Write<'_>,
    name: &Name,
    holder: &HostName,
    time: Duration,
) -> Result<Option<Lease>, Error> {
    let now = write.now()?;
    let row: Option<(String, i64, NaiveDateTime)> = leases::table
        .find(name.to_string())
        .select((leases::holder, leases::fence, leases::expires_at))
        .first(write.connection())
        .optional()?;
    let mut lease = Lease {
        name: name.clone(),
        holder: holder.clone(),
        fence: 1,
        expires: now + time,
    };
    let Some((current, fence, expires)) = row else {
        insert(write, &lease)?;
        return Ok(Some(lease));
    };
    let (is_mine, is_over) = (current == **holder, expires <= stored::moment(now));
    if !is_mine && !is_over {
        return Ok(None);
    }
    // One that was over may have been another's in between: it was not looked at.
    lease.fence = if is_over { fence + 1 } else { fence };
    update(write, &lease, (fence, expires))?;
    Ok(Some(lease))
}

fn insert(write: &mut Write<'_>, lease: &Lease) -> Result<(), Error> {
    let values = (
        leases::name.eq(lease.name.to_string()),
        leases::holder.eq(lease.holder.to_string()),
        leases::fence.eq(lease.fence),
        leases::expires_at.eq(stored::moment(lease.expires)),
    );
    let outcome = diesel::insert_into(leases::table).values(values);
    match outcome.execute(write.connection()).map_err(Error::from) {
        Err(error) if error.is_duplicate() => Err(Error::Conflict(WHAT)),
        other => other.map(drop),
    }
}

/// Unless it was taken, or prolonged, since it was looked at.
fn update(
    write: &mut Write<'_>,
    lease: &Lease,
    (fence, expires): (i64, NaiveDateTime),
) -> Result<(), Error> {
    let row = leases::table
        .find(lease.name.to_string())
        .filter(leases::fence.eq(fence))
        .filter(leases::expires_at.eq(expires));
    let values = (
        leases::holder.eq(lease.holder.to_string()),
        leases::fence.eq(lease.fence),
        leases::expires_at.eq(stored::moment(lease.expires)),
    );
    if diesel::update(row)
        .set(values)
        .execute(write.connection())?
        == 1
    {
        Ok(())
    } else {
        Err(Error::Conflict(WHAT))
    }
}

/// Makes sure, until the end of this transaction, that the lease is held: nobody takes it over
/// before what is written beside this is there.
pub fn check(write: &mut Write<'_>, lease: &Lease) -> Result<(), Error> {
    let now = stored::moment(write.now()?);
    let row = leases::table
        .find(lease.name.to_string())
        .filter(leases::fence.eq(lease.fence))
        .filter(leases::holder.eq(lease.holder.to_string()))
        .filter(leases::expires_at.gt(now));
    // A change that changes nothing locks the row.
    let same = leases::fence.eq(lease.fence);
    only(
        diesel::update(row).set(same).execute(write.connection())?,
        Error::Stale(WHAT),
    )
}

/// Gives a lease up: the next who asks has it. Nothing where it is another's by now.
pub fn release(write: &mut Write<'_>, lease: &Lease) -> Result<(), Error> {
    let now = stored::moment(write.now()?);
    let row = leases::table
        .find(lease.name.to_string())
        .filter(leases::fence.eq(lease.fence))
        .filter(leases::holder.eq(lease.holder.to_string()));
    diesel::update(row)
        .set(leases::expires_at.eq(now))
        .execute(write.connection())?;
    Ok(())
}
