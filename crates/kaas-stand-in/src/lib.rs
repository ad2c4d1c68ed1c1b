// SPDX-License-Identifier: Apache-2.0
//! A server that speaks the agent protocol, for tests: well, or as badly as one likes.
//! For development only; it is not made to serve anybody who means harm.

mod answer;
mod authority;
mod connection;
mod failure;
mod guest;
mod handler;
mod inspect;
mod metadata;
mod misbehave;
mod option;
mod queue;
mod server;
mod state;
mod token;
mod upload;

pub use failure::{Failure, Result};
pub use misbehave::Misbehaviour;
pub use option::Options;
pub use queue::queue;
pub use server::StandIn;
