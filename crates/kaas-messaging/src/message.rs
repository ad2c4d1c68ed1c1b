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

#[cfg(test)]
mod tests {
    use super::*;

    /// What real peers sent, and then anything at one place of it.
    #[test]
    fn whatever_comes_is_read_or_refused() {
        let recorded: Value =
            serde_json::from_str(include_str!("../tests/wire/recorded.json")).unwrap();
        let mut place: usize = 1;
        let mut read = 0;
        for publication in recorded["default"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|scenario| scenario["publications"].as_array().unwrap())
        {
            let Some(message) = publication["message"].as_object() else {
                continue;
            };
            let whole = sealed(message.clone());
            for _ in 0..300 {
                place = place
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let mut body = whole.clone();
                let at = (place >> 33) % body.len();
                match place % 3 {
                    0 => body[at] = (place >> 20).to_le_bytes()[0],
                    1 => body.truncate(at),
                    _ => drop(body.drain(at..(at + 9).min(whole.len()))),
                }
                read += usize::from(parse(&body));
            }
        }
        assert!(read > 100, "most of it would have to be readable: {read}");
    }

    /// Whether it is any message.
    fn parse(body: &[u8]) -> bool {
        let Ok(message) = unsealed(body) else {
            return false;
        };
        let request = Request::from_message(message.clone()).is_ok();
        let reply = Reply::from_message(message.clone()).is_ok();
        Notification::from_message(message).is_ok() || request || reply
    }
}
