// SPDX-License-Identifier: Apache-2.0
//! The options of `[database]`: names of oslo.db.

use std::time::Duration;

use kaas_common::config::{Config, Group, Item, Mark, Opt};
use kaas_common::secret::Secret;

use crate::address::Address;
use crate::error::Error;

pub const CONNECTION: Opt<Option<Secret>> = Opt::secret(
    "database",
    "connection",
    "The SQLAlchemy connection string to use to connect to the database: sqlite, postgresql or \
     mysql. The library that it names behind a plus sign is ignored.",
)
.mark(Mark::Required)
.sample("mysql+pymysql://kaas:PASSWORD@127.0.0.1/kaas?charset=utf8mb4");

pub const SQL_MODE: Opt<String> = Opt::text(
    "database",
    "mysql_sql_mode",
    "The SQL mode to be used for MySQL sessions. An empty value keeps the server's.",
)
.default("TRADITIONAL");

pub const RECYCLE: Opt<i64> = Opt::integer(
    "database",
    "connection_recycle_time",
    "Connections which have been present in the connection pool longer than this number of \
     seconds will be replaced with a new one the next time they are checked out from the pool.",
)
.min(1)
.default("3600");

pub const MAX_POOL_SIZE: Opt<i64> = Opt::integer(
    "database",
    "max_pool_size",
    "Maximum number of SQL connections to keep open in a pool.",
)
.min(1)
.max(1000)
.default("5");

pub const MAX_OVERFLOW: Opt<i64> = Opt::integer(
    "database",
    "max_overflow",
    "How many connections may be open beyond max_pool_size while there is that much to do.",
)
.min(0)
.max(1000)
.default("50");

pub const POOL_TIMEOUT: Opt<i64> = Opt::integer(
    "database",
    "pool_timeout",
    "How many seconds a question waits for a connection before it is refused.",
)
.min(1)
.default("30");

pub const MAX_RETRIES: Opt<i64> = Opt::integer(
    "database",
    "max_retries",
    "Maximum number of database connection retries during startup. Set to -1 to specify an \
     infinite retry count.",
)
.min(-1)
.default("10");

pub const RETRY_INTERVAL: Opt<i64> = Opt::integer(
    "database",
    "retry_interval",
    "Interval between retries of opening a SQL connection, in seconds.",
)
.min(1)
.default("10");

pub const DB_MAX_RETRIES: Opt<i64> = Opt::integer(
    "database",
    "db_max_retries",
    "How often a transaction is tried again that lost against another one, or whose connection \
     broke, before the error is raised.",
)
.min(0)
.max(100)
.default("5");

pub const ITEMS: &[Item] = &[
    CONNECTION.item(),
    SQL_MODE.item(),
    RECYCLE.item(),
    MAX_POOL_SIZE.item(),
    MAX_OVERFLOW.item(),
    POOL_TIMEOUT.item(),
    MAX_RETRIES.item(),
    RETRY_INTERVAL.item(),
    DB_MAX_RETRIES.item(),
];

pub const GROUP: Group = Group {
    name: "database",
    help: "",
    items: ITEMS,
};

/// Where the database is, and how it is spoken to.
#[derive(Clone, Debug)]
pub struct Settings {
    pub address: Address,
    /// For MySQL; the server's own where it is none.
    pub sql_mode: Option<String>,
    /// Connections that are kept.
    pub kept: u32,
    /// Connections that there are at most.
    pub most: u32,
    /// How old a connection becomes.
    pub age: Duration,
    /// How long a question waits for a connection.
    pub patience: Duration,
    /// How often it is tried to reach the server at the start; for ever where it is none.
    pub start_attempts: Option<u32>,
    pub start_interval: Duration,
    /// How often a transaction is tried again.
    pub retries: u32,
}

impl Settings {
    /// With every option at its default.
    pub const fn new(address: Address) -> Self {
        Self {
            address,
            sql_mode: None,
            kept: 5,
            most: 55,
            age: Duration::from_secs(3600),
            patience: Duration::from_secs(30),
            start_attempts: Some(11),
            start_interval: Duration::from_secs(10),
            retries: 5,
        }
    }

    pub fn from_config(config: &Config) -> Result<Self, Error> {
        let missing = || Error::Address("has no value".to_owned());
        let url = config.get(&CONNECTION).ok_or_else(missing)?;
        let kept = number(config, &MAX_POOL_SIZE);
        let mode = config.get(&SQL_MODE);
        Ok(Self {
            sql_mode: (!mode.is_empty()).then_some(mode),
            kept,
            most: kept.saturating_add(number(config, &MAX_OVERFLOW)),
            age: seconds(config, &RECYCLE),
            patience: seconds(config, &POOL_TIMEOUT),
            start_attempts: u32::try_from(config.get(&MAX_RETRIES))
                .ok()
                .map(|retries| retries.saturating_add(1)),
            start_interval: seconds(config, &RETRY_INTERVAL),
            retries: number(config, &DB_MAX_RETRIES),
            ..Self::new(Address::parse(url.expose())?)
        })
    }
}

/// An option that is never negative.
fn number(config: &Config, option: &Opt<i64>) -> u32 {
    u32::try_from(config.get(option)).unwrap_or(0)
}

fn seconds(config: &Config, option: &Opt<i64>) -> Duration {
    Duration::from_secs(u64::from(number(config, option)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Server;
    use kaas_common::config::{self, Schema, Surroundings};

    const SCHEMA: Schema<'_> = Schema {
        namespace: "kaas.db",
        groups: &[GROUP],
    };

    #[test]
    fn the_defaults_are_those_of_the_options() {
        let url = "postgresql://u:p@h/kaas";
        let variable = ("OS_DATABASE__CONNECTION".to_owned(), url.to_owned());
        let surroundings = Surroundings {
            environment: [variable].into_iter().collect(),
            ..Surroundings::default()
        };
        assert_eq!(SCHEMA.faults(), Vec::<String>::new());
        let config = config::load(SCHEMA, &surroundings).unwrap();
        let settings = Settings::from_config(&config).unwrap();
        let plain = Settings::new(Address::parse(url).unwrap());
        let plain = Settings {
            sql_mode: Some("TRADITIONAL".to_owned()),
            ..plain
        };
        assert_eq!(settings.address.server, Server::Postgres);
        assert_eq!(format!("{settings:?}"), format!("{plain:?}"));
        assert!(!format!("{settings:?}").contains("u:p"));
    }
}
