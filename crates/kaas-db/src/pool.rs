// SPDX-License-Identifier: Apache-2.0
//! Connections that are kept, checked, and replaced when they are old.

use diesel::ConnectionError;
use diesel::r2d2::{self, ManageConnection, PooledConnection, R2D2Connection};

use crate::connection::AnyConnection;
use crate::error::Error;
use crate::options::Settings;

pub(crate) type Pooled = PooledConnection<Manager>;

/// Opens and checks connections.
#[derive(Debug)]
pub(crate) struct Manager {
    settings: Settings,
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, r2d2::Error> {
        let settings = &self.settings;
        AnyConnection::open(&settings.address, settings.sql_mode.as_deref())
            .map_err(r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), r2d2::Error> {
        connection.ping().map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        std::thread::panicking() || R2D2Connection::is_broken(connection)
    }
}

/// The pool; no connection is opened before one is asked for.
pub(crate) fn pool(settings: &Settings) -> r2d2::Pool<Manager> {
    r2d2::Pool::builder()
        .max_size(settings.most.max(1))
        .min_idle(Some(0))
        .max_lifetime(Some(settings.age))
        .connection_timeout(settings.patience)
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build_unchecked(Manager {
            settings: settings.clone(),
        })
}

/// One connection, opened to find out whether there is a server, and why not.
pub(crate) fn probe(settings: &Settings) -> Result<(), Error> {
    let opened = AnyConnection::open(&settings.address, settings.sql_mode.as_deref());
    opened.map(drop).map_err(|error| unavailable(&error))
}

/// Libraries name host and user in their messages, never the password.
fn unavailable(error: &ConnectionError) -> Error {
    Error::Unavailable(error.to_string())
}
