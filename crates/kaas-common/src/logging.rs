// SPDX-License-Identifier: Apache-2.0
//! The log, in the lines that oslo.log writes: with the request's id and who asks, secrets
//! masked, to a file that logrotate may move away, to stderr or to stdout.
//!
//! Programs write it with the macros of `tracing`; [`span`] makes the context of a request
//! part of every line within it.

mod layer;
mod level;
mod line;
mod mask;
mod options;
mod sink;
mod template;

use std::io;

use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

pub use layer::{Layer, span};
pub use level::Levels;
pub use line::{Format, Record, Speaker};
pub use mask::mask;
pub use options::{
    DATE_FORMAT, DEBUG, DEFAULT_LEVELS, FORMAT_CONTEXT, FORMAT_DEBUG, FORMAT_DEFAULT, FORMAT_USER,
    ITEMS, LOG_DIR, LOG_FILE, USE_JSON, USE_STDERR,
};
pub use sink::Sink;
pub use template::{Template, Unknown};

use crate::config::Config;

/// Why there can be no log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the format of the log is wrong")]
    Format(#[from] Unknown),
    #[error("the log cannot be opened")]
    Open(#[from] io::Error),
    #[error("there is a log already")]
    Twice(#[from] tracing::subscriber::SetGlobalDefaultError),
}

/// Where and how the configuration says to log.
pub fn layer(config: &Config, program: &str) -> Result<Layer, Error> {
    let format = Format::new(config)?;
    let sink = Sink::new(config, program)?;
    Ok(Layer::new(
        format,
        sink,
        Levels::new(config),
        config.get(&USE_JSON),
    ))
}

/// Starts the log of the process. What is returned takes the levels of a later configuration.
pub fn start(config: &Config, program: &str) -> Result<Handle, Error> {
    let layer = layer(config, program)?;
    let handle = layer.handle();
    tracing::subscriber::set_global_default(Registry::default().with(layer))?;
    Ok(handle)
}

pub use layer::Handle;
