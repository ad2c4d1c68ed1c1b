// SPDX-License-Identifier: Apache-2.0
//! The messages of oslo.messaging: an envelope, and in it a request, an answer or a
//! notification. Whatever a peer sends is bounded and checked here.

mod context;
mod envelope;
mod failure;
mod notification;
mod reply;
mod request;

use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) use envelope::{bare, sealed, unsealed};
pub use failure::{Failure, RemoteError};
pub(crate) use notification::Announcement;
pub use notification::Notification;
pub(crate) use reply::Reply;
pub(crate) use request::{Answer, Request};

pub(crate) type Object = Map<String, Value>;

/// A message that is none, or is of a version that we do not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("it has {0} bytes, more than are read")]
    TooLong(usize),
    #[error("it is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it is no JSON object")]
    NoObject,
    #[error("its envelope has a version that is not 2.0")]
    EnvelopeVersion,
    #[error("its '{0}' is missing or of another type")]
    Field(&'static str),
}

/// A new id as Python's `uuid4().hex` is written.
pub(crate) fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// A text that may be missing or null, and nothing else.
fn optional_text(object: &mut Object, name: &'static str) -> Result<Option<String>, Malformed> {
    match object.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Malformed::Field(name)),
    }
}
