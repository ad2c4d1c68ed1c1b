// SPDX-License-Identifier: Apache-2.0
//! What carries messages: RabbitMQ, or this process. Both do what a [`Route`] and a
//! [`Source`] say; everything above is the same for both.
//!
//! To add one: its name in [`Driver::open`], a variant and its arms.

mod delivery;
mod local;
mod rabbit;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use delivery::Refused;
pub(crate) use delivery::{Consumer, Delivery, Readiness};
use local::Broker;
use rabbit::RabbitMq;

use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::topology::{Exchange, Route, Source};

#[derive(Clone, Debug)]
pub(crate) enum Driver {
    Local(Arc<Broker>),
    Rabbit(Arc<RabbitMq>),
}

/// A message on its way. Sent again, it is the same bytes: whoever gets it twice can tell.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) route: Route,
    pub(crate) body: Arc<[u8]>,
    /// After which it need not be delivered any more.
    pub(crate) expiration: Option<Duration>,
}

/// Why a message was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    #[error("no queue takes messages for '{0}'")]
    Undeliverable(String),
    #[error("no broker took the message in time: {0}")]
    TimedOut(String),
    #[error("the broker refuses it: {0}")]
    Refused(String),
    #[error("the message has {0} bytes, more than are sent")]
    TooLong(usize),
}

/// Why there can be no driver.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("[DEFAULT] transport_url names the driver '{0}'; there are rabbit and local")]
    UnknownDriver(String),
    #[error("[oslo_messaging_rabbit] {option}: {what}")]
    Tls { option: &'static str, what: String },
    #[error("what is counted cannot be shown: {0}")]
    Metrics(#[from] prometheus::Error),
}

impl Driver {
    pub(crate) fn open(settings: &Settings, metrics: &Metrics) -> Result<Self, OpenError> {
        match settings.url.driver.as_str() {
            "rabbit" | "kombu" => Ok(Self::Rabbit(Arc::new(RabbitMq::new(settings, metrics)?))),
            "local" => Ok(Self::Local(Broker::named(settings))),
            other => Err(OpenError::UnknownDriver(other.to_owned())),
        }
    }

    /// Sends the message, again if it must, until a broker has it or the time is over.
    pub(crate) async fn send(&self, message: &Outgoing, by: Instant) -> Result<(), SendError> {
        if message.body.len() > crate::bounded::MESSAGE_BYTES {
            return Err(SendError::TooLong(message.body.len()));
        }
        match self {
            Self::Local(broker) => broker.send(message, by).await,
            Self::Rabbit(rabbit) => rabbit.send(message, by).await,
        }
    }

    /// Has the exchange declared, for whoever may not.
    pub(crate) async fn declare(&self, exchange: &Exchange, by: Instant) -> Result<(), SendError> {
        match self {
            Self::Local(_) => Ok(()),
            Self::Rabbit(rabbit) => rabbit.declare(exchange, by).await,
        }
    }

    /// Ends what connections there are.
    pub(crate) async fn close(&self) {
        if let Self::Rabbit(rabbit) = self {
            rabbit.close().await;
        }
    }

    /// Consumes from all these queues, until the consumer is stopped.
    pub(crate) fn consume(&self, sources: Vec<Source>, prefetch: u16) -> Consumer {
        let (consumer, feed) = delivery::consumer();
        match self {
            Self::Local(broker) => tokio::spawn(local::consume(Arc::clone(broker), sources, feed)),
            Self::Rabbit(rabbit) => {
                tokio::spawn(rabbit::consume(Arc::clone(rabbit), sources, prefetch, feed))
            }
        };
        consumer
    }
}
