// SPDX-License-Identifier: Apache-2.0
//! The ids of requests: `req-` and a UUID.

use std::fmt;

use uuid::Uuid;

/// The id of one request to one service, made by that service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// A new one.
    pub fn new() -> Self {
        Self(format!("req-{}", Uuid::new_v4()))
    }

    /// As it was made elsewhere: by the peer of a message.
    pub(super) const fn of(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The id of the first of several requests that belong together, as the caller says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalRequestId(String);

impl GlobalRequestId {
    /// Only `req-` and a UUID in lower case: it appears in logs and goes on to other services.
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = text.strip_prefix("req-")?;
        let shaped = uuid.len() == 36
            && uuid.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            });
        shaped.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GlobalRequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_id_is_taken_only_in_its_one_form() {
        let uuid = "0b2b0b9c-1c2d-4e3f-8a9b-0c1d2e3f4a5b";
        assert!(GlobalRequestId::parse(&format!("req-{uuid}")).is_some());
        let bad = [
            uuid.to_owned(),
            format!("req-{}", uuid.to_uppercase()),
            format!("req-{}", uuid.replace('-', "")),
            format!("req-{uuid}\n"),
            format!("req-{uuid}x"),
            format!(" req-{uuid}"),
            format!("req-{}", uuid.replace("b9c-", "b9-c")),
            "req-éééééééééééééééééé".to_owned(),
        ];
        for text in bad {
            assert_eq!(GlobalRequestId::parse(&text), None, "{text}");
        }
        assert!(GlobalRequestId::parse(RequestId::new().as_str()).is_some());
    }
}
