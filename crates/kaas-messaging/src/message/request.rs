// SPDX-License-Identifier: Apache-2.0
//! A request: a method and its arguments, who asks, and where the answer goes if one is wanted.

use std::time::Duration;

use kaas_common::context::RequestContext;
use serde_json::Value;

use super::{Malformed, Object, context, new_id, optional_text};
use crate::version::{UNSAID, Version};

/// A call or, without [`Answer`], a cast.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) args: Object,
    pub(crate) namespace: Option<String>,
    pub(crate) version: Option<Version>,
    pub(crate) context: RequestContext,
    pub(crate) answer: Option<Answer>,
    /// By which the same message is known when it comes again.
    pub(crate) unique_id: Option<String>,
}

/// The answer that a call wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The id of the call.
    pub(crate) id: String,
    pub(crate) queue: String,
    /// How long the caller waits for a sign of life.
    pub(crate) monitor: Option<Duration>,
}

impl Request {
    /// The message, with a new id of its own.
    pub(crate) fn into_message(self) -> Object {
        let mut message = Object::new();
        message.insert("method".to_owned(), self.method.into());
        message.insert("args".to_owned(), self.args.into());
        if let Some(namespace) = self.namespace {
            message.insert("namespace".to_owned(), namespace.into());
        }
        if let Some(version) = self.version {
            message.insert("version".to_owned(), version.to_string().into());
        }
        if let Some(answer) = self.answer {
            message.insert("_msg_id".to_owned(), answer.id.into());
            message.insert("_reply_q".to_owned(), answer.queue.into());
            let seconds = answer.monitor.map(|monitor| monitor.as_secs().max(1));
            message.insert("_timeout".to_owned(), seconds.into());
        }
        message.insert("_unique_id".to_owned(), new_id().into());
        context::put(&mut message, &self.context);
        message
    }

    /// As a peer sent it.
    pub(crate) fn from_message(mut message: Object) -> Result<Self, Malformed> {
        let context = context::of(&message);
        let method = optional_text(&mut message, "method")?.ok_or(Malformed::Field("method"))?;
        let args = match message.remove("args") {
            None | Some(Value::Null) => Object::new(),
            Some(Value::Object(args)) => args,
            Some(_) => return Err(Malformed::Field("args")),
        };
        let version = optional_text(&mut message, "version")?;
        let version = version.map(|text| text.parse().map_err(|_| Malformed::Field("version")));
        Ok(Self {
            method,
            args,
            namespace: optional_text(&mut message, "namespace")?,
            version: version.transpose()?,
            context,
            answer: answer(&mut message)?,
            unique_id: optional_text(&mut message, "_unique_id")?,
        })
    }

    /// The version of the interface that is asked for.
    pub(crate) fn asks_for(&self) -> Version {
        self.version.unwrap_or(UNSAID)
    }
}

fn answer(message: &mut Object) -> Result<Option<Answer>, Malformed> {
    let id = optional_text(message, "_msg_id")?.filter(|id| !id.is_empty());
    let queue = optional_text(message, "_reply_q")?.filter(|queue| !queue.is_empty());
    // Who sends no number has no monitor, and could not read a sign of life.
    let seconds = message.remove("_timeout").and_then(|value| value.as_f64());
    let seconds = seconds.filter(|seconds| (1.0..86_400.0).contains(seconds));
    Ok(id.zip(queue).map(|(id, queue)| Answer {
        id,
        queue,
        monitor: seconds.map(Duration::from_secs_f64),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Request, Malformed> {
        Request::from_message(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_request_needs_no_more_than_its_method() {
        let request = read(r#"{"method": "ping"}"#).unwrap();
        assert_eq!(request.asks_for(), Version::new(1, 0));
        assert!(request.args.is_empty() && request.answer.is_none() && request.namespace.is_none());
    }

    #[test]
    fn only_a_sensible_number_is_a_monitor() {
        let monitor = |text: &str| {
            let message = format!(
                r#"{{"method": "m", "_msg_id": "i", "_reply_q": "q", "_timeout": {text}}}"#
            );
            read(&message).unwrap().answer.unwrap().monitor
        };
        assert_eq!(monitor("4"), Some(Duration::from_secs(4)));
        for text in ["null", "0", "-1", "1e300", "\"4\"", "[]", "true"] {
            assert_eq!(monitor(text), None, "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "{}",
            r#"{"method": 1}"#,
            r#"{"method": "m", "args": []}"#,
            r#"{"method": "m", "version": 1.0}"#,
            r#"{"method": "m", "version": "one"}"#,
            r#"{"method": "m", "namespace": {}}"#,
            r#"{"method": "m", "_unique_id": 1}"#,
            r#"{"method": "m", "_msg_id": {}}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
