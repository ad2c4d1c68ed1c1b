// SPDX-License-Identifier: Apache-2.0
//! How values are stored, and read with distrust. Words and ids are texts, an absent one is the
//! empty text, what has parts is JSON, times are UTC.

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime};
use kaas_types::agent::Line;
use kaas_types::time::Time;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

type Column = (&'static str, &'static str);

fn corrupt((table, column): Column, what: impl Display) -> Error {
    Error::Corrupt {
        table,
        column,
        what: what.to_string(),
    }
}

pub(crate) fn time(
    table: &'static str,
    column: &'static str,
    time: NaiveDateTime,
) -> Result<Time, Error> {
    let micros = time.and_utc().timestamp_micros();
    Time::from_micros(micros).map_err(|error| corrupt((table, column), error))
}

pub(crate) fn moment(time: Time) -> NaiveDateTime {
    let moment = DateTime::from_timestamp_micros(time.micros());
    moment.unwrap_or_default().naive_utc()
}

/// Reads the columns of a table's rows.
#[derive(Clone, Copy)]
pub(crate) struct Reader(pub(crate) &'static str);

impl Reader {
    pub(crate) fn word<T: FromStr<Err: Display>>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<T, Error> {
        text.parse()
            .map_err(|error| corrupt((self.0, column), error))
    }

    pub(crate) fn maybe<T: FromStr<Err: Display>>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<Option<T>, Error> {
        unless_empty(text, |text| self.word(column, text))
    }

    pub(crate) fn line<const MAX: usize>(
        self,
        column: &'static str,
        text: String,
    ) -> Result<Option<Line<MAX>>, Error> {
        if text.is_empty() {
            return Ok(None);
        }
        let line = Line::try_from(text).map_err(|error| corrupt((self.0, column), error))?;
        Ok(Some(line))
    }

    pub(crate) fn json<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|error| corrupt((self.0, column), error))
    }

    pub(crate) fn maybe_json<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<Option<T>, Error> {
        unless_empty(text, |text| self.json(column, text))
    }

    pub(crate) fn number<T: TryFrom<i64>>(
        self,
        column: &'static str,
        number: impl Into<i64>,
    ) -> Result<T, Error> {
        let number = number.into();
        T::try_from(number).map_err(|_| corrupt((self.0, column), number))
    }

    pub(crate) fn time(self, column: &'static str, moment: NaiveDateTime) -> Result<Time, Error> {
        time(self.0, column, moment)
    }

    pub(crate) fn maybe_time(
        self,
        column: &'static str,
        moment: Option<NaiveDateTime>,
    ) -> Result<Option<Time>, Error> {
        moment.map(|moment| self.time(column, moment)).transpose()
    }

    pub(crate) fn corrupt(self, column: &'static str, what: &'static str) -> Error {
        corrupt((self.0, column), what)
    }
}

/// What is absent is the empty text.
fn unless_empty<T>(
    text: &str,
    read: impl FnOnce(&str) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    (!text.is_empty()).then(|| read(text)).transpose()
}

/// A count, in a column of 32 bits with a sign.
pub(crate) fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The text of an id or a line, empty where there is none.
pub(crate) fn text<T: Display>(value: Option<&T>) -> String {
    value.map(T::to_string).unwrap_or_default()
}

/// Our own types are always JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn maybe_json<T: Serialize>(value: Option<&T>) -> String {
    value.map(json).unwrap_or_default()
}
