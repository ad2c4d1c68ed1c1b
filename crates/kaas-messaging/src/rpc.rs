// SPDX-License-Identifier: Apache-2.0
//! Remote procedure calls: a [`Client`] calls what an [`Endpoint`] of a [`Server`] offers.
//!
//! A request is worked on at most once: it is acknowledged before its method begins, and lost
//! with a process that dies. What has to happen is in a database.

mod answers;
mod client;
mod dispatch;
mod endpoint;
mod reply;
mod server;

pub(crate) use answers::Answers;
pub use client::{CallError, Client};
pub use endpoint::{Endpoint, NoArguments};
pub use server::{Running, Server};
