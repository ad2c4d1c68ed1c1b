// SPDX-License-Identifier: Apache-2.0
//! RabbitMQ through lapin. Nothing here trusts a connection to last: one is made again, by the
//! next host, whenever it is needed; queues are declared again; what was not confirmed is sent
//! again, the same bytes.

mod compression;
mod consume;
mod link;
mod names;
mod send;
mod tls;

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

pub(super) use consume::consume;
use link::Link;
use send::Sender;

use super::{OpenError, Outgoing, SendError};
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::topology::Exchange;

/// Two connections: a broker that holds back what we send still delivers.
#[derive(Debug)]
pub(crate) struct RabbitMq {
    receiving: Link,
    sender: Sender,
    restricted: bool,
}

impl RabbitMq {
    /// Nothing is connected yet.
    pub(super) fn new(settings: &Settings, metrics: &Metrics) -> Result<Self, OpenError> {
        let tls = settings
            .rabbit
            .tls
            .as_ref()
            .map(tls::connector)
            .transpose()?;
        let link = |role: &str| Link::new(settings, tls.clone(), metrics, role);
        let restricted = settings.rabbit.restricted;
        Ok(Self {
            receiving: link("receiving"),
            sender: Sender::new(link("sending"), settings.rabbit.channels, restricted),
            restricted,
        })
    }

    pub(super) async fn send(&self, message: &Outgoing, by: Instant) -> Result<(), SendError> {
        self.sender.send(message, by).await
    }

    pub(super) async fn close(&self) {
        self.sender.close().await;
        self.receiving.close().await;
    }

    pub(super) async fn declare(&self, exchange: &Exchange, by: Instant) -> Result<(), SendError> {
        self.sender.declare(exchange, by).await
    }
}

/// What a broker does not allow stays so when it is tried again.
fn is_refusal(error: &lapin::Error) -> bool {
    use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
    let lapin::ErrorKind::ProtocolError(error) = error.kind() else {
        return false;
    };
    matches!(
        error.kind(),
        AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED | AMQPSoftError::PRECONDITIONFAILED)
    )
}

static COUNT: AtomicU64 = AtomicU64::new(1);

/// A number that no other of this process has.
fn next_number() -> u64 {
    COUNT.fetch_add(1, Ordering::Relaxed)
}
