// SPDX-License-Identifier: Apache-2.0
//! The listening side.

use kaas_common::service::{Lifecycle, Phase};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Notification, Priority};
use crate::bounded::{REMEMBERED_MESSAGES, Recent};
use crate::driver::{Consumer, Delivery, Refused};
use crate::message::unsealed;
use crate::transport::Transport;

/// What becomes of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Handled,
    /// It comes again, to us or to another listener.
    Requeue,
}

/// Listens to notifications, one after the other. A notification is acknowledged once it is
/// handled: it may come again when a process dies in between.
#[derive(Debug)]
pub struct Listener {
    transport: Transport,
    priorities: Vec<Priority>,
    pool: Option<String>,
}

/// A listener that listens, until it is stopped or the process ends. Dropped, it goes on.
#[derive(Debug)]
pub struct Listening {
    task: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Listener {
    /// To the configured topics.
    pub fn new(transport: &Transport, priorities: &[Priority]) -> Self {
        Self {
            transport: transport.clone(),
            priorities: priorities.to_vec(),
            pool: None,
        }
    }

    /// Each pool gets every notification, each listener of it a part.
    #[must_use]
    pub fn pool(mut self, name: &str) -> Self {
        self.pool = Some(name.to_owned());
        self
    }

    /// Begins to listen, once there is a broker.
    pub async fn start<F, Fut>(self, life: &Lifecycle, handle: F) -> Result<Listening, Refused>
    where
        F: Fn(Notification) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict> + Send + 'static,
    {
        let settings = self.transport.settings();
        let key = |topic: &String, priority: &Priority| format!("{topic}.{}", priority.name());
        let topics = settings.notification_topics.iter();
        let keys: Vec<_> = topics
            .flat_map(|topic| self.priorities.iter().map(move |p| key(topic, p)))
            .collect();
        let sources = self
            .transport
            .topology()
            .notifications(&keys, self.pool.as_deref());
        let consumer = self
            .transport
            .driver()
            .consume(sources, settings.rabbit.prefetch);
        consumer.readiness().wait_within(life).await?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(listen(consumer, life.clone(), stopped, handle));
        Ok(Listening { task, stop })
    }
}

impl Listening {
    /// Takes nothing new, and waits for what is being handled.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.task.await;
    }
}

async fn listen<F, Fut>(
    mut consumer: Consumer,
    life: Lifecycle,
    mut stopped: watch::Receiver<bool>,
    handle: F,
) where
    F: Fn(Notification) -> Fut,
    Fut: Future<Output = Verdict> + Send + 'static,
{
    let mut seen = Recent::new(REMEMBERED_MESSAGES);
    loop {
        let next = tokio::select! {
            biased;
            () = life.wait_for(Phase::Closing) => break,
            Ok(_) = stopped.wait_for(|stop| *stop) => break,
            next = consumer.next() => next,
        };
        let Some(delivery) = next else {
            break;
        };
        let Some(work) = life.work() else {
            delivery.requeue().await;
            break;
        };
        take(delivery, &handle, &mut seen).await;
        drop(work);
    }
    consumer.cancel();
    while let Some(delivery) = consumer.next().await {
        delivery.requeue().await;
    }
    consumer.close().await;
}

async fn take<F, Fut>(delivery: Delivery, handle: &F, seen: &mut Recent<String>)
where
    F: Fn(Notification) -> Fut,
    Fut: Future<Output = Verdict> + Send + 'static,
{
    let notification = match unsealed(&delivery.body).and_then(Notification::from_message) {
        Ok(notification) => notification,
        Err(error) => {
            tracing::warn!("a notification that cannot be read: {error}");
            delivery.discard().await;
            return;
        }
    };
    let id = notification.unique_id.clone();
    if id.as_ref().is_some_and(|id| seen.contains(id)) {
        delivery.ack().await;
        return;
    }
    match tokio::spawn(handle(notification)).await {
        Ok(Verdict::Requeue) => delivery.requeue().await,
        // Who cannot handle it this time will not the next time.
        Ok(Verdict::Handled) | Err(_) => {
            if delivery.ack().await {
                id.map(|id| seen.insert(id));
            }
        }
    }
}
