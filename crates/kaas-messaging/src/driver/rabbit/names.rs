// SPDX-License-Identifier: Apache-2.0
//! What a topology says, in lapin's words.

use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};

use crate::topology::{self, Argument, Exchange, Queue, Source};

/// Declares the exchange; an account that may not only looks whether it is there.
pub(super) async fn declare_exchange(
    channel: &Channel,
    exchange: &Exchange,
    restricted: bool,
) -> lapin::Result<()> {
    let kind = match exchange.kind {
        topology::ExchangeKind::Topic => ExchangeKind::Topic,
        topology::ExchangeKind::Fanout => ExchangeKind::Fanout,
    };
    let options = ExchangeDeclareOptions {
        passive: restricted,
        durable: exchange.durable,
        auto_delete: exchange.auto_delete,
        ..ExchangeDeclareOptions::default()
    };
    let name = exchange.name.as_str().into();
    channel
        .exchange_declare(name, kind, options, FieldTable::default())
        .await
}

pub(super) async fn declare_queue(channel: &Channel, queue: &Queue) -> lapin::Result<()> {
    let options = QueueDeclareOptions {
        durable: queue.durable,
        auto_delete: queue.auto_delete,
        ..QueueDeclareOptions::default()
    };
    let mut arguments = FieldTable::default();
    for (name, value) in &queue.arguments {
        let value = match value {
            Argument::Number(number) => AMQPValue::LongInt(*number),
            Argument::Text(text) => AMQPValue::LongString((*text).into()),
        };
        arguments.insert((*name).into(), value);
    }
    channel
        .queue_declare(queue.name.as_str().into(), options, arguments)
        .await
        .map(drop)
}

pub(super) async fn bind(
    channel: &Channel,
    queue: &Queue,
    exchange: &Exchange,
    key: &str,
) -> lapin::Result<()> {
    let (queue, exchange) = (queue.name.as_str(), exchange.name.as_str());
    let options = lapin::options::QueueBindOptions::default();
    channel
        .queue_bind(
            queue.into(),
            exchange.into(),
            key.into(),
            options,
            FieldTable::default(),
        )
        .await
}

/// Everything that has to be there before the queue is consumed from.
pub(super) async fn declare_source(
    channel: &Channel,
    source: &Source,
    restricted: bool,
) -> lapin::Result<()> {
    if let Some(binding) = &source.binding {
        declare_exchange(channel, &binding.exchange, restricted).await?;
    }
    declare_queue(channel, &source.queue).await?;
    if let Some(binding) = &source.binding {
        bind(channel, &source.queue, &binding.exchange, &binding.key).await?;
    }
    Ok(())
}
