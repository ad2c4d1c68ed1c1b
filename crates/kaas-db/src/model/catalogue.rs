// SPDX-License-Identifier: Apache-2.0
//! Rows of the tables `images` and `sources`, which administrators keep.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kaas_types::image::Image;
use kaas_types::source::Source;

use crate::connection::Backend;
use crate::error::Error;
use crate::list::fields;
use crate::schema::{images, sources};
use crate::stored::{self, Reader};

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = images, check_for_backend(Backend))]
pub(crate) struct ImageRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) reference: String,
    pub(crate) availability: String,
    pub(crate) created_at: NaiveDateTime,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) version: i64,
}

fields! {
    /// What images are sorted and filtered by.
    pub enum ImageField of images, ImageRow {
        Id = "id", Text id (id);
        Name = "name", Text name (name);
        Kind = "kind", Text kind (kind);
        Availability = "availability", Text availability (availability);
        CreatedAt = "created_at", Time created_at (created_at);
        UpdatedAt = "updated_at", Time updated_at (updated_at);
    }
}

impl From<&Image> for ImageRow {
    fn from(image: &Image) -> Self {
        Self {
            id: image.id.to_string(),
            name: image.name.to_string(),
            kind: image.kind.to_string(),
            reference: image.reference.to_string(),
            availability: image.availability.to_string(),
            created_at: stored::moment(image.created),
            updated_at: stored::moment(image.updated),
            version: image.version,
        }
    }
}

impl TryFrom<ImageRow> for Image {
    type Error = Error;

    fn try_from(row: ImageRow) -> Result<Self, Error> {
        let read = Reader("images");
        Ok(Self {
            id: read.word("id", &row.id)?,
            name: read.word("name", &row.name)?,
            kind: read.word("kind", &row.kind)?,
            reference: read.word("reference", &row.reference)?,
            availability: read.word("availability", &row.availability)?,
            created: read.time("created_at", row.created_at)?,
            updated: read.time("updated_at", row.updated_at)?,
            version: row.version,
        })
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sources, check_for_backend(Backend))]
pub(crate) struct SourceRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) driver: String,
    pub(crate) series: String,
    pub(crate) kernel_release: String,
    pub(crate) driver_options: String,
    pub(crate) availability: String,
    pub(crate) created_at: NaiveDateTime,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) version: i64,
}

fields! {
    /// What sources are sorted and filtered by.
    pub enum SourceField of sources, SourceRow {
        Id = "id", Text id (id);
        Name = "name", Text name (name);
        Driver = "driver", Text driver (driver);
        Series = "series", Text series (series);
        Release = "release", Text kernel_release (kernel_release);
        Availability = "availability", Text availability (availability);
        CreatedAt = "created_at", Time created_at (created_at);
        UpdatedAt = "updated_at", Time updated_at (updated_at);
    }
}

impl From<&Source> for SourceRow {
    fn from(source: &Source) -> Self {
        Self {
            id: source.id.to_string(),
            name: source.name.to_string(),
            driver: source.driver.to_string(),
            series: source.series.to_string(),
            kernel_release: stored::text(source.release.as_ref()),
            driver_options: stored::json(&source.options),
            availability: source.availability.to_string(),
            created_at: stored::moment(source.created),
            updated_at: stored::moment(source.updated),
            version: source.version,
        }
    }
}

impl TryFrom<SourceRow> for Source {
    type Error = Error;

    fn try_from(row: SourceRow) -> Result<Self, Error> {
        let read = Reader("sources");
        let empty = |column| move || read.corrupt(column, "empty");
        Ok(Self {
            id: read.word("id", &row.id)?,
            name: read.word("name", &row.name)?,
            driver: read
                .line("driver", row.driver)?
                .ok_or_else(empty("driver"))?,
            series: read
                .line("series", row.series)?
                .ok_or_else(empty("series"))?,
            release: read.line("kernel_release", row.kernel_release)?,
            options: read.json("driver_options", &row.driver_options)?,
            availability: read.word("availability", &row.availability)?,
            created: read.time("created_at", row.created_at)?,
            updated: read.time("updated_at", row.updated_at)?,
            version: row.version,
        })
    }
}
