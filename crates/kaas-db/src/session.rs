// SPDX-License-Identifier: Apache-2.0
//! What queries are asked on: a connection and the time. A query that changes something asks for
//! a [`Write`], and there is none outside a transaction.

use std::fmt;
use std::ops::{Deref, DerefMut};

use kaas_types::time::Time;

use crate::connection::AnyConnection;
use crate::database::Clock;
use crate::error::Error;
use crate::stored;

/// A connection for questions.
pub struct Read<'a> {
    connection: &'a mut AnyConnection,
    clock: &'a Clock,
    now: Option<Time>,
}

/// A transaction under way. A query that fails may have changed something already: whoever goes on
/// after an error commits half of it, so an error ends the transaction.
pub struct Write<'a>(Read<'a>);

impl<'a> Read<'a> {
    pub(crate) const fn new(connection: &'a mut AnyConnection, clock: &'a Clock) -> Self {
        Self {
            connection,
            clock,
            now: None,
        }
    }

    pub(crate) const fn connection(&mut self) -> &mut AnyConnection {
        self.connection
    }

    /// The server's time when it was first asked for: one moment for all of a transaction.
    pub fn now(&mut self) -> Result<Time, Error> {
        if let Some(now) = self.now {
            return Ok(now);
        }
        let now = match self.clock.given() {
            Some(time) => time,
            None => stored::time("server", "clock", self.connection.time()?)?,
        };
        self.now = Some(now);
        Ok(now)
    }
}

impl<'a> Write<'a> {
    /// Commits what the change returns successfully, and takes back everything else.
    pub(crate) fn transaction<T>(
        connection: &'a mut AnyConnection,
        clock: &'a Clock,
        change: impl Fn(&mut Write<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        connection.begin()?;
        let outcome = change(&mut Write(Read::new(connection, clock)));
        match outcome {
            Ok(value) => {
                connection.commit().map_err(undecided)?;
                Ok(value)
            }
            Err(error) => {
                // Where this fails the connection is broken, and the server takes it back.
                let _ = connection.roll_back();
                Err(error)
            }
        }
    }
}

/// A connection that breaks while it commits leaves open whether it did: trying again could do
/// everything twice.
fn undecided(error: diesel::result::Error) -> Error {
    match Error::from(error) {
        Error::Unavailable(why) => Error::Undecided(why),
        other => other,
    }
}

impl<'a> Deref for Write<'a> {
    type Target = Read<'a>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Write<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl fmt::Debug for Read<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Read").finish_non_exhaustive()
    }
}

impl fmt::Debug for Write<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Write").finish_non_exhaustive()
    }
}
