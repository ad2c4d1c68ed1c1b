// SPDX-License-Identifier: Apache-2.0
//! What was migrated, in the table `kaas_schema_version`.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::dialect;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::kaas_schema_version as table;

/// In the place of a number of statements: all.
pub(super) const COMPLETE: i32 = -1;

const CREATE: &str = "CREATE TABLE IF NOT EXISTS kaas_schema_version (\
    version INTEGER NOT NULL PRIMARY KEY, name <word> NOT NULL, done INTEGER NOT NULL)<end>";

#[derive(Queryable)]
pub(super) struct Entry {
    pub(super) version: i32,
    /// How many of its statements are done, or [`COMPLETE`].
    pub(super) done: i32,
}

pub(super) fn create(connection: &mut AnyConnection) -> Result<(), Error> {
    let create = dialect::render(CREATE, connection.server());
    Ok(connection.batch_execute(&create)?)
}

/// Whether it was ever migrated. Asked of the catalogue: a failed question would end a
/// transaction.
pub(super) fn exists(connection: &mut AnyConnection) -> Result<bool, Error> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;

    let count = match connection {
        AnyConnection::Sqlite(connection) => diesel::select(sql::<BigInt>(
            "(SELECT COUNT(*) FROM sqlite_master WHERE name = 'kaas_schema_version')",
        ))
        .get_result::<i64>(connection)?,
        AnyConnection::Postgres(connection) => diesel::select(sql::<BigInt>(
            "(SELECT COUNT(*) FROM pg_catalog.pg_class WHERE relname = 'kaas_schema_version' \
             AND pg_catalog.pg_table_is_visible(oid))",
        ))
        .get_result(connection)?,
        AnyConnection::Mysql(connection) => diesel::select(sql::<BigInt>(
            "(SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() \
             AND table_name = 'kaas_schema_version')",
        ))
        .get_result(connection)?,
    };
    Ok(count > 0)
}

pub(super) fn entries(connection: &mut AnyConnection) -> Result<Vec<Entry>, Error> {
    let entries = table::table.select((table::version, table::done));
    Ok(entries.load(connection)?)
}

pub(super) fn begin(connection: &mut AnyConnection, version: i32, name: &str) -> Result<(), Error> {
    let values = (
        table::version.eq(version),
        table::name.eq(name),
        table::done.eq(0),
    );
    diesel::insert_into(table::table)
        .values(values)
        .execute(connection)?;
    Ok(())
}

pub(super) fn note(connection: &mut AnyConnection, version: i32, done: i32) -> Result<(), Error> {
    diesel::update(table::table.filter(table::version.eq(version)))
        .set(table::done.eq(done))
        .execute(connection)?;
    Ok(())
}

pub(super) fn remove(connection: &mut AnyConnection, version: i32) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::version.eq(version))).execute(connection)?;
    Ok(())
}
