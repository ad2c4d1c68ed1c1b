// SPDX-License-Identifier: Apache-2.0
//! An answer: a result, a failure, or the sign that somebody still works on it.

use serde_json::{Value, json};

use super::{Failure, Malformed, Object, RemoteError, new_id, optional_text};

/// One of the messages that answer a call.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// The id of the call.
    pub(crate) id: String,
    pub(crate) outcome: Result<Value, RemoteError>,
    /// Whether it is the last.
    pub(crate) ending: bool,
}

impl Reply {
    /// The last word on a call.
    pub(crate) fn last(id: &str, outcome: Result<Value, Failure>) -> Object {
        let (result, failure) = match outcome {
            Ok(result) => (result, Value::Null),
            Err(failure) => (Value::Null, failure.text().into()),
        };
        message(id, result, failure, true)
    }

    /// That it is still worked on.
    pub(crate) fn sign_of_life(id: &str) -> Object {
        message(id, Value::Null, Value::Null, false)
    }

    /// As a peer sent it.
    pub(crate) fn from_message(mut message: Object) -> Result<Self, Malformed> {
        let id = optional_text(&mut message, "_msg_id")?.ok_or(Malformed::Field("_msg_id"))?;
        let result = message.remove("result").unwrap_or_default();
        let outcome = match message.remove("failure") {
            None | Some(Value::Null) => Ok(result),
            Some(failure) => Err(RemoteError::read(&failure)),
        };
        Ok(Self {
            id,
            outcome,
            ending: message.get("ending") == Some(&Value::Bool(true)),
        })
    }
}

fn message(id: &str, result: Value, failure: Value, ending: bool) -> Object {
    let mut message = Object::new();
    message.insert("result".to_owned(), result);
    message.insert("failure".to_owned(), failure);
    message.insert("ending".to_owned(), json!(ending));
    message.insert("_msg_id".to_owned(), id.into());
    message.insert("_unique_id".to_owned(), new_id().into());
    message
}
