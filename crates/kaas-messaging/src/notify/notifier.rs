// SPDX-License-Identifier: Apache-2.0
//! The telling side.

use std::sync::Arc;

use chrono::Utc;
use kaas_common::context::RequestContext;
use prometheus::IntCounter;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::Priority;
use crate::bounded::PENDING_NOTIFICATIONS;
use crate::driver::Outgoing;
use crate::message::{Announcement, Object, bare, sealed};
use crate::transport::Transport;

/// Tells what happens, in the background and in order. What there is no room for, while a
/// broker is away, is dropped and counted.
#[derive(Debug)]
pub struct Notifier {
    publisher: String,
    queue: mpsc::Sender<Announcement>,
    dropped: IntCounter,
    task: JoinHandle<()>,
}

/// A driver of `[oslo_messaging_notifications]` that there is not.
#[derive(Debug, thiserror::Error)]
#[error(
    "[oslo_messaging_notifications] driver names '{0}'; there are messagingv2, messaging, log and noop"
)]
pub struct UnknownDriver(String);

#[derive(Clone, Copy, Debug)]
enum Way {
    Enveloped,
    Bare,
    Log,
}

impl Notifier {
    /// In the name of `publisher`: `kaas-conductor.HOST`. The configuration says by which ways.
    pub fn start(transport: &Transport, publisher: &str) -> Result<Self, UnknownDriver> {
        let drivers = &transport.settings().notification_drivers;
        let ways = drivers
            .iter()
            .filter_map(|name| way(name).transpose())
            .collect::<Result<_, _>>()?;
        let (queue, waiting) = mpsc::channel(PENDING_NOTIFICATIONS);
        let dropped = transport.metrics().notifications_dropped.clone();
        let task = tokio::spawn(tell(transport.clone(), ways, waiting, dropped.clone()));
        Ok(Self {
            publisher: publisher.to_owned(),
            queue,
            dropped,
            task,
        })
    }

    /// Tells of an event, such as `kernel.build.end`.
    pub fn notify(
        &self,
        context: &RequestContext,
        priority: Priority,
        event: &str,
        payload: Value,
    ) {
        let announcement = Announcement {
            context: context.clone(),
            publisher: self.publisher.clone(),
            priority: priority.name(),
            event: event.to_owned(),
            payload,
            at: Utc::now(),
        };
        if self.queue.try_send(announcement).is_err() {
            self.dropped.inc();
            tracing::warn!("a notification is dropped: {event}");
        }
    }

    /// How many of this process were not sent.
    pub fn dropped(&self) -> u64 {
        self.dropped.get()
    }

    /// Waits until all are sent, or given up.
    pub async fn close(self) {
        drop(self.queue);
        let _ = self.task.await;
    }
}

fn way(name: &str) -> Result<Option<Way>, UnknownDriver> {
    match name {
        "messagingv2" => Ok(Some(Way::Enveloped)),
        "messaging" => Ok(Some(Way::Bare)),
        "log" => Ok(Some(Way::Log)),
        "noop" => Ok(None),
        other => Err(UnknownDriver(other.to_owned())),
    }
}

async fn tell(
    transport: Transport,
    ways: Vec<Way>,
    mut waiting: mpsc::Receiver<Announcement>,
    dropped: IntCounter,
) {
    while let Some(announcement) = waiting.recv().await {
        let priority = announcement.priority;
        let message = announcement.into_message();
        for way in &ways {
            if !by(*way, &transport, priority, &message).await {
                dropped.inc();
            }
        }
    }
}

async fn by(way: Way, transport: &Transport, priority: &str, message: &Object) -> bool {
    let seal = match way {
        Way::Enveloped => sealed,
        Way::Bare => bare,
        Way::Log => {
            let text = serde_json::to_string(message).unwrap_or_default();
            tracing::info!(target: "oslo.messaging.notification", "{text}");
            return true;
        }
    };
    let body: Arc<[u8]> = seal(message.clone()).into();
    let settings = transport.settings();
    let mut sent = true;
    for topic in &settings.notification_topics {
        let outgoing = Outgoing {
            route: transport
                .topology()
                .notification(&format!("{topic}.{priority}")),
            body: Arc::clone(&body),
            expiration: None,
        };
        let by = Instant::now() + settings.response_timeout;
        if let Err(error) = transport.driver().send(&outgoing, by).await {
            tracing::warn!("a notification is not sent: {error}");
            sent = false;
        }
    }
    sent
}
