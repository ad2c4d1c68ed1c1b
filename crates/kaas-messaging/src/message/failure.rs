// SPDX-License-Identifier: Apache-2.0
//! Failures on the bus: an exception's class, module and message as a JSON text
//! (`serialize_remote_exception` of `oslo_messaging/_drivers/common.py`).

use std::fmt;

use serde_json::{Map, Value, json};

use crate::bounded::{FAILURE_TEXT, shortened};

/// What a method fails with. Python's side rebuilds the exception where it allows the module,
/// and wraps it in a `RemoteError` otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    module: String,
    class: String,
    message: String,
    kwargs: Map<String, Value>,
    expected: bool,
}

/// What a server answered in the place of a result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{class}: {message}")]
pub struct RemoteError {
    /// Of Python: `builtins`, or that of the exception; of ours, where its meaning is described.
    pub module: String,
    pub class: String,
    pub message: String,
    /// What a program reads: ids, codes.
    pub kwargs: Map<String, Value>,
    /// The server's stack; for a log.
    pub traceback: String,
}

impl Failure {
    /// An exception of this class, of the module that describes it.
    pub fn new(module: &str, class: &str, message: impl fmt::Display) -> Self {
        Self {
            module: module.to_owned(),
            class: class.to_owned(),
            message: message.to_string(),
            kwargs: Map::new(),
            expected: false,
        }
    }

    /// Something that a program reads.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.kwargs.insert(name.to_owned(), value.into());
        self
    }

    /// The caller is told, and nobody else: it is no fault of the server.
    #[must_use]
    pub const fn expected(mut self) -> Self {
        self.expected = true;
        self
    }

    pub const fn is_expected(&self) -> bool {
        self.expected
    }

    pub(crate) fn no_such_method(method: &str) -> Self {
        let message = format!(
            "Endpoint does not support RPC method {}",
            shortened(method, 255)
        );
        Self::new(DISPATCHER, "NoSuchMethod", message)
    }

    pub(crate) fn unsupported_version(version: impl fmt::Display, method: &str) -> Self {
        let method = shortened(method, 255);
        let message =
            format!("Endpoint does not support RPC version {version}. Attempted method: {method}");
        Self::new(DISPATCHER, "UnsupportedVersion", message)
    }

    /// What Python raises for arguments that a method does not have.
    pub(crate) fn bad_arguments(method: &str, why: impl fmt::Display) -> Self {
        Self::new("builtins", "TypeError", format!("{method}(): {why}"))
    }

    /// The method ended without an answer.
    pub(crate) fn crashed(method: &str) -> Self {
        Self::new(
            "builtins",
            "RuntimeError",
            format!("{method}() did not end as it should"),
        )
    }

    pub(crate) fn text(&self) -> String {
        let value = json!({
            "class": self.class, "module": self.module, "message": self.message,
            "tb": [], "args": [self.message], "kwargs": self.kwargs,
        });
        value.to_string()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.class, self.message)
    }
}

/// A failure of a call that was made for another one: what Python appended to its names is not
/// appended again.
impl From<RemoteError> for Failure {
    fn from(error: RemoteError) -> Self {
        let plain = |name: &str| name.trim_end_matches("_Remote").to_owned();
        Self {
            module: plain(&error.module),
            class: plain(&error.class),
            message: error.message,
            kwargs: error.kwargs,
            expected: false,
        }
    }
}

const DISPATCHER: &str = "oslo_messaging.rpc.dispatcher";

impl RemoteError {
    /// Of the `failure` of an answer. What cannot be read is still a failure.
    pub(crate) fn read(failure: &Value) -> Self {
        let parsed = match failure {
            Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
            other => other.clone(),
        };
        let text = |name: &str, otherwise: &str| {
            let text = parsed
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or(otherwise);
            shortened(text, FAILURE_TEXT).to_owned()
        };
        let lines = parsed
            .get("tb")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let traceback: String = lines.filter_map(Value::as_str).collect();
        let kwargs = parsed.get("kwargs").and_then(Value::as_object);
        Self {
            module: text("module", ""),
            class: text("class", "Exception"),
            message: text("message", "the server failed, and did not say how"),
            kwargs: kwargs.cloned().unwrap_or_default(),
            traceback: shortened(&traceback, FAILURE_TEXT).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_read() {
        let failure = Failure::new("kaas.exception", "NotFound", "no kernel 'k'").with("code", 404);
        let error = RemoteError::read(&failure.text().into());
        assert_eq!(error.to_string(), "NotFound: no kernel 'k'");
        assert_eq!(error.kwargs["code"], 404);
        assert_eq!(Failure::from(error), failure);
    }

    #[test]
    fn a_failure_that_cannot_be_read_is_one() {
        for failure in [
            json!("{"),
            json!(""),
            json!([]),
            json!("[1]"),
            json!({"class": 1}),
        ] {
            assert_eq!(RemoteError::read(&failure).class, "Exception", "{failure}");
        }
        let long = json!({"message": "é".repeat(FAILURE_TEXT)});
        assert_eq!(RemoteError::read(&long).message.len(), FAILURE_TEXT);
    }

    #[test]
    fn a_failure_that_is_passed_on_keeps_its_name() {
        let error = RemoteError::read(
            &json!({"class": "NotFound_Remote", "module": "nova.exception_Remote"}),
        );
        let failure = Failure::from(error);
        assert_eq!(
            (failure.module.as_str(), failure.class.as_str()),
            ("nova.exception", "NotFound")
        );
    }
}
