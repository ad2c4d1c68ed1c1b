// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod account;
mod kind;
mod server;

use std::fmt;

pub use kind::Kind;
pub use server::Server;

/// What went wrong, and what to do.
#[derive(Clone, Debug)]
pub struct Failed(String);

impl Failed {
    fn new(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self(format!("{what}: {why}"))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}
