// SPDX-License-Identifier: Apache-2.0
//! Sending: each message has a channel for itself until the broker confirms it. lapin gives a
//! message that came back to whichever confirmation comes next, so there is only one.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};

use super::is_refusal;
use super::link::Link;
use super::names::{bind, declare_exchange, declare_queue};
use crate::driver::{Outgoing, SendError};
use crate::topology::{Exchange, Queue};

const LONGEST_PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Sender {
    link: Link,
    restricted: bool,
    slots: Semaphore,
    idle: Mutex<Vec<Ready>>,
}

/// A channel with confirmations, and what was declared on it.
#[derive(Debug)]
struct Ready {
    channel: Channel,
    exchanges: HashSet<Exchange>,
    queues: HashSet<String>,
}

/// What is wanted of a channel.
#[derive(Clone, Copy, Debug)]
enum Errand<'a> {
    Send(&'a Outgoing),
    Declare(&'a Exchange),
}

/// How an attempt failed.
enum Trouble {
    /// The message came back: nothing takes this key.
    Returned(String),
    Refused(String),
    /// The channel is of no use any more; the message may have arrived, or not.
    Broken(String),
}

impl From<lapin::Error> for Trouble {
    fn from(error: lapin::Error) -> Self {
        if is_refusal(&error) {
            Self::Refused(error.to_string())
        } else {
            Self::Broken(error.to_string())
        }
    }
}

impl Sender {
    pub(super) fn new(link: Link, channels: usize, restricted: bool) -> Self {
        Self {
            link,
            restricted,
            slots: Semaphore::new(channels),
            idle: Mutex::default(),
        }
    }

    /// Until it is confirmed, or the time is over.
    pub(super) async fn send(&self, message: &Outgoing, by: Instant) -> Result<(), SendError> {
        self.run(Errand::Send(message), by).await
    }

    /// Has the exchange declared, for whoever may not.
    pub(super) async fn declare(&self, exchange: &Exchange, by: Instant) -> Result<(), SendError> {
        self.run(Errand::Declare(exchange), by).await
    }

    pub(super) async fn close(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.link.close().await;
    }

    async fn run(&self, errand: Errand<'_>, by: Instant) -> Result<(), SendError> {
        let mut last = None;
        let mut pause = Duration::ZERO;
        loop {
            let trouble = match timeout_at(by, self.attempt(errand)).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(trouble)) => trouble,
                Err(_) => {
                    let why = last.unwrap_or_else(|| self.link.trouble());
                    return Err(SendError::TimedOut(why));
                }
            };
            match trouble {
                Trouble::Returned(key) => return Err(SendError::Undeliverable(key)),
                Trouble::Refused(why) => return Err(SendError::Refused(why)),
                Trouble::Broken(why) => {
                    tracing::info!("a message is sent again: {why}");
                    last = Some(why);
                }
            }
            sleep(pause).await;
            pause = (pause * 2).clamp(Duration::from_millis(50), LONGEST_PAUSE);
        }
    }

    async fn attempt(&self, errand: Errand<'_>) -> Result<(), Trouble> {
        let _slot = self
            .slots
            .acquire()
            .await
            .map_err(|error| Trouble::Broken(error.to_string()))?;
        // Dropped, and so closed, unless all goes well: what is under way on it is nobody's.
        let mut ready = match self.take_idle() {
            Some(ready) => ready,
            None => self.open().await?,
        };
        self.link.unblocked().await;
        let outcome = match errand {
            Errand::Send(message) => ready.publish(message, self.restricted).await,
            Errand::Declare(exchange) => {
                let declared = ready.declare(exchange, None, "", self.restricted).await;
                declared.map_err(Trouble::from)
            }
        };
        if matches!(outcome, Ok(()) | Err(Trouble::Returned(_))) {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(ready);
        }
        outcome
    }

    fn take_idle(&self) -> Option<Ready> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|ready| ready.channel.status().connected());
        idle.pop()
    }

    async fn open(&self) -> Result<Ready, Trouble> {
        let channel = self.link.channel().await;
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await?;
        Ok(Ready {
            channel,
            exchanges: HashSet::new(),
            queues: HashSet::new(),
        })
    }
}

impl Ready {
    async fn publish(&mut self, message: &Outgoing, restricted: bool) -> Result<(), Trouble> {
        let route = &message.route;
        if let Some(exchange) = &route.exchange {
            self.declare(exchange, route.queue.as_ref(), &route.key, restricted)
                .await?;
        }
        let exchange = route
            .exchange
            .as_ref()
            .map_or("", |exchange| exchange.name.as_str());
        let options = BasicPublishOptions {
            mandatory: route.mandatory,
            ..BasicPublishOptions::default()
        };
        let confirmation = self
            .channel
            .basic_publish(
                exchange.into(),
                route.key.as_str().into(),
                options,
                &message.body,
                properties(message.expiration),
            )
            .await?
            .await?;
        match confirmation {
            Confirmation::Ack(None) => Ok(()),
            Confirmation::Ack(Some(_)) => Err(Trouble::Returned(route.key.clone())),
            Confirmation::Nack(_) => {
                Err(Trouble::Broken("the broker could not keep it".to_owned()))
            }
            Confirmation::NotRequested => {
                Err(Trouble::Broken("the broker confirms nothing".to_owned()))
            }
        }
    }

    /// Once for each channel.
    async fn declare(
        &mut self,
        exchange: &Exchange,
        queue: Option<&Queue>,
        key: &str,
        restricted: bool,
    ) -> lapin::Result<()> {
        if !self.exchanges.contains(exchange) {
            declare_exchange(&self.channel, exchange, restricted).await?;
            self.exchanges.insert(exchange.clone());
        }
        if let Some(queue) = queue.filter(|queue| !self.queues.contains(&queue.name)) {
            declare_queue(&self.channel, queue).await?;
            bind(&self.channel, queue, exchange, key).await?;
            self.queues.insert(queue.name.clone());
        }
        Ok(())
    }
}

/// As kombu sets them.
fn properties(expiration: Option<Duration>) -> BasicProperties {
    let properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_content_encoding("utf-8".into())
        .with_headers(FieldTable::default())
        .with_delivery_mode(2)
        .with_priority(0);
    match expiration {
        Some(expiration) => properties.with_expiration(expiration.as_millis().to_string().into()),
        None => properties,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// All that real clients sent have the same, but for calls, which expire.
    #[test]
    fn the_properties_are_kombus() {
        let recorded: Value =
            serde_json::from_str(include_str!("../../../tests/wire/recorded.json")).unwrap();
        let call = &recorded["default"]["call"]["publications"][0]["properties"];
        let expected = json!({
            "content_type": "application/json", "content_encoding": "utf-8", "headers": {},
            "delivery_mode": 2, "priority": 0, "expiration": "15000",
        });
        assert_eq!(*call, expected);
        let ours = properties(Some(Duration::from_secs(15)));
        let theirs = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_content_encoding("utf-8".into())
            .with_headers(FieldTable::default())
            .with_delivery_mode(2)
            .with_priority(0)
            .with_expiration("15000".into());
        assert_eq!(ours, theirs);
        assert!(properties(None).expiration().is_none());
    }
}
