// SPDX-License-Identifier: Apache-2.0
//! What services say to each other: calls, casts and notifications, in the messages of
//! oslo.messaging, over RabbitMQ or inside one process.
#![doc = include_str!("../README.md")]

pub mod account;
mod bounded;
mod driver;
mod message;
mod metrics;
pub mod notify;
pub mod options;
#[cfg(test)]
mod recorded;
pub mod rpc;
mod settings;
mod target;
mod topology;
mod transport;
mod url;
mod version;

pub use driver::{OpenError, Refused, SendError};
pub use message::{Failure, RemoteError};
pub use settings::{Rabbit, Settings, SettingsError, Survival, Tls};
pub use target::Target;
pub use transport::Transport;
pub use url::{Host, TransportUrl, UrlError};
pub use version::{Version, VersionError};
