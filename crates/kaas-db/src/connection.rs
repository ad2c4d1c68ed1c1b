// SPDX-License-Identifier: Apache-2.0
//! A connection to one of three servers, and what differs between them.

use chrono::{NaiveDateTime, Utc};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::dsl::sql;
use diesel::sql_types::Timestamp;
use diesel::{
    ConnectionError, ConnectionResult, MysqlConnection, PgConnection, QueryResult, RunQueryDsl,
    SqliteConnection,
};

use crate::address::{Address, Server};

/// What every query runs on. A query is written once, in what the three have in common.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
    Mysql(MysqlConnection),
}

pub(crate) type Backend = <AnyConnection as diesel::Connection>::Backend;

/// One writer at a time, and readers beside it, which see what was committed.
const SQLITE: &str = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; \
                      PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

const POSTGRES: &str = "SET TIME ZONE 'UTC'; SET lock_timeout = '30s';";

/// Readers see what was committed when their statement began, as everywhere else.
const MYSQL: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
                     SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 30;";

impl AnyConnection {
    /// Connects, and sets what all of our connections have in common.
    pub(crate) fn open(address: &Address, sql_mode: Option<&str>) -> ConnectionResult<Self> {
        use diesel::Connection as _;

        let url = address.url.expose();
        let mut connection = match address.server {
            Server::Sqlite => Self::Sqlite(SqliteConnection::establish(url)?),
            Server::Postgres => Self::Postgres(PgConnection::establish(url)?),
            Server::Mysql => Self::Mysql(MysqlConnection::establish(url)?),
        };
        connection
            .set_up(sql_mode)
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }

    fn set_up(&mut self, sql_mode: Option<&str>) -> QueryResult<()> {
        match self {
            Self::Sqlite(connection) => connection.batch_execute(SQLITE),
            Self::Postgres(connection) => connection.batch_execute(POSTGRES),
            Self::Mysql(connection) => {
                connection.batch_execute(MYSQL)?;
                let Some(mode) = sql_mode else { return Ok(()) };
                let set = diesel::sql_query("SET SESSION sql_mode = ?");
                set.bind::<diesel::sql_types::Text, _>(mode)
                    .execute(connection)
                    .map(drop)
            }
        }
    }

    pub(crate) const fn server(&self) -> Server {
        match self {
            Self::Sqlite(_) => Server::Sqlite,
            Self::Postgres(_) => Server::Postgres,
            Self::Mysql(_) => Server::Mysql,
        }
    }

    /// What time it is, by the server's clock: the machines' own may differ.
    pub(crate) fn time(&mut self) -> QueryResult<NaiveDateTime> {
        match self {
            // The server is this process.
            Self::Sqlite(_) => Ok(Utc::now().naive_utc()),
            Self::Postgres(connection) => {
                let now = sql::<Timestamp>("clock_timestamp() AT TIME ZONE 'UTC'");
                diesel::select(now).get_result(connection)
            }
            Self::Mysql(connection) => {
                diesel::select(sql::<Timestamp>("UTC_TIMESTAMP(6)")).get_result(connection)
            }
        }
    }

    /// Begins a transaction that writes. With SQLite it has the only right to write from the
    /// beginning: two that wanted it later could only both fail.
    pub(crate) fn begin(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            }
            Self::Postgres(connection) => AnsiTransactionManager::begin_transaction(connection),
            Self::Mysql(connection) => AnsiTransactionManager::begin_transaction(connection),
        }
    }

    pub(crate) fn commit(&mut self) -> QueryResult<()> {
        Self::commit_transaction(self)
    }

    pub(crate) fn roll_back(&mut self) -> QueryResult<()> {
        Self::rollback_transaction(self)
    }
}
