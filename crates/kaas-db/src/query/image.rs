// SPDX-License-Identifier: Apache-2.0
//! Images that administrators offer. Everybody may see them; only what speaks for administrators
//! changes them.

use diesel::prelude::*;
use kaas_types::id::ImageId;
use kaas_types::image::{Availability, Image, Kind};
use kaas_types::name::Name;

use super::only;
use crate::connection::Backend;
use crate::error::Error;
use crate::list::{Page, Selection, paged};
use crate::model::catalogue::{ImageField, ImageRow};
use crate::schema::images;
use crate::session::{Read, Write};

const WHAT: &str = "image";

/// An image that an administrator offers.
#[derive(Clone, Debug)]
pub struct NewImage {
    pub id: ImageId,
    pub name: Name,
    pub kind: Kind,
    pub reference: Name,
    pub availability: Availability,
}

fn all() -> images::BoxedQuery<'static, Backend> {
    images::table.into_boxed()
}

fn find(read: &mut Read<'_>, id: &str) -> Result<Option<ImageRow>, Error> {
    let row = all().filter(images::id.eq(id.to_owned()));
    let row = row.select(ImageRow::as_select());
    Ok(row.first(read.connection()).optional()?)
}

pub fn get(read: &mut Read<'_>, id: ImageId) -> Result<Image, Error> {
    let row = find(read, &id.to_string())?;
    row.ok_or(Error::NotFound(WHAT))?.try_into()
}

pub fn list(read: &mut Read<'_>, selection: &Selection<ImageField>) -> Result<Page<Image>, Error> {
    let last = [ImageField::CreatedAt, ImageField::Id];
    paged!(read, all(), find, selection, last, ImageRow)
}

pub fn create(write: &mut Write<'_>, new: &NewImage) -> Result<Image, Error> {
    let now = write.now()?;
    let new = new.clone();
    let image = Image {
        id: new.id,
        name: new.name,
        kind: new.kind,
        reference: new.reference,
        availability: new.availability,
        created: now,
        updated: now,
        version: 1,
    };
    diesel::insert_into(images::table)
        .values(ImageRow::from(&image))
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    Ok(image)
}

/// What is to be different; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct ImageChange {
    pub name: Option<Name>,
    pub reference: Option<Name>,
    pub availability: Option<Availability>,
}

pub fn change(write: &mut Write<'_>, id: ImageId, change: &ImageChange) -> Result<Image, Error> {
    let mut image = get(write, id)?;
    let change = change.clone();
    image.name = change.name.unwrap_or(image.name);
    image.reference = change.reference.unwrap_or(image.reference);
    image.availability = change.availability.unwrap_or(image.availability);
    save(write, &mut image)?;
    Ok(image)
}

fn save(write: &mut Write<'_>, image: &mut Image) -> Result<(), Error> {
    let seen = image.version;
    image.version += 1;
    image.updated = write.now()?;
    let row = images::table
        .filter(images::id.eq(image.id.to_string()))
        .filter(images::version.eq(seen));
    let changed = diesel::update(row)
        .set(ImageRow::from(&*image))
        .execute(write.connection())
        .map_err(|error| Error::from(error).exists(WHAT))?;
    only(changed, Error::Conflict(WHAT))
}

pub fn delete(write: &mut Write<'_>, id: ImageId) -> Result<(), Error> {
    let row = images::table.filter(images::id.eq(id.to_string()));
    only(
        diesel::delete(row).execute(write.connection())?,
        Error::NotFound(WHAT),
    )
}
