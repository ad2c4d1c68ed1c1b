// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod address;
mod connection;
mod database;
mod error;
mod list;
mod migration;
mod model;
mod options;
mod pool;
pub mod query;
mod schema;
mod scope;
mod session;
mod stored;

pub use address::{Address, Server};
pub use database::{Clock, Database, PoolState};
pub use error::Error;
pub use list::{
    Direction, Field, FieldKind, FieldValue, Filter, Operator, Page, Selection, VALUES,
};
pub use migration::NEWEST as NEWEST_SCHEMA;
pub use model::builder::BuilderField;
pub use model::catalogue::{ImageField, SourceField};
pub use model::deployment::DeploymentField;
pub use model::kernel::KernelField;
pub use model::trace::TraceField;
pub use options::{
    CONNECTION, DB_MAX_RETRIES, GROUP, ITEMS, MAX_OVERFLOW, MAX_POOL_SIZE, MAX_RETRIES,
    POOL_TIMEOUT, RECYCLE, RETRY_INTERVAL, SQL_MODE, Settings,
};
pub use scope::Scope;
pub use session::{Read, Write};
