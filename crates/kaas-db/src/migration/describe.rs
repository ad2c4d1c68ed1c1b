// SPDX-License-Identifier: Apache-2.0
//! What a schema is, as the server's own catalogue says.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::connection::AnyConnection;
use crate::error::Error;

const SQLITE: &str = "name || ' ' || COALESCE(sql, '') FROM sqlite_master";

const POSTGRES: &[&str] = &[
    "CONCAT_WS(' ', table_name, column_name, data_type, character_maximum_length, \
     datetime_precision, is_nullable, collation_name) FROM information_schema.columns \
     WHERE table_schema = CURRENT_SCHEMA()",
    "CONCAT(tablename, ' ', indexdef) FROM pg_indexes WHERE schemaname = CURRENT_SCHEMA()",
];

const MYSQL: &[&str] = &[
    "CONCAT_WS(' ', table_name, column_name, column_type, is_nullable, collation_name) \
     FROM information_schema.columns WHERE table_schema = DATABASE()",
    "CONCAT_WS(' ', table_name, index_name, non_unique, seq_in_index, column_name) \
     FROM information_schema.statistics WHERE table_schema = DATABASE()",
];

pub(crate) fn describe(connection: &mut AnyConnection) -> Result<Vec<String>, Error> {
    let mut lines: Vec<String> = match connection {
        AnyConnection::Sqlite(connection) => {
            diesel::select(sql::<Text>(SQLITE)).load(connection)?
        }
        AnyConnection::Postgres(connection) => {
            let parts = POSTGRES
                .iter()
                .map(|part| diesel::select(sql::<Text>(part)).load(connection));
            parts.collect::<QueryResult<Vec<Vec<String>>>>()?.concat()
        }
        AnyConnection::Mysql(connection) => {
            let parts = MYSQL
                .iter()
                .map(|part| diesel::select(sql::<Text>(part)).load(connection));
            parts.collect::<QueryResult<Vec<Vec<String>>>>()?.concat()
        }
    };
    lines.sort_unstable();
    // A statement's own lines are the text of the migration.
    let one_line = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(lines.into_iter().map(one_line).collect())
}
