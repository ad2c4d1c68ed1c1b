// SPDX-License-Identifier: Apache-2.0
//! Consuming: declares the queues and consumes from them on one channel, and does it all again
//! when that channel ends.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::{BoxStream, SelectAll, once, select_all};
use lapin::Channel;
use lapin::options::{
    BasicCancelOptions, BasicConsumeOptions, BasicQosOptions, QueueDeleteOptions,
};
use lapin::types::FieldTable;
use tokio::time::sleep;

use super::compression::expanded;
use super::names::declare_source;
use super::{RabbitMq, is_refusal};
use crate::driver::delivery::{Delivery, Feed, Handle, Phase};
use crate::topology::Source;

const LONGEST_PAUSE: Duration = Duration::from_secs(30);

type Item = lapin::Result<lapin::message::Delivery>;

/// A channel that consumes.
struct Session {
    channel: Channel,
    /// `None` where one of the consumers ends.
    deliveries: SelectAll<BoxStream<'static, Option<Item>>>,
}

/// Delivers until it is told to stop.
pub(crate) async fn consume(
    rabbit: Arc<RabbitMq>,
    sources: Vec<Source>,
    prefetch: u16,
    mut feed: Feed,
) {
    let mut pause = Duration::ZERO;
    loop {
        let opened = tokio::select! {
            biased;
            () = feed.told(Phase::Cancel) => return,
            opened = open(&rabbit, &sources, prefetch) => opened,
        };
        let why = match opened {
            Ok(session) => {
                feed.consuming();
                pause = Duration::ZERO;
                match session.run(&sources, &mut feed).await {
                    Some(why) => why,
                    None => return,
                }
            }
            Err(error) => {
                if is_refusal(&error) {
                    feed.refused(error.to_string());
                }
                error.to_string()
            }
        };
        tracing::warn!("consuming from {} broke off: {why}", names(&sources));
        pause = (pause * 2).clamp(Duration::from_millis(100), LONGEST_PAUSE);
        tokio::select! {
            () = feed.told(Phase::Cancel) => return,
            () = sleep(pause) => {}
        }
    }
}

fn names(sources: &[Source]) -> String {
    let names: Vec<_> = sources
        .iter()
        .map(|source| source.queue.name.as_str())
        .collect();
    names.join(", ")
}

async fn open(rabbit: &RabbitMq, sources: &[Source], prefetch: u16) -> lapin::Result<Session> {
    let channel = rabbit.receiving.channel().await;
    channel
        .basic_qos(prefetch, BasicQosOptions::default())
        .await?;
    for source in sources {
        declare_source(&channel, source, rabbit.restricted).await?;
    }
    let mut consumers = Vec::with_capacity(sources.len());
    for (at, source) in sources.iter().enumerate() {
        let tag = (at + 1).to_string();
        let (name, options) = (source.queue.name.as_str(), BasicConsumeOptions::default());
        let consumer = channel
            .basic_consume(name.into(), tag.into(), options, FieldTable::default())
            .await?;
        consumers.push(consumer.map(Some).chain(once(async { None })).boxed());
    }
    Ok(Session {
        channel,
        deliveries: select_all(consumers),
    })
}

impl Session {
    /// Why it broke off; `None` when it was told to.
    async fn run(mut self, sources: &[Source], feed: &mut Feed) -> Option<String> {
        loop {
            let next = tokio::select! {
                biased;
                () = feed.told(Phase::Cancel) => break,
                next = self.deliveries.next() => next,
            };
            match next.flatten() {
                Some(Ok(delivery)) => {
                    let delivery = Delivery {
                        body: expanded(&delivery.properties, delivery.data),
                        handle: Handle::Rabbit(delivery.acker),
                    };
                    feed.deliver(delivery).await;
                }
                Some(Err(error)) => return Some(error.to_string()),
                None => return Some("the broker cancelled it".to_owned()),
            }
        }
        self.end(sources, feed).await;
        None
    }

    /// Takes nothing new, lets go of what was not taken, and leaves nothing of its own behind.
    async fn end(self, sources: &[Source], feed: &mut Feed) {
        for at in 1..=sources.len() {
            let tag = at.to_string();
            // Where something is gone already, there is nothing to do.
            let _ = self
                .channel
                .basic_cancel(tag.into(), BasicCancelOptions::default())
                .await;
        }
        feed.silent().await;
        for source in sources.iter().filter(|source| source.passing) {
            let name = source.queue.name.as_str();
            let _ = self
                .channel
                .queue_delete(name.into(), QueueDeleteOptions::default())
                .await;
        }
        let _ = self.channel.close(200, "goodbye".into()).await;
    }
}
