// SPDX-License-Identifier: Apache-2.0
//! Files that guests send in pieces: how much of each is here. The bytes are the store's.

use diesel::prelude::*;
use kaas_types::guest::Upload;
use kaas_types::id::{GuestId, UploadId};
use kaas_types::name::Name;

use super::live;
use crate::error::Error;
use crate::model::guest::UploadRow;
use crate::schema::guest_uploads as uploads;
use crate::session::{Read, Write};
use crate::stored;

const WHAT: &str = "upload";

/// An upload of this guest.
pub fn upload(read: &mut Read<'_>, guest: GuestId, id: UploadId) -> Result<Upload, Error> {
    let row: Option<UploadRow> = uploads::table
        .filter(uploads::id.eq(id.to_string()))
        .filter(uploads::guest_id.eq(guest.to_string()))
        .select(UploadRow::as_select())
        .first(read.connection())
        .optional()?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

/// Finds the upload of a kind and series, or begins it with nothing, to be stored there.
pub fn open(
    write: &mut Write<'_>,
    guest: GuestId,
    (kind, series): (&Name, &Name),
    location: &str,
) -> Result<Upload, Error> {
    let guest = live(write, guest)?;
    let row: Option<UploadRow> = uploads::table
        .filter(uploads::guest_id.eq(guest.id.to_string()))
        .filter(uploads::kind.eq(kind.to_string()))
        .filter(uploads::series.eq(series.to_string()))
        .select(UploadRow::as_select())
        .first(write.connection())
        .optional()?;
    if let Some(row) = row {
        return row.try_into();
    }
    let row = UploadRow {
        id: UploadId::random().to_string(),
        guest_id: guest.id.to_string(),
        kind: kind.to_string(),
        series: series.to_string(),
        bytes: 0,
        location: location.to_owned(),
        updated_at: stored::moment(write.now()?),
        version: 1,
    };
    let inserted = diesel::insert_into(uploads::table).values(&row);
    match inserted.execute(write.connection()).map_err(Error::from) {
        Ok(_) => row.try_into(),
        Err(error) if error.is_duplicate() => Err(Error::Conflict(WHAT)),
        Err(error) => Err(error),
    }
}

/// A piece is here that begins where the upload ended, and ends at `to`.
pub fn advance(
    write: &mut Write<'_>,
    guest: GuestId,
    id: UploadId,
    (from, to): (i64, i64),
) -> Result<Upload, Error> {
    let upload = upload(write, guest, id)?;
    if upload.offset != from || to < from {
        return Err(Error::Value("offset"));
    }
    set(write, upload, (to, None))
}

/// Begins it again, at a new place.
pub fn restart(
    write: &mut Write<'_>,
    guest: GuestId,
    id: UploadId,
    location: &str,
) -> Result<Upload, Error> {
    let upload = upload(write, guest, id)?;
    set(write, upload, (0, Some(location)))
}

fn set(
    write: &mut Write<'_>,
    mut upload: Upload,
    (offset, location): (i64, Option<&str>),
) -> Result<Upload, Error> {
    let seen = upload.version;
    (upload.offset, upload.version) = (offset, seen + 1);
    upload.location = location.map_or(upload.location, str::to_owned);
    upload.updated = write.now()?;
    let row = uploads::table
        .filter(uploads::id.eq(upload.id.to_string()))
        .filter(uploads::version.eq(seen));
    let values = (
        uploads::bytes.eq(upload.offset),
        uploads::location.eq(&upload.location),
        uploads::updated_at.eq(stored::moment(upload.updated)),
        uploads::version.eq(upload.version),
    );
    if diesel::update(row)
        .set(values)
        .execute(write.connection())?
        == 1
    {
        Ok(upload)
    } else {
        Err(Error::Conflict(WHAT))
    }
}
