// SPDX-License-Identifier: Apache-2.0
//! Everything that is asked of the database, by resource. Each is a step of a transaction, so
//! that several make one.

pub mod artefact;
pub mod builder;
pub mod deployment;
pub mod guest;
pub mod image;
pub mod job;
pub mod kernel;
pub mod lease;
pub mod notification;
pub mod purge;
pub mod quota;
pub mod service;
pub mod source;
pub mod trace;

use crate::error::Error;

/// A change of one row found it, in the state it was to be in; otherwise it is `otherwise`.
fn only(rows: usize, otherwise: Error) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(otherwise) }
}
