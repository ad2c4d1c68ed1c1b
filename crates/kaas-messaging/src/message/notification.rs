// SPDX-License-Identifier: Apache-2.0
//! A notification: what happened, told to whoever listens.

use chrono::{DateTime, Utc};
use kaas_common::context::RequestContext;
use serde_json::Value;
use uuid::Uuid;

use super::{Malformed, Object, context, new_id, optional_text};

/// One to send.
#[derive(Clone, Debug)]
pub(crate) struct Announcement {
    pub(crate) context: RequestContext,
    pub(crate) publisher: String,
    /// In lower case, as keys have it.
    pub(crate) priority: &'static str,
    pub(crate) event: String,
    pub(crate) payload: Value,
    pub(crate) at: DateTime<Utc>,
}

/// One that came.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Who asked for what happened.
    pub context: RequestContext,
    /// Of the notification; empty where the sender gives none, as are the other texts.
    pub id: String,
    pub publisher: String,
    /// In lower case.
    pub priority: String,
    pub event: String,
    /// UTC, as the sender writes it.
    pub timestamp: String,
    pub payload: Value,
    pub(crate) unique_id: Option<String>,
}

impl Announcement {
    pub(crate) fn into_message(self) -> Object {
        let mut message = Object::new();
        let texts = [
            ("message_id", Uuid::new_v4().to_string()),
            ("publisher_id", self.publisher),
            ("event_type", self.event),
            ("priority", self.priority.to_uppercase()),
            (
                "timestamp",
                self.at.format("%Y-%m-%d %H:%M:%S%.6f").to_string(),
            ),
            ("_unique_id", new_id()),
        ];
        message.extend(texts.map(|(name, text)| (name.to_owned(), text.into())));
        message.insert("payload".to_owned(), self.payload);
        context::put(&mut message, &self.context);
        message
    }
}

impl Notification {
    /// As a peer sent it; only the event is required.
    pub(crate) fn from_message(mut message: Object) -> Result<Self, Malformed> {
        let context = context::of(&message);
        let event = optional_text(&mut message, "event_type")?;
        let mut text = |name| optional_text(&mut message, name).map(Option::unwrap_or_default);
        Ok(Self {
            context,
            event: event.ok_or(Malformed::Field("event_type"))?,
            id: text("message_id")?,
            publisher: text("publisher_id")?,
            priority: text("priority")?.to_lowercase(),
            timestamp: text("timestamp")?,
            unique_id: Some(text("_unique_id")?).filter(|id| !id.is_empty()),
            payload: message.remove("payload").unwrap_or_default(),
        })
    }
}
