// SPDX-License-Identifier: Apache-2.0
//! The agent protocol: what a guest and the cloud's agent listener say to each other, as
//! `doc/agent-protocol.md` describes it. Whatever a type here holds has passed its limits.
//!
//! What a guest sends is strict: an unknown field is an error. What a guest receives is
//! tolerant: an older agent works with a newer server.

mod bounded;
mod command;
mod enrollment;
mod error;
mod identifier;
pub mod limit;
mod message;
mod path;
mod report;
mod upload;

pub use bounded::{Block, Line, List, OutOfBounds, Secret};
pub use command::{Action, Command, Commands};
pub use enrollment::{EnrollRequest, Enrollment, Issued, MetaData, RenewRequest, VendorData};
pub use error::{Code, ErrorDocument, Link, Problem};
pub use identifier::{Id, Sha256};
pub use message::{Ack, CommandResult, Outcome};
pub use path::Path;
pub use report::{Deployment, Feature, Missing, Report, ReportBody, Status, Tracing};
pub use upload::{Complete, Kind, OpenUpload, Upload};

/// Carries the key of a message that is sent again until it was answered.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Where in an upload the bytes of a chunk begin, before compression.
pub const UPLOAD_OFFSET: &str = "upload-offset";

#[cfg(test)]
mod tests;
