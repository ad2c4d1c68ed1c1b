// SPDX-License-Identifier: Apache-2.0
//! One process migrates at a time. Where changes of schema are part of a transaction, all of them
//! are one, and a process that dies leaves nothing behind.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use crate::connection::AnyConnection;
use crate::error::Error;

/// What the lock is called: any number that nobody else uses on this server.
const POSTGRES: &str = "SELECT pg_advisory_xact_lock(7089336938131513954)";
const MYSQL_TAKE: &str = "COALESCE(GET_LOCK(CONCAT(DATABASE(), '.kaas_schema'), 60), 0)";
const MYSQL_GIVE: &str = "DO RELEASE_LOCK(CONCAT(DATABASE(), '.kaas_schema'))";

pub(super) fn with<T>(
    connection: &mut AnyConnection,
    run: impl FnOnce(&mut AnyConnection) -> Result<T, Error>,
) -> Result<T, Error> {
    if let AnyConnection::Mysql(mysql) = connection {
        let taken: i32 = diesel::select(sql::<Integer>(MYSQL_TAKE)).get_result(mysql)?;
        if taken != 1 {
            return Err(Error::Busy);
        }
        let outcome = run(connection);
        connection.batch_execute(MYSQL_GIVE)?;
        return outcome;
    }
    connection.begin()?;
    let outcome = take(connection).and_then(|()| run(connection));
    if outcome.is_ok() {
        connection.commit()?;
    } else {
        connection.roll_back()?;
    }
    outcome
}

fn take(connection: &mut AnyConnection) -> Result<(), Error> {
    if let AnyConnection::Postgres(postgres) = connection {
        postgres.batch_execute(POSTGRES)?;
    }
    Ok(())
}
