// SPDX-License-Identifier: Apache-2.0
//! The envelope: a JSON object that holds the message as a text, itself JSON
//! (`serialize_msg` of `oslo_messaging/_drivers/common.py`).

use serde_json::{Value, json};

use super::{Malformed, Object};
use crate::bounded::MESSAGE_BYTES;

const VERSION: &str = "oslo.version";
const MESSAGE: &str = "oslo.message";

/// The message in its envelope, as the body of a frame.
pub(crate) fn sealed(message: Object) -> Vec<u8> {
    let inner = Value::Object(message).to_string();
    json!({VERSION: "2.0", MESSAGE: inner})
        .to_string()
        .into_bytes()
}

/// The message by itself, as the first version of notifications is sent.
pub(crate) fn bare(message: Object) -> Vec<u8> {
    Value::Object(message).to_string().into_bytes()
}

/// The message of a body, with an envelope or without.
pub(crate) fn unsealed(body: &[u8]) -> Result<Object, Malformed> {
    if body.len() > MESSAGE_BYTES {
        return Err(Malformed::TooLong(body.len()));
    }
    let mut outer = object(body)?;
    if !(outer.contains_key(VERSION) && outer.contains_key(MESSAGE)) {
        return Ok(outer);
    }
    // Of the same major version, a minor one that we know: there is only 2.0.
    if outer.get(VERSION).and_then(Value::as_str) != Some("2.0") {
        return Err(Malformed::EnvelopeVersion);
    }
    match outer.remove(MESSAGE) {
        Some(Value::String(inner)) => object(inner.as_bytes()),
        _ => Err(Malformed::Field(MESSAGE)),
    }
}

fn object(text: &[u8]) -> Result<Object, Malformed> {
    match serde_json::from_slice(text)? {
        Value::Object(object) => Ok(object),
        _ => Err(Malformed::NoObject),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_comes_out_again() {
        let message: Object =
            serde_json::from_str(r#"{"method": "é\"", "args": {"n": null}}"#).unwrap();
        assert_eq!(unsealed(&sealed(message.clone())).unwrap(), message);
        assert_eq!(unsealed(&bare(message.clone())).unwrap(), message);
    }

    #[test]
    fn nonsense_is_refused() {
        let deep = "[".repeat(100_000);
        let cases = [
            "",
            "null",
            "[]",
            "{",
            "NaN",
            r#"{"oslo.version": "3.0", "oslo.message": "{}"}"#,
            r#"{"oslo.version": "2.1", "oslo.message": "{}"}"#,
            r#"{"oslo.version": 2.0, "oslo.message": "{}"}"#,
            r#"{"oslo.version": "2.0", "oslo.message": {}}"#,
            r#"{"oslo.version": "2.0", "oslo.message": "[]"}"#,
            &deep,
        ];
        for body in cases {
            assert!(
                unsealed(body.as_bytes()).is_err(),
                "{}",
                &body[..body.len().min(50)]
            );
        }
        let long = vec![b' '; MESSAGE_BYTES + 1];
        assert!(matches!(unsealed(&long), Err(Malformed::TooLong(_))));
    }
}
