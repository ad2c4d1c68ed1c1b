// SPDX-License-Identifier: Apache-2.0
//! Our own format of a trace, described in the README: text, a record a line, made to be
//! written while the tracer runs and to be read although the writer was killed.

mod numbers;
mod read;
mod write;

pub use read::read;
pub use write::{Writer, write};

/// The first word of a file.
pub(crate) const NAME: &str = "kaas-trace";

/// The newest version, and the one that is written.
pub(crate) const VERSION: u32 = 1;
